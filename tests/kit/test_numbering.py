"""Numbers of a day: rising, each once, and nobody waits for another's transaction."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import select, text

from backend.kit.db.numbering import NumberSeries, next_number, next_numbers
from backend.kit.db.session import Database

DAY = date(2026, 11, 21)
OTHER_DAY = date(2026, 11, 22)


async def draw(database: Database, count: int = 1) -> list[str]:
    """Draw in a transaction of its own."""
    async with database.transaction() as session:
        return await next_numbers(session, "T", DAY, count)


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


async def test_a_block_of_numbers_stands_together(live_database: Database) -> None:
    drawing = (draw(live_database), draw(live_database, 3), draw(live_database, 2))
    drawn = list(await asyncio.gather(*drawing))

    assert drawn == [
        ["T202611210001"],
        ["T202611210002", "T202611210003", "T202611210004"],
        ["T202611210005", "T202611210006"],
    ]


async def test_a_number_is_drawn_while_another_who_drew_has_not_committed(live_database: Database) -> None:
    async with live_database.transaction() as session:
        first = await next_number(session, "T", DAY)
        async with asyncio.timeout(1.5):
            assert [first, *await draw(live_database)] == ["T202611210001", "T202611210002"]
        # What is drawn is taken, whatever becomes of this transaction.
        async with live_database.reading() as reader:
            assert await reader.scalar(select(NumberSeries.last)) == 2


async def test_numbers_of_several_processes_are_each_drawn_once_and_a_rollback_gives_none_back(
    live_database: Database,
) -> None:
    processes = [Database(live_database.url, pool_size=10) for _ in range(3)]

    async def draw_in_vain(database: Database) -> None:
        async with database.transaction() as session:
            await next_number(session, "T", DAY)
            raise KeyError

    drawing = [
        draw_in_vain(process) if number % 3 == 0 else draw(process)
        for number in range(10)
        for process in processes
    ]
    drawn = await asyncio.gather(*drawing, return_exceptions=True)
    for process in processes:
        await process.close()

    kept = [numbers[0] for numbers in drawn if isinstance(numbers, list)]
    assert len(kept) == len(set(kept)) == 18
    assert await draw(live_database) == ["T202611210031"]


async def test_whoever_gives_up_waiting_holds_up_nobody(live_database: Database) -> None:
    async with live_database.transaction() as session:
        await session.execute(text("LOCK TABLE number_series"))
        impatient = asyncio.create_task(draw(live_database))
        waiting = text(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        while not await session.scalar(waiting):
            pass
        patient = asyncio.create_task(draw(live_database))
        impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient

    assert await patient == ["T202611210002"]


async def test_what_goes_wrong_while_drawing_is_told_to_all_who_asked(live_database: Database) -> None:
    async with live_database.transaction() as session:
        await session.execute(text("ALTER TABLE number_series RENAME TO away"))
    failures = await asyncio.gather(*(draw(live_database) for _ in range(5)), return_exceptions=True)
    assert all("number_series" in str(failure) for failure in failures)

    async with live_database.transaction() as session:
        await session.execute(text("ALTER TABLE away RENAME TO number_series"))
    assert await draw(live_database) == ["T202611210001"]
