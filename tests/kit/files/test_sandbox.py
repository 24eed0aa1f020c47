"""A child may do what it likes; the server goes on and the child ends."""

import asyncio
import ctypes
import os
import select
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from backend.kit.files.confine import CLONE_NEWNET, CLONE_NEWUSER, FIRST_TO_GO, has_landlock
from backend.kit.files.errors import ChildEnded, FileRefused, Refusal, SandboxUnavailableError
from backend.kit.files.sandbox import Reply, Sandbox, places_on_this_machine

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


async def child_of(zygote: int) -> int:
    """Wait for a child that has presented itself and begun, and return its process id."""
    process = psutil.Process(zygote)
    async with asyncio.timeout(20):
        while True:
            for child in process.children():
                with suppress(psutil.NoSuchProcess):
                    if child.rlimit(psutil.RLIMIT_FSIZE)[0] == 0 and child.status() != psutil.STATUS_ZOMBIE:
                        return child.pid
            await asyncio.sleep(0)


async def hanging_child(sandbox: Sandbox, file: Path) -> tuple["asyncio.Task[Reply]", int]:
    """Start a job that never ends; returns it and its child's process id."""
    await sandbox.run({"act": "echo"}, file)
    assert sandbox._zygote is not None
    job = asyncio.create_task(sandbox.run({"act": "hang"}, file))
    pid = await child_of(sandbox._zygote.process.pid)
    # Its presentation lies in the socket; let the job read it.
    for _ in range(10):
        await asyncio.sleep(0)
    return job, pid


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


async def test_child_is_killed_by_the_clock(file: Path) -> None:
    sandbox = Sandbox(MODULE, wall_seconds=2)
    job, pid = await hanging_child(sandbox, file)
    with pytest.raises(ChildEnded) as caught:
        await job
    assert caught.value.code == Refusal.UNREADABLE
    assert has_ended(pid)
    sandbox.close()


async def test_child_is_killed_when_nobody_waits_any_more(sandbox: Sandbox, file: Path) -> None:
    job, pid = await hanging_child(sandbox, file)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert has_ended(pid)


_SERVER = """
import asyncio, sys
from pathlib import Path
from tests.kit.files.test_sandbox import MODULE, Sandbox, hanging_child
async def main():
    sandbox = Sandbox(MODULE, wall_seconds=60)
    job, pid = await hanging_child(sandbox, Path(sys.argv[1]))
    print(sandbox._zygote.process.pid, pid, flush=True)
    await job
asyncio.run(main())
"""


def test_fork_server_and_children_end_with_a_server_that_is_killed(file: Path) -> None:
    command = [sys.executable, "-c", _SERVER, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        zygote, child = (int(pid) for pid in server.stdout.readline().split())
        assert psutil.pid_exists(zygote)
        server.kill()

    assert has_ended(zygote)
    assert has_ended(child)


async def test_child_cannot_write_files(sandbox: Sandbox, file: Path) -> None:
    assert await refusal_of(sandbox, "write", file, path=str(file)) == Refusal.UNREADABLE
    with file.open("rb") as stream:
        assert b"x" not in stream.read()


async def test_child_has_no_secrets_and_no_connections(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv("KEHUI_SECRET_KEY", "canary-of-the-environment")
    sandbox = Sandbox(MODULE)
    dump = (await sandbox.run({"act": "dump", "limits": []}, file)).header
    sandbox.close()
    number = (await asyncio.to_thread(file.stat)).st_ino
    assert not any("canary" in value for value in dump["environment"])
    # Its file and the socket for its reply; the rest is standard input and output.
    assert sorted(kind for kind in dump["open"] if kind != "device") == [
        f"file {number}",
        "socket",
    ]


@pytest.mark.skipif(not has_landlock(), reason="this kernel cannot take the right to files from a process")
async def test_child_reads_no_file_and_looks_into_no_process(sandbox: Sandbox, file: Path) -> None:
    for path in (file, Path("/etc/passwd"), Path(f"/proc/{os.getpid()}/environ")):
        assert await refusal_of(sandbox, "read", file, path=str(path)) == Refusal.UNREADABLE


async def test_child_goes_first_when_memory_runs_out(sandbox: Sandbox, file: Path) -> None:
    job, pid = await hanging_child(sandbox, file)
    score = await asyncio.to_thread(Path(f"/proc/{pid}/oom_score_adj").read_text)
    assert score.strip() == FIRST_TO_GO
    job.cancel()


@pytest.mark.parametrize(("limit", "places"), [("1000", 1), (str(1024**3), 1), ("max", os.cpu_count())])
def test_there_are_no_more_places_than_memory_for_them(tmp_path: Path, limit: str, places: int) -> None:
    (tmp_path / "memory.max").write_text(limit)
    assert places_on_this_machine(tmp_path / "memory.max") <= places


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
