"""The transaction boundary: the only place that opens sessions and the only one that commits."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from backend.kit.errors import ServerBusy

WAIT_SECONDS = 3.0
STATEMENT_TIMEOUT_MS = 15_000
LOCK_TIMEOUT_MS = 2_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
# Authentication and the event stream look things up while the request may already hold a session, so
# they have connections of their own: nobody ever waits for a connection while holding one of the same kind.
LOOKUP_CONNECTIONS = 2

BeforeCommit = Callable[[AsyncSession], Awaitable[None]]
_BEFORE_COMMIT = "before_commit"


def before_commit(session: AsyncSession, key: str, action: BeforeCommit) -> None:
    """Run ``action`` once, as the last thing inside this transaction.

    For effects that must hold a lock which orders commits (the event feed, the audit chain): taken this late,
    the lock is held for the length of a commit and not of a request. A second call with the same key is ignored.
    Actions run in the order of their keys, so that any two transactions take the locks in the same order.
    """
    session.info.setdefault(_BEFORE_COMMIT, {}).setdefault(key, action)


async def _run_before_commit(session: AsyncSession) -> None:
    await session.flush()
    actions: dict[str, BeforeCommit] = session.info.pop(_BEFORE_COMMIT, {})
    for _, action in sorted(actions.items()):
        await action(session)


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
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._semaphore.acquire()
        except TimeoutError:
            raise ServerBusy from None
        try:
            yield
        finally:
            self._semaphore.release()


class Database:
    """The two engines of a process: one that writes in transactions, one that reads without them.

    Reads through an engine in AUTOCOMMIT mode save two round trips a request.
    """

    def __init__(self, url: str, *, pool_size: int = 6, application_name: str = "kehui") -> None:
        self.url = url
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
        connect_args = {"server_settings": server_settings}
        self.engine: AsyncEngine = create_async_engine(
            url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, connect_args=connect_args
        )
        self.read_engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size + LOOKUP_CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args=connect_args,
            isolation_level="AUTOCOMMIT",
        )
        self._use(self.engine, self.read_engine)
        self._write_limiter = FairLimiter(pool_size)
        self._read_limiter = FairLimiter(pool_size)
        self._lookup_limiter = FairLimiter(LOOKUP_CONNECTIONS)

    def _use(
        self, write_bind: AsyncEngine | AsyncConnection, read_bind: AsyncEngine | AsyncConnection
    ) -> None:
        self._sessionmaker = async_sessionmaker(
            write_bind, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        self._read_sessionmaker = async_sessionmaker(
            read_bind, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )

    def bind_to(self, connection: AsyncConnection) -> None:
        """Run every later session inside the transaction that ``connection`` has open (for tests)."""
        self._use(connection, connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a session whose work commits when the block ends, and rolls back when it raises."""
        async with self._write_limiter.slot(), self._sessionmaker() as session, session.begin():
            yield session
            await _run_before_commit(session)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session for reading only; each statement sees what is committed when it starts."""
        async with self._read_limiter.slot(), self._read_sessionmaker() as session:
            yield session

    @asynccontextmanager
    async def lookup(self) -> AsyncIterator[AsyncSession]:
        """Open a session for one short read made while the same request may hold another session."""
        async with self._lookup_limiter.slot(), self._read_sessionmaker() as session:
            yield session

    async def close(self) -> None:
        """Close all pooled connections."""
        await self.engine.dispose()
        await self.read_engine.dispose()


def get_database(request: Request) -> Database:
    """Return the application's database."""
    database: Database = request.app.state.database
    return database


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Give a route one transaction, committed before the first byte of the answer."""
    async with get_database(request).transaction() as session:
        yield session


async def get_read_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Give a route a read-only session."""
    async with get_database(request).reading() as session:
        yield session


# With the default scope a dependency ends after the response was sent, so a failing commit would come too late.
Session = Annotated[AsyncSession, Depends(get_session, scope="function")]
ReadSession = Annotated[AsyncSession, Depends(get_read_session, scope="function")]
