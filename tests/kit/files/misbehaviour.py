"""Jobs that do in a sandboxed child what a decoder does when a file has taken it over."""

import ctypes
import mmap
import os
import resource
import signal
import socket
import stat
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from backend.kit.files.sandbox import MAX_REPLY_BYTES
from backend.kit.files.zygote import OPEN_FILES

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


def hang(_: Job) -> Answer:
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
    for descriptor, kind in descriptors().items():
        if kind == "socket":
            os.write(descriptor, b"\0\0\0\x05hello")
    os._exit(0)


def write(job: Job) -> Answer:
    Path(job["path"]).write_bytes(b"x")
    return {}, ()


def read(job: Job) -> Answer:
    return {"read": len(Path(job["path"]).read_bytes())}, ()


def dump(job: Job) -> Answer:
    return {
        "environment": list(os.environ.values()),
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


def descriptors() -> dict[int, str]:
    """What kind of thing each open descriptor is; a file is told by its number on the disk."""
    found = {}
    for descriptor in range(OPEN_FILES):
        with suppress(OSError):
            status = os.fstat(descriptor)
            known = {stat.S_IFSOCK: "socket", stat.S_IFCHR: "device"}
            found[descriptor] = known.get(stat.S_IFMT(status.st_mode), f"file {status.st_ino}")
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
        read,
        dump,
        connect,
        work,
    )
}
