"""Jobs that do in a sandboxed child what a decoder does when a file has taken it over."""

import ctypes
import mmap
import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from backend.kit.files.sandbox import MAX_REPLY_BYTES

Job = Mapping[str, Any]
Answer = tuple[dict[str, Any], Sequence[bytes]]

TWO_GIBIBYTES = 2 * 1024**3


def run(job: Job, stream: BinaryIO) -> Answer:
    if job["act"] == "echo":
        return {"read": len(stream.read())}, [b"first", b"second"]
    return ACTS[job["act"]](job)


def crash(_: Job) -> Answer:
    ctypes.string_at(0)
    raise AssertionError


def leave(_: Job) -> Answer:
    os._exit(3)


def fail(_: Job) -> Answer:
    raise RuntimeError("decoder bug")


def hang(job: Job) -> Answer:
    """Tell the process id through the named pipe, then do nothing for ever."""
    Path(job["pipe"]).write_text(str(os.getpid()))
    while True:
        signal.pause()


def take_python_memory(_: Job) -> Answer:
    return {}, [bytes(TWO_GIBIBYTES)]


def take_native_memory(_: Job) -> Answer:
    mmap.mmap(-1, TWO_GIBIBYTES)
    return {}, ()


def flood(_: Job) -> Answer:
    return {}, [bytes(MAX_REPLY_BYTES)]


def garble(_: Job) -> Answer:
    for name, target in descriptors().items():
        if target.startswith("socket:"):
            os.write(int(name), b"\0\0\0\x05hello")
    os._exit(0)


def write(job: Job) -> Answer:
    Path(job["path"]).write_bytes(b"x")
    return {}, ()


def dump(job: Job) -> Answer:
    environment = Path("/proc/self/environ").read_text().split("\0")
    return {
        "environment": [*environment, *os.environ.values()],
        "open": list(descriptors().values()),
        "limits": {name: resource.getrlimit(getattr(resource, name)) for name in job["limits"]},
    }, ()


def connect(job: Job) -> Answer:
    socket.create_connection(tuple(job["address"])).close()
    return {}, ()


def work(_: Job) -> Answer:
    started = time.monotonic()
    while time.monotonic() < started + 0.03:
        pass
    return {"started": started, "ended": time.monotonic()}, ()


def descriptors() -> dict[str, str]:
    """What this process has open; the folder being listed is gone when it is looked at."""
    found = {}
    for link in list(Path("/proc/self/fd").iterdir()):
        if link.is_symlink():
            found[link.name] = str(link.readlink())
    return found


ACTS: Mapping[str, Callable[[Job], Answer]] = {
    act.__name__: act
    for act in (
        crash,
        leave,
        fail,
        hang,
        take_python_memory,
        take_native_memory,
        flood,
        garble,
        write,
        dump,
        connect,
        work,
    )
}
