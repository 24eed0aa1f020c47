"""Background work: enqueued in the transaction of its cause, kept in PostgreSQL, done at least once.

A job takes ids, loads what it needs, calls one service method and may be run again without harm. It is retried
with growing pauses; after five tries it stays in the queue as ``failed``, to be seen and sent again.
"""

import asyncio
import functools
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.db import AsyncpgDriver
from pgqueuer.domain.models import TableChangedEvent
from pgqueuer.domain.settings import db_settings
from pgqueuer.domain.types import QueueExecutionMode
from pgqueuer.models import Job, Schedule
from pgqueuer.queries import Queries
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.context import working_for
from backend.kit.db.session import Database, check_writable, notify_after_commit

log = logging.getLogger("kehui.jobs")

MAX_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=2)
CONCURRENCY = 2
# A worker is woken when there is work; looking now and then finds what nobody came to tell of.
POLL = timedelta(seconds=5)
# Nobody tells that the last job is done.
POLL_TO_DRAIN = timedelta(seconds=0.05)
_DEDUPED = "dedupe_key"
_SETTINGS = db_settings()
_CHANNEL = _SETTINGS.channel


@dataclass(frozen=True)
class JobRun:
    """One try of a job."""

    payload: dict[str, Any]
    is_last_try: bool


JobHandler = Callable[[Database, JobRun], Awaitable[None]]
ScheduledHandler = Callable[[Database], Awaitable[None]]


async def enqueue(
    session: AsyncSession, name: str, payload: Mapping[str, Any], *, dedupe_key: str | None = None
) -> None:
    """Add a job that starts once this transaction has committed, and never if it rolls back.

    Of jobs with the same ``dedupe_key`` one waits at a time. A job that has started no longer counts: it may have
    read what this transaction changes, so another one is added.
    """
    check_writable(session)
    connection = await session.connection()
    # The queue writes through the driver's connection, where SQLAlchemy begins its transaction only with its own
    # first statement.
    await connection.execute(text("SELECT 1"))
    raw = await connection.get_raw_connection()
    queries = Queries(AsyncpgDriver(raw.driver_connection))  # type: ignore[arg-type]  # typed as an Any driver
    await queries.enqueue(
        name,
        json.dumps(payload).encode(),
        dedupe_key=dedupe_key,
        headers=None if dedupe_key is None else {_DEDUPED: dedupe_key},
        # Unlike "skip" it locks the waiting job, which so starts only when this transaction has ended.
        on_conflict="update_priority",
    )
    notify_after_commit(session, _CHANNEL, _new_jobs())


def _new_jobs() -> str:
    event = TableChangedEvent(
        channel=_CHANNEL,
        operation="insert",
        sent_at=datetime.now(UTC),
        table=_SETTINGS.queue_table,
        type="table_changed_event",
    )
    return event.model_dump_json(exclude={"received_at"})


async def work(
    database: Database,
    handlers: Mapping[str, JobHandler],
    schedules: Mapping[str, tuple[str, ScheduledHandler]],
    *,
    until_empty: bool = False,
    stop: asyncio.Event | None = None,
) -> None:
    """Run jobs until ``stop`` is set, or with ``until_empty`` until none is left.

    ``schedules`` maps a name to a cron expression (UTC) and what to run then, once however many workers there are.
    """
    dsn = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(dsn, server_settings={"application_name": "kehui-worker"})
    try:
        queue = PgQueuer.from_asyncpg_connection(connection)
        executor = functools.partial(
            # The queue counts the tries after the first.
            DatabaseRetryEntrypointExecutor,
            max_attempts=MAX_ATTEMPTS - 1,
            initial_delay=FIRST_PAUSE,
        )
        for name, handler in handlers.items():
            queue.entrypoint(
                name, executor_factory=executor, on_failure="hold", concurrency_limit=CONCURRENCY
            )(_entrypoint(database, name, handler))
        if until_empty:
            await queue.qm.run(mode=QueueExecutionMode.drain, dequeue_timeout=POLL_TO_DRAIN)
            return
        for name, (expression, scheduled) in schedules.items():
            queue.schedule(name, expression)(_schedule(database, name, scheduled))
        if stop is not None:
            queue.shutdown = queue.qm.shutdown = queue.sm.shutdown = stop
        await queue.run(dequeue_timeout=POLL)
    finally:
        await connection.close()


def _entrypoint(database: Database, name: str, handler: JobHandler) -> Callable[[Job], Awaitable[None]]:
    async def run(job: Job) -> None:
        # The queue counts the tries before this one.
        last = job.attempts + 1 >= MAX_ATTEMPTS
        try:
            if job.headers and _DEDUPED in job.headers:
                await _make_room(database, job)
            with working_for(f"job:{name}"):
                await handler(database, JobRun(json.loads(job.payload or b"{}"), is_last_try=last))
        except Exception:
            log.exception("job.failed", extra={"job": name, "job_id": job.id, "attempt": job.attempts + 1})
            raise

    return run


async def _make_room(database: Database, job: Job) -> None:
    """Let an equal job be added from now on; waits for a transaction that relied on this one still waiting."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE pgqueuer SET dedupe_key = NULL WHERE id = :id"), {"id": job.id})


def _schedule(
    database: Database, name: str, handler: ScheduledHandler
) -> Callable[[Schedule], Awaitable[None]]:
    async def run(_schedule: Schedule) -> None:
        with working_for(f"schedule:{name}"):
            await handler(database)

    return run
