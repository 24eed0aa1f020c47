"""Lists whose statements are built once."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select

from backend.kit.db import lists
from backend.kit.db.lists import LARGE_TOTALS, LargeTotals, Listing, Wanted
from backend.kit.db.numbering import NumberSeries
from backend.kit.db.session import Database
from backend.kit.listing import ListQuery
from tests.query_count import statements_of

FIRST = date(2026, 11, 1)
_columns = NumberSeries.__table__.c
SERIES = Listing(
    rows=select(_columns.day, _columns.last),
    key=_columns.day,
    conditions={
        "prefix": _columns.prefix == bindparam("prefix"),
        "from": _columns.last >= bindparam("least"),
    },
    orders={"last": _columns.last},
)


@pytest.fixture(autouse=True)
async def _rows(database: Database) -> None:
    """Twenty-five rows, their numbers falling as their days rise."""
    async with database.transaction() as session:
        rows = [
            {"prefix": "L", "day": FIRST + timedelta(days=number), "last": 100 - number}
            for number in range(25)
        ]
        await session.execute(insert(NumberSeries), rows)


async def page(database: Database, query: ListQuery, **asked: Any) -> tuple[list[int], int]:
    """Return the numbers on a page and the total."""
    wanted = Wanted(("prefix", *(("from",) if "least" in asked else ())), {"prefix": "L", **asked}, ("last",))
    async with database.reading() as session:
        rows, total = await SERIES.page(session, query, wanted)
    return [row.last for row in rows], total


async def test_pages_follow_each_other_in_order(database: Database) -> None:
    pages = [await page(database, ListQuery(page=number, limit=10)) for number in (1, 2, 3)]

    assert [number for numbers, _ in pages for number in numbers] == list(range(76, 101))
    assert {total for _, total in pages} == {25}


async def test_a_page_far_down_is_found_by_its_ids(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "DEEP_OFFSET", 10)

    assert await page(database, ListQuery(page=3, limit=10)) == (list(range(96, 101)), 25)


async def test_the_same_combination_serves_other_values(database: Database) -> None:
    assert await page(database, ListQuery(), least=99) == ([99, 100], 2)
    assert await page(database, ListQuery(), least=98) == ([98, 99, 100], 3)


async def test_a_list_that_fits_on_its_page_is_not_counted(database: Database) -> None:
    with statements_of(database) as statements:
        await page(database, ListQuery(limit=25), least=99)

    assert len(statements) == 1


async def test_only_what_is_too_much_to_tell_exactly_is_remembered(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "EXACT_TOTAL_LIMIT", 20)
    kept = LargeTotals()

    async def total(least: int) -> tuple[int, int]:
        wanted = Wanted(("prefix", "from"), {"prefix": "L", "least": least}, ())
        async with database.reading() as session:
            session.info[LARGE_TOTALS] = kept
            with statements_of(database) as statements:
                _, total = await SERIES.page(session, ListQuery(limit=5), wanted)
        return total, len(statements)

    assert [await total(least=90) for _ in range(2)] == [(11, 2), (11, 2)]
    assert [await total(least=70) for _ in range(2)] == [(21, 2), (21, 1)]

    monkeypatch.setattr("time.monotonic", lambda: float("inf"))
    assert await total(least=70) == (21, 2)


async def test_values_are_counted_no_further_than_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "EXACT_TOTAL_LIMIT", 20)
    wanted = Wanted((), {}, ())
    async with database.reading() as session:
        counts = await SERIES.counts(session, wanted, _columns.prefix, ("L", "none"))

    assert counts == {"L": 21, "none": 0}
