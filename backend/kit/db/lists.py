"""Lists whose statements are built once for each combination of filters and order that is asked for.

Building a statement takes as long as all else that Python does for a page. So conditions are written down once, with
parameters for their values, and a request only names those that it wants.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.db.repository import DEEP_OFFSET, AnyRow, AnySelect
from backend.kit.listing import EXACT_TOTAL_LIMIT, ListQuery

# Where a session keeps its process's `LargeTotals`.
LARGE_TOTALS: Final = "large_totals"
SHAPES: Final = 256
KEPT_SECONDS: Final = 10.0
MOST_KEPT: Final = 1_000


class Wanted(NamedTuple):
    """What a request asks of a list: conditions by name, with the parameters in them, and an order."""

    conditions: tuple[str, ...]
    parameters: Mapping[str, Any]
    sort: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Listing:
    """A list: its rows with all that is joined to them, and what it can be narrowed and ordered by.

    Columns are those of tables and not of mapped classes, whose statements take longer. ``key`` is the primary key; it
    is always the last sort key, so that equal rows keep their place. Conditions are on the table of the key, which
    alone is counted: joins must neither multiply rows nor drop them.
    """

    rows: AnySelect
    key: ColumnElement[Any]
    conditions: Mapping[str, ColumnElement[bool]]
    orders: Mapping[str, ColumnElement[Any]]

    async def page(
        self, session: AsyncSession, query: ListQuery, wanted: Wanted
    ) -> tuple[Sequence[AnyRow], int]:
        """Fetch one page and the total, counted no further than 10 001."""
        statement = _page(self, wanted.conditions, wanted.sort, query.offset >= DEEP_OFFSET)
        bounds = {"page_limit": query.limit, "page_offset": query.offset}
        rows = (await session.execute(statement, {**wanted.parameters, **bounds})).all()
        if query.page == 1 and len(rows) < query.limit:
            return rows, len(rows)
        return rows, (await self._count(session, wanted, None, ("total",)))["total"]

    async def counts(
        self, session: AsyncSession, wanted: Wanted, column: ColumnElement[Any], values: Sequence[Any]
    ) -> dict[Any, int]:
        """Count the rows with each value in the column, none further than 10 001."""
        return await self._count(session, wanted, column, tuple(values))

    async def _count(
        self,
        session: AsyncSession,
        wanted: Wanted,
        column: ColumnElement[Any] | None,
        values: tuple[Any, ...],
    ) -> dict[Any, int]:
        kept: LargeTotals = session.info.get(LARGE_TOTALS) or LargeTotals()
        place = (id(self), wanted.conditions, values, repr(wanted.parameters))
        counts = kept.get(place)
        if counts is None:
            statement = _counts(self, wanted.conditions, column, values, EXACT_TOTAL_LIMIT + 1)
            row = (await session.execute(statement, wanted.parameters)).one()
            counts = dict(zip(values, cast("tuple[int, ...]", tuple(row)), strict=True))
            if max(counts.values()) > EXACT_TOTAL_LIMIT:
                kept.put(place, counts)
        return counts


class LargeTotals:
    """Totals that are told as "more than 10 000": they stay so for some seconds, and need no counting meanwhile."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[float, dict[Any, int]]] = {}

    def get(self, place: Any) -> dict[Any, int] | None:
        """Return what was counted a moment ago."""
        until, counts = self._kept.get(place, (0.0, None))
        return counts if time.monotonic() < until else None

    def put(self, place: Any, counts: dict[Any, int]) -> None:
        """Keep it for a moment."""
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[place] = (time.monotonic() + KEPT_SECONDS, counts)


@lru_cache(SHAPES)
def _page(
    listing: Listing,
    conditions: tuple[str, ...],
    sort: tuple[str, ...],
    deep: bool,  # noqa: FBT001
) -> AnySelect:
    limit = bindparam("page_limit", type_=Integer)
    offset = bindparam("page_offset", type_=Integer)
    order = [*(_order(listing.orders, key) for key in sort), listing.key.desc()]
    statement = listing.rows.where(*(listing.conditions[name] for name in conditions))
    if not deep:
        return statement.order_by(*order).limit(limit).offset(offset)
    # Reading whole rows only to skip them costs ten times as much.
    ids = statement.with_only_columns(listing.key).order_by(*order).limit(limit).offset(offset)
    return listing.rows.where(listing.key.in_(ids.scalar_subquery())).order_by(*order)


@lru_cache(SHAPES)
def _counts(
    listing: Listing,
    conditions: tuple[str, ...],
    column: ColumnElement[Any] | None,
    values: tuple[Any, ...],
    limit: int,
) -> AnySelect:
    rows = select(listing.key).where(*(listing.conditions[name] for name in conditions))
    counted: list[Select[Any]] = [rows if column is None else rows.where(column == value) for value in values]
    columns = [
        select(func.count()).select_from(one.limit(limit).subquery()).scalar_subquery() for one in counted
    ]
    return select(*columns)


def _order(columns: Mapping[str, ColumnElement[Any]], key: str) -> ColumnElement[Any]:
    column = columns[key.removeprefix("-")]
    return column.desc() if key.startswith("-") else column.asc()
