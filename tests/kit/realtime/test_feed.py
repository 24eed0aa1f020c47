"""The order of the feed, which is the order of the commits."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.clock import now
from backend.kit.db.session import Database, Phase, before_commit
from backend.kit.realtime.feed import FeedEntry, LiveEvent, entries_after, feed_bounds, forget_old, publish

WRITERS = 50


def event(number: int = 0) -> LiveEvent:
    """Return an event that differs by its number."""
    return LiveEvent("test.happened", "customers:read", data={"number": number})


async def newest(database: Database) -> int:
    """Return the newest id."""
    async with database.reading() as session:
        return (await feed_bounds(session))[1]


async def numbers_after(database: Database, last_id: int) -> list[int]:
    """Return the numbers of the events told since, in the order of the feed."""
    async with database.reading() as session:
        return [entry.data["number"] for entry in await entries_after(session, last_id, limit=1_000)]


async def test_a_reader_who_asks_for_everything_after_the_last_never_misses_one(
    live_database: Database,
) -> None:
    start = await newest(live_database)
    crowd = Database(live_database.url, pool_size=WRITERS)
    all_published = asyncio.Barrier(WRITERS)

    async def write(number: int) -> None:
        async with crowd.transaction() as session:
            # Fifty commits in a row may take longer than a request would wait for its turn.
            await session.execute(text("SET LOCAL lock_timeout = '60s'"))
            for part in range(3):
                publish(session, event(number * 3 + part))
            # All transactions are open before the first one commits.
            await all_published.wait()

    async def read(writing: asyncio.Future[list[None]]) -> list[int]:
        seen = [start]
        is_last = False
        while not is_last:
            is_last = writing.done()
            async with live_database.reading() as session:
                seen += [entry.id for entry in await entries_after(session, seen[-1], limit=7)]
                is_last = is_last and seen[-1] == (await feed_bounds(session))[1]
        return seen[1:]

    writing = asyncio.gather(*(write(number) for number in range(WRITERS)))
    seen = await read(writing)
    await writing
    await crowd.close()

    async with live_database.reading() as session:
        stored = (
            await session.scalars(select(FeedEntry.id).where(FeedEntry.id > start).order_by(FeedEntry.id))
        ).all()
    assert len(stored) == WRITERS * 3
    assert seen == stored
    numbers = await numbers_after(live_database, start)
    assert sorted(numbers) == list(range(WRITERS * 3))
    # What one transaction tells stands together.
    assert all(after == before + 1 for before, after in pairwise(numbers) if before % 3 != 2)


async def test_whoever_has_appended_goes_first_and_the_others_wait(live_database: Database) -> None:
    start = await newest(live_database)
    appended, may_commit = asyncio.Event(), asyncio.Event()

    async def linger(_session: AsyncSession) -> None:
        appended.set()
        await may_commit.wait()

    async def first() -> None:
        async with live_database.transaction() as session:
            publish(session, event(1))
            before_commit(session, Phase.LAST, linger)

    async def second() -> None:
        async with live_database.transaction() as session:
            publish(session, event(2))

    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(first())
        await appended.wait()
        overtaking = tasks.create_task(second())
        async with live_database.reading() as session:
            while not overtaking.done() and not await session.scalar(waiting):
                pass
        told_early = await numbers_after(live_database, start)
        may_commit.set()

    assert told_early == []
    assert await numbers_after(live_database, start) == [1, 2]


async def test_a_rollback_forgets_its_events(database: Database) -> None:
    start = await newest(database)

    async def fail() -> None:
        async with database.transaction() as session:
            publish(session, event())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await newest(database) == start


async def test_equal_events_of_a_transaction_are_told_once(database: Database) -> None:
    start = await newest(database)
    for _ in range(2):
        async with database.transaction() as session:
            for number in (1, 2, 1, 1, 3):
                publish(session, event(number))
    assert await numbers_after(database, start) == [1, 2, 3, 1, 2, 3]


@pytest.mark.parametrize(("hours", "kept"), [(23, 3), (25, 1)])
async def test_entries_are_kept_for_a_day_and_the_newest_for_ever(
    database: Database, hours: int, kept: int
) -> None:
    start = await newest(database)
    async with database.transaction() as session:
        for number in range(3):
            publish(session, event(number))

    async with database.transaction() as session:
        await forget_old(session, now() + timedelta(hours=hours))

    assert await numbers_after(database, start) == list(range(3))[-kept:]
    # Ids go on from here: a reader who was away can tell that something is missing.
    assert await newest(database) > start
    async with database.reading() as session:
        count = await session.scalar(select(func.count()).select_from(FeedEntry))
        assert (count == 1) is (kept == 1)


async def test_a_feed_without_entries_has_no_bounds(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM event_feed"))
        assert await feed_bounds(session) == (0, 0)
