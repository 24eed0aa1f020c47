"""What may be done with bytes from strangers: recognise them, inspect them, draw them.

Nothing here decodes in this process. `inspect` and `render` hand an open file to a child that the kernel
limits in memory and time and that dies with the job.
"""
