"""The process from which the children that decode hostile files are forked.

`backend.kit.files.sandbox` starts it as ``python -m backend.kit.files.zygote DESCRIPTOR MODULE`` with an
empty environment. It imports MODULE once, so that a child has everything loaded within milliseconds, and
never touches a file's bytes itself. Each datagram on the socket DESCRIPTOR is one job: JSON, the open file
and the socket for the reply. It ends when the other side closes the socket or ends.

The reply is one byte that carries the child's own pidfd, the length of the header (4 bytes), the header
(JSON) and the binary parts whose lengths the header lists. It is never pickled: the file may have taken over
the child.
"""

import contextlib
import importlib
import json
import math
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

from backend.kit.files import confine
from backend.kit.files.errors import FileRefused, Refusal

MEMORY_BYTES = 1536 * 1024 * 1024
OPEN_FILES = 64
MAX_JOB_BYTES = 65_536

Run = Callable[[Mapping[str, Any], BinaryIO], tuple[dict[str, Any], Sequence[bytes]]]


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    run: Run = importlib.import_module(sys.argv[2]).run
    confine.leave_network()
    confine.go_first()
    # Without it, whoever holds a copy of the socket would keep this process.
    confine.end_with_parent()
    own = os.getpid()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_JOB_BYTES, 2)
        if not message:
            return
        _reap()
        if os.fork() == 0:
            confine.end_with_parent(own)
            control.close()
            _work(run, json.loads(message), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _work(run: Run, job: Mapping[str, Any], file_descriptor: int, reply_descriptor: int) -> None:
    """Do one job in the forked child and end the process."""
    try:
        with socket.socket(fileno=reply_descriptor) as reply:
            own = os.pidfd_open(os.getpid())
            socket.send_fds(reply, [b"p"], [own])
            os.close(own)
            _confine(job["wall_seconds"])
            header, parts = _result(run, job, file_descriptor)
            encoded = json.dumps(header | {"parts": [len(part) for part in parts]}).encode()
            reply.sendall(len(encoded).to_bytes(4))
            for part in (encoded, *parts):
                reply.sendall(part)
    finally:
        os._exit(0)


def _confine(wall_seconds: float) -> None:
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: math.ceil(wall_seconds),
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for which, limit in limits.items():
        hard = resource.getrlimit(which)[1]
        value = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(which, (value, value))
    # The parent kills by the clock; the alarm ends a child whose parent is gone.
    signal.alarm(math.ceil(wall_seconds) + 1)
    # Decoders written in C complain on standard error about every broken file.
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (1, 2):
        os.dup2(null, standard)
    os.close(null)
    confine.leave_files()


def _result(run: Run, job: Mapping[str, Any], file_descriptor: int) -> tuple[dict[str, Any], Sequence[bytes]]:
    try:
        with os.fdopen(file_descriptor, "rb") as stream:
            return run(job, stream)
    except FileRefused as refused:
        return {"refused": refused.code, "detail": refused.detail}, ()
    except MemoryError:
        return {"refused": Refusal.PIXEL_BOMB, "detail": "The file needs too much memory to open."}, ()
    except Exception:  # noqa: BLE001 - whatever a decoder raises on hostile bytes means the same
        return {"refused": Refusal.UNREADABLE, "detail": "The file cannot be read."}, ()


if __name__ == "__main__":
    main()
