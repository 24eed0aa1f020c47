"""Background work, on the real queue."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from backend.kit import jobs
from backend.kit.context import origin
from backend.kit.db.session import Database
from backend.kit.jobs import MAX_ATTEMPTS, JobHandler, JobRun, enqueue, work

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a failed job be tried again at once."""
    monkeypatch.setattr(jobs, "FIRST_PAUSE", timedelta(0))


async def add(
    database: Database, name: str = "note", *, dedupe_key: str | None = None, **payload: Any
) -> None:
    """Enqueue a job in a transaction of its own."""
    async with database.transaction() as session:
        await enqueue(session, name, payload, dedupe_key=dedupe_key)


async def drain(database: Database, **handlers: Callable[[Database, JobRun], Awaitable[None]]) -> None:
    """Work until nothing is left."""
    async with asyncio.timeout(30):
        await work(database, handlers, {}, until_empty=True)


async def queued(database: Database) -> list[tuple[str, dict[str, Any]]]:
    """Return the state and payload of the jobs that are in the queue."""
    async with database.reading() as session:
        rows = await session.execute(text("SELECT status::text, payload FROM pgqueuer ORDER BY id"))
        return [(status, json.loads(payload)) for status, payload in rows]


class Notes:
    """A job that notes its runs and fails as often as asked."""

    def __init__(self, *, failures: int = 0) -> None:
        self.failures = failures
        self.runs: list[JobRun] = []

    async def __call__(self, _database: Database, run: JobRun) -> None:
        """Run."""
        self.runs.append(run)
        if len(self.runs) <= self.failures:
            raise RuntimeError("no")


async def test_a_committed_job_runs_once(live_database: Database) -> None:
    notes = Notes()
    await add(live_database, number=1)
    await add(live_database, number=2)

    await drain(live_database, note=notes.__call__)
    await drain(live_database, note=notes.__call__)

    assert sorted(run.payload["number"] for run in notes.runs) == [1, 2]
    assert not any(run.is_last_try for run in notes.runs)
    assert await queued(live_database) == []


async def test_a_job_of_a_transaction_that_rolls_back_never_runs(live_database: Database) -> None:
    async def fail() -> None:
        async with live_database.transaction() as session:
            await enqueue(session, "note", {"number": 1})
            raise RuntimeError

    notes = Notes()
    with pytest.raises(RuntimeError):
        await fail()
    await add(live_database, number=2)

    await drain(live_database, note=notes.__call__)

    assert [run.payload for run in notes.runs] == [{"number": 2}]


async def test_a_job_is_not_seen_before_its_transaction_commits(live_database: Database) -> None:
    notes = Notes()
    async with live_database.transaction() as session:
        await enqueue(session, "note", {})
        await drain(live_database, note=notes.__call__)
        assert notes.runs == []

    await drain(live_database, note=notes.__call__)
    assert len(notes.runs) == 1


async def test_a_failing_job_is_tried_again_until_it_succeeds(live_database: Database) -> None:
    notes = Notes(failures=2)
    await add(live_database, number=1)

    await drain(live_database, note=notes.__call__)

    assert [run.payload for run in notes.runs] == [{"number": 1}] * 3
    assert await queued(live_database) == []


async def test_a_job_that_keeps_failing_is_kept_as_failed_after_its_last_try(
    live_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    notes = Notes(failures=100)
    await add(live_database, number=1)

    await drain(live_database, note=notes.__call__)
    await drain(live_database, note=notes.__call__)

    assert [run.is_last_try for run in notes.runs] == [False] * (MAX_ATTEMPTS - 1) + [True]
    assert await queued(live_database) == [("failed", {"number": 1})]
    logged = [record for record in caplog.records if record.name == "kehui.jobs"]
    assert [record.__dict__["attempt"] for record in logged] == list(range(1, MAX_ATTEMPTS + 1))


async def test_two_workers_share_the_jobs(live_database: Database) -> None:
    notes = Notes()
    for number in range(10):
        await add(live_database, number=number)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(2):
            tasks.create_task(drain(live_database, note=notes.__call__))

    assert sorted(run.payload["number"] for run in notes.runs) == list(range(10))


async def test_a_worker_waits_for_jobs_and_stops_when_told(live_database: Database) -> None:
    stop, ran = asyncio.Event(), asyncio.Event()

    async def note(_database: Database, _run: JobRun) -> None:
        ran.set()

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(work(live_database, {"note": note}, {}, stop=stop))
        await add(live_database)
        await ran.wait()
        stop.set()
    assert await queued(live_database) == []


@asynccontextmanager
async def working(database: Database, handler: JobHandler) -> AsyncIterator[None]:
    """Keep a worker running."""
    stop = asyncio.Event()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(work(database, {"note": handler}, {}, stop=stop))
        yield
        stop.set()


class Arrivals:
    """A job that tells of its runs as they come."""

    def __init__(self) -> None:
        self.numbers: asyncio.Queue[int] = asyncio.Queue()

    async def __call__(self, _database: Database, run: JobRun) -> None:
        """Run."""
        await self.numbers.put(run.payload["number"])


async def test_a_waiting_worker_is_woken_by_the_commit(
    live_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "POLL", timedelta(hours=1))
    arrivals = Arrivals()
    async with working(live_database, arrivals):
        for number in range(3):
            await add(live_database, number=number)
            assert await arrivals.numbers.get() == number


async def test_a_job_that_nobody_told_of_is_found_by_looking(
    live_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "POLL", timedelta(seconds=0.2))
    arrivals = Arrivals()
    async with working(live_database, arrivals):
        await add(live_database, number=1)
        assert await arrivals.numbers.get() == 1
        async with live_database.transaction() as session:
            # As a process killed between the commit and the wake-up leaves it.
            session.info.pop("waker")
            await enqueue(session, "note", {"number": 2})
        assert await arrivals.numbers.get() == 2


async def test_of_jobs_with_one_key_one_waits(live_database: Database) -> None:
    notes = Notes()
    for key in ("a", "a", "b", None, None, "a"):
        await add(live_database, dedupe_key=key, key=key)

    assert [payload["key"] for _, payload in await queued(live_database)] == ["a", "b", None, None]
    await drain(live_database, note=notes)
    await add(live_database, dedupe_key="a", key="a")
    await drain(live_database, note=notes)
    assert len(notes.runs) == 5


async def test_a_job_that_has_started_no_longer_stands_for_others(live_database: Database) -> None:
    runs = 0

    async def note(database: Database, _run: JobRun) -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            # What it has read may be changed by whoever asks for it now.
            await add(database, dedupe_key="a")

    await add(live_database, dedupe_key="a")
    await drain(live_database, note=note)
    assert runs == 2


async def test_a_waiting_job_is_not_started_from_under_a_transaction_that_relies_on_it(
    live_database: Database,
) -> None:
    notes = Notes()
    await add(live_database, dedupe_key="a")
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks, live_database.transaction() as session:
        await enqueue(session, "note", {}, dedupe_key="a")
        tasks.create_task(drain(live_database, note=notes))
        await add(live_database, number=1)
        while not notes.runs:
            await queued(live_database)
        assert [run.payload for run in notes.runs] == [{"number": 1}]
    assert [run.payload for run in notes.runs] == [{"number": 1}, {}]


async def test_a_job_knows_where_its_work_comes_from(live_database: Database) -> None:
    origins: list[str] = []

    async def note(_database: Database, _run: JobRun) -> None:
        origins.append(origin.get())

    await add(live_database)
    await drain(live_database, note=note)
    assert (origins, origin.get()) == (["job:note"], "")
