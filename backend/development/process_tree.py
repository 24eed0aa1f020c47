"""Child processes that live and die together."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Self

GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1


class ChildFailedError(RuntimeError):
    """A child ended that should not have, or ended with an error."""


class ProcessTree:
    """Starts children, notices when one ends, and leaves none behind.

    Each child leads a process group of its own: Ctrl-C in the terminal reaches this process alone, which
    then ends the children in order, and grandchildren end with their parent.
    """

    def __init__(self) -> None:
        self._children: dict[str, asyncio.subprocess.Process] = {}

    async def start(self, name: str, environment: Mapping[str, str], *command: str) -> None:
        """Start a child that is meant to stay."""
        self._children[name] = await _spawn(environment, command)

    async def run(self, name: str, environment: Mapping[str, str], *command: str) -> None:
        """Run a child to its end.

        Raises:
            ChildFailedError: It failed, or one of the children that are meant to stay ended meanwhile.
        """
        child = await _spawn(environment, command)
        self._children[name] = child
        others = asyncio.create_task(self.wait_for_end(except_for=name))
        own = asyncio.create_task(child.wait())
        try:
            await asyncio.wait((own, others), return_when=asyncio.FIRST_COMPLETED)
            if others.done():
                others.result()
            if own.result() != 0:
                raise ChildFailedError(f"{name} failed ({_describe(own.result())}).")
        finally:
            own.cancel()
            others.cancel()
        del self._children[name]

    async def wait_for_end(self, *, except_for: str = "") -> None:
        """Wait until a child ends; with no children that is never.

        Raises:
            ChildFailedError: Always, naming the child that ended first.
        """
        waiting = {
            asyncio.create_task(child.wait()): name
            for name, child in self._children.items()
            if name != except_for
        }
        try:
            if not waiting:
                await asyncio.Event().wait()
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        ended = done.pop()
        raise ChildFailedError(f"{waiting[ended]} ended unexpectedly ({_describe(ended.result())}).")

    async def stop(self) -> None:
        """End all children, the last started first; what does not go within ten seconds is killed."""
        for child in reversed(self._children.values()):
            with suppress(ProcessLookupError):
                child.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(child.wait(), GRACE_SECONDS)
            _kill_group(child)
            await child.wait()
        self._children.clear()

    def kill(self) -> None:
        """Kill all children at once, for whoever presses Ctrl-C twice."""
        for child in self._children.values():
            _kill_group(child)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


async def _spawn(environment: Mapping[str, str], command: tuple[str, ...]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=partial(end_with_parent, os.getpid()),
    )


def _kill_group(child: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent is killed and cannot do it; Linux knows how.

    For the start of a child, with the pid that started it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


def _describe(return_code: int) -> str:
    if return_code < 0:
        return f"signal {signal.Signals(-return_code).name}"
    return f"exit code {return_code}"
