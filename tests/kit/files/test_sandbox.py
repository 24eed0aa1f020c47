"""A child may do what it likes; the server goes on and the child ends."""

import asyncio
import ctypes
import os
import select
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.kit.files.errors import FileRefused, Refusal
from backend.kit.files.sandbox import Sandbox, SandboxUnavailableError
from backend.kit.files.zygote import CLONE_NEWNET, CLONE_NEWUSER

MODULE = "tests.kit.files.misbehaviour"


@pytest.fixture(scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(MODULE, places=2)
    yield sandbox
    sandbox.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(bytes(1000))
    return path


async def refusal_of(sandbox: Sandbox, act: str, file: Path, **job: object) -> Refusal:
    with pytest.raises(FileRefused) as caught:
        await sandbox.run({"act": act, **job}, file)
    return caught.value.code


async def test_reply_carries_values_and_parts(sandbox: Sandbox, file: Path) -> None:
    reply = await sandbox.run({"act": "echo"}, file)
    assert reply.header["read"] == 1000
    assert reply.parts == [b"first", b"second"]


@pytest.mark.parametrize("act", ["crash", "leave", "fail", "flood", "garble"])
async def test_broken_child_refuses_its_file_only(act: str, sandbox: Sandbox, file: Path) -> None:
    refused, reply = await asyncio.gather(refusal_of(sandbox, act, file), sandbox.run({"act": "echo"}, file))
    assert refused == Refusal.UNREADABLE
    assert reply.header["read"] == 1000


async def test_memory_is_capped(sandbox: Sandbox, file: Path) -> None:
    assert await refusal_of(sandbox, "take_python_memory", file) == Refusal.PIXEL_BOMB
    assert await refusal_of(sandbox, "take_native_memory", file) == Refusal.UNREADABLE


@dataclass(frozen=True)
class Pipe:
    path: Path
    descriptor: int

    def read_number(self) -> int:
        assert select.select([self.descriptor], [], [], 20)[0]
        return int(os.read(self.descriptor, 20))


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Pipe]:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    # Open for both directions, so that neither side waits for the other.
    descriptor = os.open(path, os.O_RDWR)
    yield Pipe(path, descriptor)
    os.close(descriptor)


def has_ended(pid: int) -> bool:
    """Wait for the end of the process, at most five seconds."""
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([pidfd], [], [], 5)[0])
    finally:
        os.close(pidfd)


async def test_child_is_killed_by_the_clock(file: Path, pipe: Pipe) -> None:
    sandbox = Sandbox(MODULE, wall_seconds=0.2)
    job = asyncio.create_task(sandbox.run({"act": "hang", "pipe": str(pipe.path)}, file))
    pid = await asyncio.to_thread(pipe.read_number)
    with pytest.raises(FileRefused) as caught:
        await job
    assert caught.value.code == Refusal.UNREADABLE
    assert has_ended(pid)
    sandbox.close()


async def test_child_is_killed_when_nobody_waits_any_more(sandbox: Sandbox, file: Path, pipe: Pipe) -> None:
    job = asyncio.create_task(sandbox.run({"act": "hang", "pipe": str(pipe.path)}, file))
    pid = await asyncio.to_thread(pipe.read_number)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert has_ended(pid)


async def test_child_cannot_write_files(sandbox: Sandbox, file: Path) -> None:
    assert await refusal_of(sandbox, "write", file, path=str(file)) == Refusal.UNREADABLE
    with file.open("rb") as stream:
        assert stream.read() == b""


async def test_child_has_no_secrets_and_no_connections(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv("KEHUI_SECRET_KEY", "canary-of-the-environment")
    sandbox = Sandbox(MODULE)
    dump = (await sandbox.run({"act": "dump", "limits": []}, file)).header
    sandbox.close()
    assert not any("canary" in value for value in dump["environment"])
    # Its file and the socket for its reply; the rest is standard input and output.
    assert sorted(name.split(":")[0] for name in dump["open"] if name != "/dev/null") == [
        str(file),
        "socket",
    ]


async def test_child_is_limited_by_the_kernel(sandbox: Sandbox, file: Path) -> None:
    limits = {
        "RLIMIT_AS": 1536 * 1024 * 1024,
        "RLIMIT_CPU": 10,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_CORE": 0,
    }
    dump = (await sandbox.run({"act": "dump", "limits": list(limits)}, file)).header
    assert dump["limits"] == {name: [limit, limit] for name, limit in limits.items()}


def may_unshare() -> bool:
    """Try in a fork, since there is no way back."""
    pid = os.fork()
    if pid == 0:
        os._exit(ctypes.CDLL(None).unshare(CLONE_NEWUSER | CLONE_NEWNET) & 1)
    return os.waitpid(pid, 0)[1] == 0


@pytest.mark.skipif(not may_unshare(), reason="this kernel or container gives out no namespaces")
async def test_child_reaches_no_network(sandbox: Sandbox, file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        refused = await refusal_of(sandbox, "connect", file, address=server.getsockname())
    assert refused == Refusal.UNREADABLE


async def test_no_more_children_than_places(sandbox: Sandbox, file: Path) -> None:
    replies = await asyncio.gather(*(sandbox.run({"act": "work"}, file) for _ in range(8)))
    spans = [(reply.header["started"], reply.header["ended"]) for reply in replies]
    at_once = [sum(start <= moment < end for start, end in spans) for moment, _ in spans]
    assert max(at_once) <= 2


async def test_fork_server_that_died_is_started_again(sandbox: Sandbox, file: Path) -> None:
    await sandbox.run({"act": "echo"}, file)
    assert sandbox._zygote is not None
    sandbox._zygote.process.kill()
    sandbox._zygote.process.wait()
    replies = await asyncio.gather(*(sandbox.run({"act": "echo"}, file) for _ in range(4)))
    assert [reply.header["read"] for reply in replies] == [1000] * 4


async def test_fork_server_that_never_runs_is_no_fault_of_the_file(
    file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sandbox = Sandbox("tests.kit.files.absent")
    with pytest.raises(SandboxUnavailableError):
        await sandbox.run({"act": "echo"}, file)
    assert "ModuleNotFoundError" in capfd.readouterr().err
