"""Run decoders in children that the kernel confines.

`multiprocessing` has a fork server too, but its children import the parent's main module again (here the
whole application) and inherit its environment, where the secrets are. This one starts empty; see
`backend.kit.files.zygote`.
"""

import asyncio
import atexit
import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.kit.files.confine import hide_memory
from backend.kit.files.errors import ChildEnded, FileRefused, Refusal, SandboxUnavailableError

WALL_SECONDS = 10.0
START_SECONDS = 30.0
MAX_REPLY_BYTES = 64 * 1024 * 1024
MEMORY_OF_A_PLACE = 1024**3
"""A child may map half as much again, but a picture of the most pixels accepted fits."""

_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a child answered: JSON values and binary parts, both to be checked like any foreign input."""

    header: dict[str, Any]
    parts: list[bytes]


class _ZygoteGoneError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Zygote:
    process: subprocess.Popen[bytes]
    control: socket.socket


def places_on_this_machine(cgroup: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """As many children at once as there are processors, unless they could take more memory than there is."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):
        memory = min(memory, int(cgroup.read_text()))
    return max(1, min(os.cpu_count() or 1, memory // MEMORY_OF_A_PLACE))


class Sandbox:
    """Children that run ``task_module.run(job, stream)``, at most ``places`` of them at a time, in turn."""

    def __init__(
        self,
        task_module: str = "backend.kit.files.decode",
        *,
        wall_seconds: float = WALL_SECONDS,
        places: int | None = None,
    ) -> None:
        self._task_module = task_module
        self._wall_seconds = wall_seconds
        self._places = asyncio.Semaphore(places or places_on_this_machine())
        self._zygote: _Zygote | None = None
        atexit.register(self.close)

    async def run(self, job: Mapping[str, Any], path: Path) -> Reply:
        """Run one job over the file at ``path``.

        Raises:
            FileRefused: by the task's decision, or because its child crashed, ran out of memory or of time.
            SandboxUnavailableError: for no fault of the file.
        """
        message = json.dumps({**job, "wall_seconds": self._wall_seconds}).encode()
        async with self._places:
            for _ in range(2):
                zygote = self._zygote or self._start()
                try:
                    return _parse(await self._exchange(zygote, message, path))
                except _ZygoteGoneError:
                    # Another job may have noticed before and started the next one.
                    if self._zygote is zygote:
                        self.close()
        raise SandboxUnavailableError

    def close(self) -> None:
        """End the fork server; it starts again with the next job."""
        if self._zygote is not None:
            self._zygote.control.close()
            self._zygote.process.kill()
            self._zygote.process.wait()
            self._zygote = None

    async def _exchange(self, zygote: _Zygote, message: bytes, path: Path) -> bytes:
        receiver, sender = socket.socketpair()
        with receiver:
            receiver.settimeout(0)
            with sender, path.open("rb") as stream:
                try:
                    socket.send_fds(zygote.control, [message], [stream.fileno(), sender.fileno()])
                except (BrokenPipeError, ConnectionResetError):
                    raise _ZygoteGoneError from None
            pidfd = await _receive_pidfd(receiver)
            try:
                async with asyncio.timeout(self._wall_seconds):
                    return await _receive_all(receiver)
            except TimeoutError:
                raise ChildEnded("The file takes too long to open.") from None
            finally:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                os.close(pidfd)

    def _start(self) -> _Zygote:
        # The secrets are in this process's environment, and the children have its account.
        hide_memory()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "backend.kit.files.zygote", str(theirs.fileno()), self._task_module],
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # Ctrl-C in the terminal is for the server, which then closes the socket.
                start_new_session=True,
            )
        self._zygote = _Zygote(process, ours)
        return self._zygote


async def _receive_pidfd(receiver: socket.socket) -> int:
    """Wait until the child runs; it presents itself before it looks at the file."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(receiver, readable.set)
    try:
        async with asyncio.timeout(START_SECONDS):
            await readable.wait()
    except TimeoutError:
        raise _ZygoteGoneError from None
    finally:
        loop.remove_reader(receiver)
    _, descriptors, _, _ = socket.recv_fds(receiver, 1, 1)
    if not descriptors:
        raise _ZygoteGoneError
    return descriptors[0]


async def _receive_all(receiver: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    received = bytearray()
    while chunk := await loop.sock_recv(receiver, 1024 * 1024):
        received += chunk
        if len(received) > MAX_REPLY_BYTES:
            raise _crashed()
    return bytes(received)


def _parse(reply: bytes) -> Reply:
    try:
        length = int.from_bytes(reply[:4])
        header = json.loads(reply[4 : 4 + length])
        if "refused" in header:
            raise FileRefused(Refusal(header["refused"]), str(header["detail"]))
        offset = 4 + length
        parts = []
        for size in header["parts"]:
            parts.append(reply[offset : offset + size])
            offset += size
    except (ValueError, TypeError, KeyError):
        raise _crashed() from None
    if offset != len(reply):
        raise _crashed()
    return Reply(header, parts)


def _crashed() -> FileRefused:
    return ChildEnded("The file cannot be read.")


@functools.cache
def default_sandbox() -> Sandbox:
    """The sandbox of this process; its fork server starts with the first file."""
    return Sandbox()
