"""What is known of the request, job or command that is running, for the log and the audit trail.

Set once where the work begins; every task started from there sees the same values.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# The id that the answer, its problem body, the log lines and the audit entries share.
request_id: ContextVar[str] = ContextVar("request_id", default="")
# The client's address, or what runs by itself: ``job:documents.render``, ``schedule:tidy_up``, ``command:migrate``.
origin: ContextVar[str] = ContextVar("origin", default="")


@contextmanager
def working_for(who: str, *, under: str = "") -> Iterator[None]:
    """Do the work of the block for ``who``, under the request id ``under``."""
    origin_token, request_token = origin.set(who), request_id.set(under)
    try:
        yield
    finally:
        origin.reset(origin_token)
        request_id.reset(request_token)
