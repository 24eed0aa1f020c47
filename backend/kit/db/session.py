"""The transaction boundary: the only place that opens sessions and the only one that commits."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import IntEnum
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.orm import Session as SyncSession

from backend.kit.db.caching import Caches
from backend.kit.db.lists import LARGE_TOTALS, LargeTotals
from backend.kit.db.numbering import NUMBERS, NumberSource
from backend.kit.db.waking import Waker
from backend.kit.errors import ServerBusy

log = logging.getLogger("kehui.database")

WAIT_SECONDS = 3.0
STATEMENT_TIMEOUT_MS = 15_000
LOCK_TIMEOUT_MS = 2_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
# Authentication and the event stream look things up while the request may already hold a session, so
# they have connections of their own: nobody ever waits for a connection while holding one of the same kind.
LOOKUP_CONNECTIONS = 2
# One draws numbers, one wakes listeners; each asks for one at a time.
SIDE_CONNECTIONS = 2

BeforeCommit = Callable[[AsyncSession], Awaitable[None]]
AfterCommit = Callable[[], None]
_BEFORE_COMMIT = "before_commit"
_AFTER_COMMIT = "after_commit"
_PHASE = "phase"
_READING = "reading"
_WAKER = "waker"
_CACHES = "caches"


class ReadingOnly(RuntimeError):
    """Something was to be written through a session that only reads; it would have been lost."""


class Phase(IntEnum):
    """When an action before the commit runs: all of a phase before any of the next."""

    AUDIT = 1
    FEED = 2
    # What cannot be taken back, such as bytes put into the store: nothing may fail after it but the commit.
    LAST = 3


def check_writable(session: AsyncSession) -> None:
    """Raise `ReadingOnly` for a session that was opened for reading."""
    if session.info.get(_READING):
        raise ReadingOnly


def before_commit(session: AsyncSession, phase: Phase, action: BeforeCommit) -> None:
    """Run ``action`` once as one of the last things inside this transaction, however often it is asked for.

    An action may ask for others, in its own phase or a later one; asking for an earlier one raises, because that
    phase is over.
    """
    check_writable(session)
    if phase < session.info.get(_PHASE, phase):
        message = f"{phase.name} is over."
        raise RuntimeError(message)
    session.info.setdefault(_BEFORE_COMMIT, {}).setdefault(phase, {})[action] = None


def after_commit(session: AsyncSession, hook: AfterCommit) -> None:
    """Run ``hook`` once the commit is durable, and never after a rollback.

    It cannot fail the request any more, and a process that is killed in between never runs it: only for what
    something else makes good in time, such as waking those who look by themselves a moment later.
    """
    check_writable(session)
    session.info.setdefault(_AFTER_COMMIT, []).append(hook)


def notify_after_commit(session: AsyncSession, channel: str, payload: str = "") -> None:
    """Send a NOTIFY once this transaction has committed.

    Inside the transaction it would make PostgreSQL hold a lock of the whole server until the commit is on disk.
    """
    waker: Waker | None = session.info.get(_WAKER)
    if waker is not None:
        after_commit(session, partial(waker.wake, channel, payload))


def forget_after_commit(session: AsyncSession, channel: str) -> None:
    """Make every process forget what it keeps of this once the transaction has committed; this one, at once."""
    caches: Caches | None = session.info.get(_CACHES)
    if caches is not None:
        after_commit(session, caches.on(channel).forget)
        notify_after_commit(session, channel)


async def _run_before_commit(session: AsyncSession) -> None:
    await session.flush()
    phases: dict[Phase, dict[BeforeCommit, None]] = session.info.setdefault(_BEFORE_COMMIT, {})
    while phases:
        phase = session.info[_PHASE] = min(phases)
        for action in phases.pop(phase):
            await action(session)
            # What the database refuses, it refuses before the next phase begins.
            await session.flush()


def _run_after_commit(session: AsyncSession) -> None:
    hooks: list[AfterCommit] = session.info.get(_AFTER_COMMIT, [])
    for hook in hooks:
        try:
            hook()
        except Exception:
            log.exception("session.hook_failed")


class _Reading(SyncSession):
    """Refuses to write before the database does, and where a test's connection could."""


@event.listens_for(_Reading, "before_flush")
def _refuse_to_flush(session: SyncSession, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadingOnly


@event.listens_for(_Reading, "do_orm_execute")
def _refuse_to_execute(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise ReadingOnly


class ReadOnlySession(AsyncSession):
    """A session that cannot write."""

    sync_session_class = _Reading


def _check_open(connection: Any, _record: object, _proxy: object) -> None:
    """Let the pool replace a connection that the server has closed; the driver knows without asking it."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


class FairLimiter:
    """First come, first served access to a pool of connections.

    The pools of SQLAlchemy and asyncpg hand a freed connection to whoever asks next, not to whoever waited
    longest; under load that makes the slowest requests four times slower.
    """

    def __init__(self, size: int) -> None:
        self._semaphore = asyncio.Semaphore(size)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one place; raises `ServerBusy` after three seconds of waiting."""
        if self._semaphore.locked():
            try:
                async with asyncio.timeout(WAIT_SECONDS):
                    await self._semaphore.acquire()
            except TimeoutError:
                raise ServerBusy from None
        else:
            await self._semaphore.acquire()
        try:
            yield
        finally:
            self._semaphore.release()


class Database:
    """The engines of a process: one writes in transactions, one reads without them, one works on the side.

    Reads through an engine in AUTOCOMMIT mode save two round trips a request. On the side, numbers are drawn and
    listeners woken, in transactions that nobody waits for: what they did is on disk at the latest when the next
    commit is, which is soon enough for both.
    """

    def __init__(self, url: str, *, pool_size: int = 6, application_name: str = "kehui") -> None:
        self.url = url
        # What every session finds in its ``info``.
        self.carried: dict[str, Any] = {}
        server_settings = {
            "application_name": application_name,
            "statement_timeout": str(STATEMENT_TIMEOUT_MS),
            "lock_timeout": str(LOCK_TIMEOUT_MS),
            "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MS),
            "timezone": "UTC",
            "jit": "off",
            # A cached plan made without the values cannot know that a search token is rare, and walks the table.
            "plan_cache_mode": "force_custom_plan",
        }

        def engine(size: int, *, autocommit: bool = True, **settings: str) -> AsyncEngine:
            made = create_async_engine(
                url,
                pool_size=size,
                max_overflow=0,
                connect_args={"server_settings": server_settings | settings},
                # Without a transaction there is nothing to undo when a connection is given back.
                **({"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None} if autocommit else {}),
            )
            event.listen(made.sync_engine, "checkout", _check_open)
            return made

        self.engine = engine(pool_size, autocommit=False)
        self.read_engine = engine(pool_size + LOOKUP_CONNECTIONS, default_transaction_read_only="on")
        self._side_engine = engine(SIDE_CONNECTIONS, synchronous_commit="off")
        self._waker = Waker(self._side_engine)
        self.caches = Caches()
        numbers = NumberSource(self._side_engine)
        info = {
            NUMBERS: numbers,
            _WAKER: self._waker,
            _CACHES: self.caches,
            LARGE_TOTALS: LargeTotals(),
        }
        self._use(self.engine, self.read_engine, info)
        self._write_limiter = FairLimiter(pool_size)
        self._read_limiter = FairLimiter(pool_size)
        self._lookup_limiter = FairLimiter(LOOKUP_CONNECTIONS)

    def _use(
        self,
        write_bind: AsyncEngine | AsyncConnection,
        read_bind: AsyncEngine | AsyncConnection,
        info: dict[str, Any],
    ) -> None:
        self._sessionmaker = async_sessionmaker(
            write_bind, expire_on_commit=False, join_transaction_mode="create_savepoint", info=info
        )
        self._read_sessionmaker = async_sessionmaker(
            read_bind,
            class_=ReadOnlySession,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={**info, _READING: True},
        )

    def bind_to(self, connection: AsyncConnection) -> None:
        """Run every later session inside the transaction that ``connection`` has open (for tests).

        Numbers are then drawn in it too, and nobody is woken: for others nothing is ever committed.
        """
        self._use(connection, connection, {})

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a session whose work commits when the block ends, and rolls back when it raises."""
        async with self._write_limiter.slot(), self._sessionmaker() as session:
            session.info.update(self.carried)
            async with session.begin():
                yield session
                await _run_before_commit(session)
            _run_after_commit(session)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadOnlySession]:
        """Open a session for reading only; each statement sees what is committed when it starts."""
        async with self._read_limiter.slot(), self._read_sessionmaker() as session:
            session.info.update(self.carried)
            yield session

    @asynccontextmanager
    async def lookup(self) -> AsyncIterator[ReadOnlySession]:
        """Open a session for one short read made while the same request may hold another session."""
        async with self._lookup_limiter.slot(), self._read_sessionmaker() as session:
            session.info.update(self.carried)
            yield session

    async def close(self) -> None:
        """Close all pooled connections."""
        await self._waker.close()
        for engine in (self.engine, self.read_engine, self._side_engine):
            await engine.dispose()


def get_database(request: Request) -> Database:
    """Return the application's database."""
    database: Database = request.app.state.database
    return database


AppDatabase = Annotated[Database, Depends(get_database)]


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Give a route one transaction, committed before the first byte of the answer."""
    async with get_database(request).transaction() as session:
        yield session


async def get_read_session(request: Request) -> AsyncIterator[ReadOnlySession]:
    """Give a route a read-only session."""
    async with get_database(request).reading() as session:
        yield session


# With the default scope a dependency ends after the response was sent, so a failing commit would come too late.
Session = Annotated[AsyncSession, Depends(get_session, scope="function")]
ReadSession = Annotated[ReadOnlySession, Depends(get_read_session, scope="function")]
