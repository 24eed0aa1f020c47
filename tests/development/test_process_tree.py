import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from backend.development.process_tree import ChildFailedError, ProcessTree

ROOT = Path(__file__).resolve().parents[2]
STAY = ("sleep", "infinity")
ENVIRONMENT = {"PATH": os.environ["PATH"]}


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A pipe through which a shell tells the pid of what it started."""
    path = tmp_path / "told"
    os.mkfifo(path)
    return path


async def started_by(told: Path) -> psutil.Process:
    async with asyncio.timeout(10):
        return psutil.Process(int(await asyncio.to_thread(told.read_text)))


def has_ended(process: psutil.Process) -> bool:
    _, alive = psutil.wait_procs([process], timeout=5)
    # Where nothing reaps the dead they stay listed.
    return all(left.status() == psutil.STATUS_ZOMBIE for left in alive)


async def test_leaving_the_tree_ends_children_and_grandchildren(told: Path) -> None:
    async with ProcessTree() as tree:
        await tree.start("one", ENVIRONMENT, "sh", "-c", f"echo $$ > {told}; exec sleep infinity")
        child = await started_by(told)
        await tree.start("two", ENVIRONMENT, "sh", "-c", f"sleep infinity & echo $! > {told}; wait")
        grandchild = await started_by(told)
    assert has_ended(child)
    assert has_ended(grandchild)


async def test_end_of_one_child_is_told_by_name_and_exit_code() -> None:
    async with ProcessTree() as tree:
        await tree.start("The steady one", ENVIRONMENT, *STAY)
        await tree.start("The worker", ENVIRONMENT, "sh", "-c", "exit 3")
        with pytest.raises(ChildFailedError, match=r"The worker ended unexpectedly \(exit code 3\)"):
            await tree.wait_for_end()


async def test_killed_child_is_told_by_its_signal() -> None:
    async with ProcessTree() as tree:
        await tree.start("The worker", ENVIRONMENT, "sh", "-c", "kill -9 $$")
        with pytest.raises(ChildFailedError, match="signal SIGKILL"):
            await tree.wait_for_end()


async def test_a_step_that_fails_is_told() -> None:
    async with ProcessTree() as tree:
        await tree.run("The migration", ENVIRONMENT, "true")
        with pytest.raises(ChildFailedError, match=r"The migration failed \(exit code 1\)"):
            await tree.run("The migration", ENVIRONMENT, "false")


async def test_a_step_does_not_outlive_a_child_that_was_meant_to_stay() -> None:
    async with ProcessTree() as tree:
        await tree.start("The web server", ENVIRONMENT, "false")
        with pytest.raises(ChildFailedError, match="The web server ended unexpectedly"):
            await tree.run("Seeding", ENVIRONMENT, *STAY)


async def test_child_that_ignores_the_request_to_end_is_killed(
    told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.development.process_tree.GRACE_SECONDS", 0.1)
    async with ProcessTree() as tree:
        await tree.start(
            "Stubborn", ENVIRONMENT, "sh", "-c", f"trap '' TERM; echo $$ > {told}; sleep infinity"
        )
        stubborn = await started_by(told)
    assert has_ended(stubborn)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_children_end_when_their_parent_is_killed() -> None:
    code = (
        "import asyncio, os\n"
        "from backend.development.process_tree import ProcessTree\n"
        "async def main():\n"
        "    async with ProcessTree() as tree:\n"
        "        await tree.start('one', os.environ, 'sh', '-c', 'echo $$; exec sleep infinity')\n"
        "        await tree.wait_for_end()\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
        assert has_ended(child)
