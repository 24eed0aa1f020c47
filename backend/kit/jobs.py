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
from datetime import timedelta
from typing import Any

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.db import AsyncpgDriver
from pgqueuer.domain.types import QueueExecutionMode
from pgqueuer.models import Job, Schedule
from pgqueuer.queries import Queries
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.db.session import Database, check_writable

log = logging.getLogger("kehui.jobs")

MAX_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=2)
CONCURRENCY = 2


@dataclass(frozen=True)
class JobRun:
    """One try of a job."""

    payload: dict[str, Any]
    is_last_try: bool


JobHandler = Callable[[Database, JobRun], Awaitable[None]]
ScheduledHandler = Callable[[Database], Awaitable[None]]


async def enqueue(session: AsyncSession, name: str, payload: Mapping[str, Any]) -> None:
    """Add a job that starts once this transaction has committed, and never if it rolls back."""
    check_writable(session)
    connection = await session.connection()
    # The queue writes through the driver's connection, where SQLAlchemy begins its transaction only with its own
    # first statement.
    await connection.execute(text("SELECT 1"))
    raw = await connection.get_raw_connection()
    queries = Queries(AsyncpgDriver(raw.driver_connection))  # type: ignore[arg-type]  # typed as an Any driver
    await queries.enqueue(name, json.dumps(payload).encode())


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
            await queue.qm.run(mode=QueueExecutionMode.drain)
            return
        for name, (expression, scheduled) in schedules.items():
            queue.schedule(name, expression)(_schedule(database, scheduled))
        if stop is not None:
            queue.shutdown = queue.qm.shutdown = queue.sm.shutdown = stop
        await queue.run()
    finally:
        await connection.close()


def _entrypoint(database: Database, name: str, handler: JobHandler) -> Callable[[Job], Awaitable[None]]:
    async def run(job: Job) -> None:
        # The queue counts the tries before this one.
        last = job.attempts + 1 >= MAX_ATTEMPTS
        try:
            await handler(database, JobRun(json.loads(job.payload or b"{}"), is_last_try=last))
        except Exception:
            log.exception("job.failed", extra={"job": name, "job_id": job.id, "attempt": job.attempts + 1})
            raise

    return run


def _schedule(database: Database, handler: ScheduledHandler) -> Callable[[Schedule], Awaitable[None]]:
    async def run(_schedule: Schedule) -> None:
        await handler(database)

    return run
