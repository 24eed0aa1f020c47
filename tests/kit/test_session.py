"""Transactions, their limits, and what is built directly on them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException
from httpx import ASGITransport, AsyncClient
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.domains.audit import service as audit
from backend.domains.identity.models import Role, RolePermission
from backend.kit.auth import Actor
from backend.kit.db import repository
from backend.kit.db import session as transactions
from backend.kit.db.constraints import conflicts
from backend.kit.db.numbering import NumberSeries
from backend.kit.db.repository import AnyRow, Repository
from backend.kit.db.session import (
    Database,
    FairLimiter,
    Phase,
    ReadingOnly,
    ReadSession,
    Session,
    after_commit,
    before_commit,
)
from backend.kit.errors import Conflict, ServerBusy
from backend.kit.jobs import enqueue
from backend.kit.listing import ListQuery, Page
from backend.kit.realtime.feed import LiveEvent, publish

DAY = date(2026, 11, 21)


def row(last: int) -> NumberSeries:
    """Return a row of some table."""
    return NumberSeries(prefix="T", day=DAY, last=last)


async def stored(database: Database) -> int | None:
    """Return what is committed of that row."""
    async with database.reading() as session:
        return await session.scalar(select(NumberSeries.last).where(NumberSeries.prefix == "T"))


@pytest.fixture
def routes(live_database: Database) -> FastAPI:
    """Routes that write a row and then end in their several ways."""
    app = FastAPI()
    app.state.database = live_database

    @app.post("/write")
    async def write(session: Session) -> None:
        session.add(row(1))

    @app.post("/write-and-refuse")
    async def write_and_refuse(session: Session) -> None:
        session.add(row(1))
        raise HTTPException(409)

    @app.post("/write-and-fail-to-commit")
    async def write_and_fail_to_commit(session: Session) -> None:
        async def fail(_session: AsyncSession) -> None:
            raise RuntimeError("no")

        session.add(row(1))
        before_commit(session, Phase.LAST, fail)

    @app.post("/write-by-reading")
    async def write_by_reading(session: ReadSession) -> None:
        session.add(row(1))
        await session.flush()

    return app


class Watched:
    """Notes what is committed at the moment an answer begins."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self.app = app
        self.database = database
        self.committed: list[int | None] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.committed.append(await stored(self.database))
            await send(message)

        await self.app(scope, receive, watch)


@pytest.mark.parametrize(
    ("path", "status", "committed"),
    [
        ("/write", 200, 1),
        ("/write-and-refuse", 409, None),
        ("/write-and-fail-to-commit", 500, None),
        ("/write-by-reading", 500, None),
    ],
)
async def test_the_transaction_has_ended_when_the_answer_begins(
    routes: FastAPI, live_database: Database, path: str, status: int, committed: int | None
) -> None:
    watched = Watched(routes, live_database)
    transport = ASGITransport(watched, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://kehui.test") as client:
        response = await client.post(path)

    assert response.status_code == status
    assert watched.committed == [committed]


async def test_actions_before_the_commit_run_once_by_phase_and_after_all_else(database: Database) -> None:
    told: list[tuple[str, str | None]] = []

    def tell(name: str) -> transactions.BeforeCommit:
        async def action(session: AsyncSession) -> None:
            told.append((name, await session.scalar(text("SELECT name FROM roles WHERE code = 'late'"))))

        return action

    one, another, last = tell("one"), tell("another"), tell("last")
    async with database.transaction() as session:
        before_commit(session, Phase.LAST, last)
        before_commit(session, Phase.AUDIT, one)
        before_commit(session, Phase.FEED, another)
        before_commit(session, Phase.AUDIT, one)
        session.add(Role(code="late", name="added last"))
        assert told == []

    assert told == [("one", "added last"), ("another", "added last"), ("last", "added last")]


async def test_an_action_asked_for_by_an_action_runs_in_its_phase(database: Database) -> None:
    told: list[str] = []

    async def last(_session: AsyncSession) -> None:
        told.append("last")

    async def again(session: AsyncSession) -> None:
        told.append("again")
        if len(told) < 3:
            before_commit(session, Phase.AUDIT, again)
        before_commit(session, Phase.LAST, last)

    async with database.transaction() as session:
        before_commit(session, Phase.AUDIT, again)

    assert told == ["again", "again", "again", "last"]


async def test_a_phase_that_is_over_takes_no_more_actions(database: Database) -> None:
    async def nothing(_session: AsyncSession) -> None:
        pass

    async def ask_too_late(session: AsyncSession) -> None:
        before_commit(session, Phase.AUDIT, nothing)

    async def commit() -> None:
        async with database.transaction() as session:
            session.add(row(1))
            before_commit(session, Phase.FEED, ask_too_late)

    with pytest.raises(RuntimeError, match="AUDIT is over"):
        await commit()
    assert await stored(database) is None


async def test_what_an_action_writes_is_refused_before_the_last_phase(database: Database) -> None:
    told: list[str] = []

    async def write_badly(session: AsyncSession) -> None:
        session.add_all([row(1), row(2)])

    async def last(_session: AsyncSession) -> None:
        told.append("last")

    async def commit() -> None:
        async with database.transaction() as session:
            before_commit(session, Phase.LAST, last)
            before_commit(session, Phase.FEED, write_badly)

    with pytest.raises(IntegrityError):
        await commit()
    assert told == []


async def test_hooks_run_when_others_see_the_commit_and_cannot_fail_it(
    live_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[asyncio.Task[int | None]] = []

    def fail() -> None:
        raise KeyError

    async with live_database.transaction() as session:
        session.add(row(1))
        after_commit(session, fail)
        after_commit(session, lambda: told.append(asyncio.create_task(stored(live_database))))
        assert told == []

    assert await asyncio.gather(*told) == [1]
    assert [record.getMessage() for record in caplog.records if record.exc_info] == ["session.hook_failed"]


async def test_hooks_do_not_run_after_a_rollback(live_database: Database) -> None:
    told: list[str] = []

    async def refuse(_session: AsyncSession) -> None:
        raise RuntimeError

    async def fail(phase: Phase) -> None:
        async with live_database.transaction() as session:
            after_commit(session, lambda: told.append("ran"))
            before_commit(session, phase, refuse)

    for phase in Phase:
        with pytest.raises(RuntimeError):
            await fail(phase)
    assert told == []


async def test_actions_before_the_commit_do_not_run_on_a_rollback(database: Database) -> None:
    told: list[str] = []

    async def action(_session: AsyncSession) -> None:
        told.append("ran")

    async def fail() -> None:
        async with database.transaction() as session:
            before_commit(session, Phase.FEED, action)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert told == []


async def test_a_stray_commit_is_noticed_at_the_next_statement(database: Database) -> None:
    async def stray() -> None:
        async with database.transaction() as session:
            await session.commit()
            await session.execute(text("SELECT 1"))

    with pytest.raises(InvalidRequestError, match="closed transaction"):
        await stray()


async def test_a_reading_session_sees_each_commit_and_holds_no_transaction(live_database: Database) -> None:
    last = select(NumberSeries.last).where(NumberSeries.prefix == "T")
    async with live_database.transaction() as session:
        session.add(row(1))

    async with live_database.reading() as reader:
        assert await reader.scalar(last) == 1
        pid = await reader.scalar(text("SELECT pg_backend_pid()"))
        async with live_database.transaction() as session:
            state = text("SELECT state FROM pg_stat_activity WHERE pid = :pid")
            assert await session.scalar(state, {"pid": pid}) == "idle"
            await session.execute(update(NumberSeries).values(last=2))
        assert await reader.scalar(last) == 2


def _add(session: AsyncSession) -> Awaitable[Any]:
    session.add(row(1))
    return session.flush()


READ_ONLY_WAYS: dict[str, Callable[[AsyncSession], Awaitable[Any]]] = {
    "an added row": _add,
    "an insert": lambda session: session.execute(insert(NumberSeries).values(prefix="T", day=DAY, last=1)),
    "an update": lambda session: session.execute(update(NumberSeries).values(last=1)),
    "a deletion": lambda session: session.execute(delete(NumberSeries)),
}


@pytest.mark.parametrize("way", READ_ONLY_WAYS)
async def test_a_reading_session_refuses_to_write(database: Database, way: str) -> None:
    for opened in (database.reading, database.lookup):
        async with opened() as session:
            with pytest.raises(ReadingOnly):
                await READ_ONLY_WAYS[way](session)


async def test_the_database_too_refuses_what_a_reading_session_writes(live_database: Database) -> None:
    for statement in ("DELETE FROM number_series", "SELECT * FROM number_series FOR UPDATE"):
        async with live_database.reading() as session:
            with pytest.raises(DBAPIError, match="read-only transaction"):
                await session.execute(text(statement))


async def _nothing(_session: AsyncSession) -> None:
    pass


EFFECTS: dict[str, Callable[[AsyncSession], Awaitable[None] | None]] = {
    "an action before the commit": lambda session: before_commit(session, Phase.FEED, _nothing),
    "a hook after the commit": lambda session: after_commit(session, lambda: None),
    "a live event": lambda session: publish(session, LiveEvent("test.happened", "customers:read")),
    "an audit entry": lambda session: audit.record(
        session, Actor.system("tests"), "test.happen", audit.Target("test", "1", "test")
    ),
    "a job": lambda session: enqueue(session, "note", {}),
}


@pytest.mark.parametrize("effect", EFFECTS)
async def test_a_reading_session_takes_no_effect_that_would_be_lost(database: Database, effect: str) -> None:
    async def take_effect(session: AsyncSession) -> None:
        pending = EFFECTS[effect](session)
        if pending is not None:
            await pending

    async with database.reading() as session:
        with pytest.raises(ReadingOnly):
            await take_effect(session)


async def test_rows_that_refer_to_a_locked_row_are_added_meanwhile(live_database: Database) -> None:
    async with live_database.transaction() as session:
        role = Role(code="locked", name="locked")
        session.add(role)
    async with live_database.transaction() as holder:
        await Roles(holder).get(role.id, lock=True)
        async with live_database.transaction() as session:
            await session.execute(text("SET LOCAL lock_timeout = '100ms'"))
            session.add(RolePermission(role_id=role.id, permission="customers:read"))
        async with live_database.transaction() as session:
            with pytest.raises(DBAPIError, match="could not obtain lock"):
                await session.execute(select(Role).where(Role.id == role.id).with_for_update(nowait=True))


async def test_waiting_for_a_place_is_first_come_first_served() -> None:
    limiter = FairLimiter(1)
    served: list[int] = []

    async def ask(number: int) -> None:
        async with limiter.slot():
            served.append(number)

    async with asyncio.TaskGroup() as tasks:
        async with limiter.slot():
            for number in range(5):
                tasks.create_task(ask(number))
            # Let each of them queue up.
            await asyncio.sleep(0)
        # Whoever comes just when the place is free does not overtake those who wait.
        async with limiter.slot():
            served.append(5)

    assert served == [0, 1, 2, 3, 4, 5]


async def test_nobody_waits_for_a_place_longer_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "WAIT_SECONDS", 0.01)
    limiter = FairLimiter(1)

    async def ask() -> bool:
        async with limiter.slot():
            return True

    async with limiter.slot():
        with pytest.raises(ServerBusy):
            await ask()
    # Whoever gave up waiting has not taken the place along.
    assert await ask()


async def test_a_request_beyond_the_pool_is_told_that_the_server_is_busy(
    live_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "WAIT_SECONDS", 0.01)

    async def one_more() -> None:
        async with live_database.transaction():
            pass

    async with AsyncExitStack() as stack:
        for _ in range(6):
            session = await stack.enter_async_context(live_database.transaction())
            await session.execute(text("SELECT 1"))
        with pytest.raises(ServerBusy):
            await one_more()
        # Reading and looking up have places of their own.
        assert await stored(live_database) is None
    await one_more()


class Taken(Conflict):
    """The number is taken."""

    code = "test.taken"
    message = "Taken."


async def take(session: AsyncSession, **errors: type[Exception]) -> None:
    """Write a row that is there already."""
    async with conflicts(session, errors):
        await session.execute(insert(NumberSeries).values(prefix="T", day=DAY, last=7))


async def test_a_violated_constraint_becomes_the_error_named_for_it(database: Database) -> None:
    async with database.transaction() as session:
        session.add(row(1))
        with pytest.raises(Taken):
            await take(session, number_series_pkey=Taken, other_key=RuntimeError)
        # The transaction goes on with what it had done.
        await session.execute(update(NumberSeries).values(last=NumberSeries.last + 1))
    assert await stored(database) == 2


async def test_a_violation_nobody_named_stays_what_it_is(database: Database) -> None:
    async with database.transaction() as session:
        session.add(row(1))
        with pytest.raises(IntegrityError):
            await take(session, other_key=Taken)


class Roles(Repository[Role]):
    """Some table with ids."""

    model = Role


@pytest.fixture
async def roles(database: Database) -> AsyncIterator[Roles]:
    """Twenty-three roles of which none sorts before another."""
    async with database.transaction() as session:
        session.add_all([Role(code=f"same_{number}", name="same") for number in range(23)])
    async with database.reading() as session:
        yield Roles(session)


async def page_of(roles: Roles, page: int, limit: int = 5) -> tuple[Sequence[AnyRow], int]:
    """Fetch a page of the roles that are the same."""
    statement = select(Role.id, Role.code).where(Role.name == "same")
    return await roles.page(statement, ListQuery(page=page, limit=limit), [Role.name.asc()], Role.id)


@pytest.mark.parametrize("page", [1, 4, 5, 6, 1_000_000])
async def test_every_page_knows_the_total(roles: Roles, page: int) -> None:
    _, total = await page_of(roles, page)
    assert total == 23


async def test_a_list_that_fits_on_its_first_page_is_not_counted(roles: Roles) -> None:
    rows, total = await page_of(roles, 1, limit=100)
    assert (len(rows), total) == (23, 23)


@pytest.mark.parametrize("deep_offset", [10_000, 10, 0])
async def test_equal_rows_keep_their_place_from_page_to_page(
    roles: Roles, monkeypatch: pytest.MonkeyPatch, deep_offset: int
) -> None:
    monkeypatch.setattr(repository, "DEEP_OFFSET", deep_offset)

    pages = [(await page_of(roles, page))[0] for page in range(1, 6)]

    assert [len(rows) for rows in pages] == [5, 5, 5, 5, 3]
    ids = [row.id for rows in pages for row in rows]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 23


@pytest.mark.parametrize(("limit", "total", "is_estimate"), [(22, 22, True), (23, 23, False)])
async def test_counting_ends_at_the_limit(
    roles: Roles, monkeypatch: pytest.MonkeyPatch, limit: int, total: int, *, is_estimate: bool
) -> None:
    for module in ("backend.kit.db.repository", "backend.kit.listing"):
        monkeypatch.setattr(f"{module}.EXACT_TOTAL_LIMIT", limit)

    _, counted = await page_of(roles, 2)

    assert counted == 23
    page = Page[int].of([], counted, ListQuery())
    assert (page.total, page.total_is_estimate) == (total, is_estimate)


async def test_connections_that_the_server_closed_are_replaced_unseen(live_database: Database) -> None:
    async with live_database.reading() as first, live_database.reading() as second:
        pids = [await session.scalar(text("SELECT pg_backend_pid()")) for session in (first, second)]
    async with live_database.transaction() as session:
        for pid in pids:
            await session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    async with live_database.reading() as first, live_database.reading() as second:
        fresh = {await session.scalar(text("SELECT pg_backend_pid()")) for session in (first, second)}
    assert fresh.isdisjoint(pids)
