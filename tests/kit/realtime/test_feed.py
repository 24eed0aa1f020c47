"""The order of the feed: the same for every reader, complete, and kept without making a writer wait."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.clock import now
from backend.kit.db.session import Database, Phase, before_commit
from backend.kit.realtime.feed import (
    BEGINNING,
    FeedEntry,
    LiveEvent,
    Position,
    adopt_foreign_entries,
    feed_bounds,
    forget_old,
    publish,
    read_after,
)
from tests.kit.realtime.reading import newest, numbers_after

WRITERS = 50


def event(number: int = 0) -> LiveEvent:
    """Return an event that differs by its number."""
    return LiveEvent("test.happened", "customers:read", data={"number": number})


async def tell(database: Database, *numbers: int) -> None:
    """Commit events."""
    async with database.transaction() as session:
        for number in numbers:
            publish(session, event(number))


async def test_a_reader_who_asks_for_everything_after_the_last_never_misses_one(
    live_database: Database,
) -> None:
    start = await newest(live_database)
    crowd = Database(live_database.url, pool_size=WRITERS)
    all_published = asyncio.Barrier(WRITERS)

    async def write(number: int) -> None:
        async with crowd.transaction() as session:
            for part in range(3):
                publish(session, event(number * 3 + part))
            # All transactions are open before the first one commits.
            await all_published.wait()

    async def read(writing: asyncio.Future[list[None]]) -> list[Position]:
        seen = [start]
        is_last = False
        while not is_last:
            is_last = writing.done()
            async with live_database.reading() as session:
                reading = await read_after(session, seen[-1], limit=7)
            seen += [entry.position for entry in reading.entries]
            is_last = is_last and not reading.is_full and not reading.is_held_up
        return seen[1:]

    writing = asyncio.gather(*(write(number) for number in range(WRITERS)))
    seen = await read(writing)
    await writing
    await crowd.close()

    async with live_database.reading() as session:
        stored = [entry.position for entry in await session.scalars(select(FeedEntry))]
    assert seen == sorted(position for position in stored if position > start)
    numbers = await numbers_after(live_database, start)
    assert sorted(numbers) == list(range(WRITERS * 3))
    # What one transaction tells stands together.
    assert all(after == before + 1 for before, after in pairwise(numbers) if before % 3 != 2)


async def test_a_later_writer_commits_first_and_is_read_once_the_earlier_has_ended(
    live_database: Database,
) -> None:
    start = await newest(live_database)

    async def overtake(_session: AsyncSession) -> None:
        # Neither waits for the earlier writer, whose entry is written and not committed.
        async with asyncio.timeout(1.5):
            await tell(live_database, 2)
        async with live_database.reading() as session:
            reading = await read_after(session, start, limit=10)
        assert (reading.entries, reading.is_held_up) == ([], True)
        assert await newest(live_database) == start

    async with live_database.transaction() as session:
        publish(session, event(1))
        before_commit(session, Phase.LAST, overtake)

    assert await numbers_after(live_database, start) == [1, 2]


async def test_a_rollback_forgets_its_events(live_database: Database) -> None:
    start = await newest(live_database)

    async def fail(phase: Phase) -> None:
        async def refuse(_session: AsyncSession) -> None:
            raise RuntimeError

        async with live_database.transaction() as session:
            publish(session, event())
            before_commit(session, phase, refuse)

    for phase in Phase:
        with pytest.raises(RuntimeError):
            await fail(phase)
    await tell(live_database, 1)
    assert await numbers_after(live_database, start) == [1]


async def test_equal_events_of_a_transaction_are_told_once(live_database: Database) -> None:
    start = await newest(live_database)
    for _ in range(2):
        await tell(live_database, 1, 2, 1, 1, 3)
    assert await numbers_after(live_database, start) == [1, 2, 3, 1, 2, 3]


@pytest.mark.parametrize(("hours", "kept"), [(23, [0, 1, 2]), (25, [2])])
async def test_entries_are_kept_for_a_day_and_the_newest_for_ever(
    live_database: Database, hours: int, kept: list[int]
) -> None:
    start = await newest(live_database)
    await tell(live_database, 0, 1, 2)
    end = await newest(live_database)

    async with live_database.transaction() as session:
        await forget_old(session, now() + timedelta(hours=hours))

    assert await numbers_after(live_database, start) == kept
    # A reader who was away can tell that something is missing.
    assert await newest(live_database) == end
    async with live_database.reading() as session:
        assert ((await feed_bounds(session))[0] > start) is (len(kept) == 1)


async def test_what_is_forgotten_is_all_before_what_is_kept(live_database: Database) -> None:
    start = await newest(live_database)
    for number in range(5):
        await tell(live_database, number)
    async with live_database.transaction() as session:
        # The clock of a transaction is not its place: number 2 was told late by one that began early.
        number = FeedEntry.data["number"].astext
        aged = update(FeedEntry).where(number.is_(None) | number.in_(["0", "1", "3"]))
        await session.execute(aged.values(created_at=now() - timedelta(hours=25)))
        await forget_old(session, now())

    # The last old one before the first young one stays: whoever has read it has missed nothing.
    assert await numbers_after(live_database, start) == [1, 2, 3, 4]


async def test_entries_of_a_restored_database_stand_before_what_comes(live_database: Database) -> None:
    start = await newest(live_database)
    await tell(live_database, 1, 2)
    async with live_database.transaction() as session:
        far = func.pg_snapshot_xmax(func.pg_current_snapshot()).op("::")(text("text::bigint")) + 1_000_000
        await session.execute(update(FeedEntry).values(transaction_id=far))
    await tell(live_database, 3)
    assert await numbers_after(live_database, start) == [3]

    await adopt_foreign_entries(live_database)

    async with live_database.reading() as session:
        read = (await read_after(session, BEGINNING, limit=1_000)).entries
    assert [entry.data["number"] for entry in read[-3:]] == [1, 2, 3]


async def test_a_feed_without_entries_begins_at_the_beginning(live_database: Database) -> None:
    async with live_database.transaction() as session:
        await session.execute(text("DELETE FROM event_feed"))
    async with live_database.reading() as session:
        assert await feed_bounds(session) == (BEGINNING, BEGINNING)


@pytest.mark.parametrize(("text", "position"), [("815-42", (815, 42)), ("0-7", (0, 7)), ("7", (0, 7))])
def test_a_position_is_written_and_read(text: str, position: tuple[int, int]) -> None:
    assert Position.parse(text) == position
    assert Position.parse(str(Position(*position))) == position
