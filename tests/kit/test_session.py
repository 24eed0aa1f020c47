"""Transactions, their limits, and what is built directly on them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import date

import pytest
from fastapi import FastAPI, HTTPException
from httpx import ASGITransport, AsyncClient
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.domains.identity.models import Role
from backend.kit.db import repository
from backend.kit.db import session as transactions
from backend.kit.db.constraints import conflicts
from backend.kit.db.numbering import NumberSeries, next_number
from backend.kit.db.repository import AnyRow, Repository
from backend.kit.db.session import Database, FairLimiter, Session, before_commit
from backend.kit.errors import Conflict, ServerBusy
from backend.kit.listing import ListQuery, Page

DAY = date(2026, 11, 21)
OTHER_DAY = date(2026, 11, 22)


async def last_number(database: Database, prefix: str = "T") -> int:
    """Return the last number drawn in committed transactions."""
    async with database.reading() as session:
        return await session.scalar(select(NumberSeries.last).where(NumberSeries.prefix == prefix)) or 0


@pytest.fixture
def routes(live_database: Database) -> FastAPI:
    """Routes that draw a number and then end in their several ways."""
    app = FastAPI()
    app.state.database = live_database

    @app.post("/draw")
    async def draw(session: Session) -> str:
        return await next_number(session, "T", DAY)

    @app.post("/draw-and-refuse")
    async def draw_and_refuse(session: Session) -> str:
        await next_number(session, "T", DAY)
        raise HTTPException(409)

    @app.post("/draw-and-fail-to-commit")
    async def draw_and_fail_to_commit(session: Session) -> str:
        async def fail(_session: AsyncSession) -> None:
            raise RuntimeError("no")

        before_commit(session, "test", fail)
        return await next_number(session, "T", DAY)

    return app


class Watched:
    """Notes what is committed at the moment an answer begins."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self.app = app
        self.database = database
        self.numbers: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.numbers.append(await last_number(self.database))
            await send(message)

        await self.app(scope, receive, watch)


@pytest.mark.parametrize(
    ("path", "status", "committed"),
    [("/draw", 200, 1), ("/draw-and-refuse", 409, 0), ("/draw-and-fail-to-commit", 500, 0)],
)
async def test_the_transaction_has_ended_when_the_answer_begins(
    routes: FastAPI, live_database: Database, path: str, status: int, committed: int
) -> None:
    watched = Watched(routes, live_database)
    transport = ASGITransport(watched, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://kehui.test") as client:
        response = await client.post(path)

    assert response.status_code == status
    assert watched.numbers == [committed]


async def test_actions_before_the_commit_run_once_and_after_all_else(database: Database) -> None:
    told: list[tuple[str, str | None]] = []

    def tell(name: str) -> transactions.BeforeCommit:
        async def action(session: AsyncSession) -> None:
            told.append((name, await session.scalar(text("SELECT name FROM roles WHERE code = 'late'"))))

        return action

    async with database.transaction() as session:
        before_commit(session, "one", tell("one"))
        before_commit(session, "two", tell("two"))
        before_commit(session, "one", tell("one again"))
        session.add(Role(code="late", name="added last"))
        assert told == []

    assert told == [("one", "added last"), ("two", "added last")]


async def test_actions_before_the_commit_do_not_run_on_a_rollback(database: Database) -> None:
    told: list[str] = []

    async def action(_session: AsyncSession) -> None:
        told.append("ran")

    async def fail() -> None:
        async with database.transaction() as session:
            before_commit(session, "one", action)
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


async def test_a_reading_session_sees_each_commit_and_holds_neither_transaction_nor_lock(
    live_database: Database,
) -> None:
    last = select(NumberSeries.last).where(NumberSeries.prefix == "T")
    async with live_database.transaction() as session:
        await next_number(session, "T", DAY)

    async with live_database.reading() as reader:
        assert await reader.scalar(last.with_for_update()) == 1
        pid = await reader.scalar(text("SELECT pg_backend_pid()"))
        async with live_database.transaction() as session:
            state = text("SELECT state FROM pg_stat_activity WHERE pid = :pid")
            assert await session.scalar(state, {"pid": pid}) == "idle"
            # Would fail at once if the reader still held its lock.
            await session.execute(last.with_for_update(nowait=True))
            await next_number(session, "T", DAY)
        assert await reader.scalar(last) == 2


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
        assert await last_number(live_database) == 0
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
        await next_number(session, "T", DAY)
        with pytest.raises(Taken):
            await take(session, number_series_pkey=Taken, other_key=RuntimeError)
        # The transaction goes on with what it had done.
        assert await next_number(session, "T", DAY) == "T202611210002"
    assert await last_number(database) == 2


async def test_a_violation_nobody_named_stays_what_it_is(database: Database) -> None:
    async with database.transaction() as session:
        await next_number(session, "T", DAY)
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


async def test_numbers_count_by_prefix_and_day(database: Database) -> None:
    drawn = []
    async with database.transaction() as session:
        for prefix, day in [("T", DAY), ("T", DAY), ("T", OTHER_DAY), ("U", DAY), ("T", DAY)]:
            drawn.append(await next_number(session, prefix, day))
    assert drawn == ["T202611210001", "T202611210002", "T202611220001", "U202611210001", "T202611210003"]


async def test_the_ten_thousandth_number_of_a_day_grows_longer(database: Database) -> None:
    async with database.transaction() as session:
        session.add(NumberSeries(prefix="T", day=DAY, last=9_999))
        await session.flush()
        assert await next_number(session, "T", DAY) == "T2026112110000"


async def test_numbers_drawn_at_once_are_each_drawn_once_and_a_rollback_leaves_no_gap(
    live_database: Database,
) -> None:
    async def draw() -> str:
        async with live_database.transaction() as session:
            return await next_number(session, "T", DAY)

    async def draw_in_vain() -> None:
        async with live_database.transaction() as session:
            await next_number(session, "T", DAY)
            raise Taken

    drawing = [draw_in_vain() if number % 3 == 0 else draw() for number in range(30)]
    drawn = await asyncio.gather(*drawing, return_exceptions=True)

    kept = [number for number in drawn if isinstance(number, str)]
    assert sum(isinstance(outcome, Taken) for outcome in drawn) == 10
    assert sorted(kept) == [f"T20261121{number:04d}" for number in range(1, 21)]
