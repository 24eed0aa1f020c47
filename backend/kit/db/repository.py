"""The one home of a domain's SQL and of the visibility of its rows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.base import ExecutableOption

from backend.kit.clock import day_start
from backend.kit.db.base import Base
from backend.kit.listing import EXACT_TOTAL_LIMIT, ListQuery

M = TypeVar("M", bound=Base)
# Statements and rows of several columns, whose types the caller knows.
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
AnyRow: TypeAlias = Row[*tuple[Any, ...]]

# From here on a page is found by its ids alone first: reading whole rows only to skip them costs ten times as much.
DEEP_OFFSET = 1_000


def within_days(
    column: InstrumentedAttribute[datetime], first: date | None, last: date | None
) -> list[ColumnElement[bool]]:
    """Match moments from the first day to the last, both included; a bound that is not given matches all."""
    conditions: list[ColumnElement[bool]] = []
    if first is not None:
        conditions.append(column >= day_start(first))
    if last is not None:
        conditions.append(column < day_start(last + timedelta(days=1)))
    return conditions


def _falling(column: ColumnElement[Any]) -> ColumnElement[Any]:
    # Said of a column that is always set, NULLS LAST would only keep its index from being used.
    return column.desc().nulls_last() if getattr(column, "nullable", False) else column.desc()


class Repository(Generic[M]):
    """Reads and writes one table; never commits, authorises, or knows of HTTP."""

    model: ClassVar[type[Any]]

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(
        self, row_id: UUID, *, options: Sequence[ExecutableOption] = (), lock: bool = False
    ) -> M | None:
        """Fetch a row by its id, locked against concurrent change for the rest of the transaction if asked.

        Rows that refer to a locked one may be added meanwhile.
        """
        statement: Select[M] = select(self.model).where(self.model.id == row_id).options(*options)
        if lock:
            statement = statement.with_for_update(of=self.model, key_share=True)
        return await self.one_or_none(statement)

    async def add(self, row: M) -> M:
        """Insert the row now, so that its constraints speak here."""
        self.session.add(row)
        await self.session.flush()
        return row

    async def one_or_none(self, statement: Select[M]) -> M | None:
        """Fetch the only row of the statement, as the database has it now."""
        result = await self.session.execute(statement.execution_options(populate_existing=True))
        return result.unique().scalar_one_or_none()

    async def all(self, statement: Select[M]) -> Sequence[M]:
        """Fetch every row of the statement."""
        return (await self.session.execute(statement)).unique().scalars().all()

    @staticmethod
    def order(columns: Mapping[str, ColumnElement[Any]], keys: Sequence[str]) -> list[ColumnElement[Any]]:
        """Turn sort keys, such as ``-created_at`` for the newest first, into an order; what is not set comes last."""
        return [
            _falling(columns[key.removeprefix("-")]) if key.startswith("-") else columns[key].asc()
            for key in keys
        ]

    async def page(
        self,
        statement: AnySelect,
        query: ListQuery,
        order_by: Sequence[ColumnElement[Any]],
        key: InstrumentedAttribute[UUID],
    ) -> tuple[Sequence[AnyRow], int]:
        """Fetch one page and the total, counted no further than 10 001.

        ``key`` is the primary key; it is always the last sort key, so that equal rows keep their place
        from page to page. Joins of the statement must not multiply rows.
        """
        order = (*order_by, key.desc())
        if query.offset >= DEEP_OFFSET:
            ids = statement.with_only_columns(key).order_by(*order).limit(query.limit).offset(query.offset)
            statement_of_page = statement.where(key.in_(ids.scalar_subquery())).order_by(*order)
        else:
            statement_of_page = statement.order_by(*order).limit(query.limit).offset(query.offset)
        rows = (await self.session.execute(statement_of_page)).unique().all()
        if query.page == 1 and len(rows) < query.limit:
            return rows, len(rows)
        counted = statement.with_only_columns(key).order_by(None).limit(EXACT_TOTAL_LIMIT + 1).subquery()
        total = await self.session.scalar(select(func.count()).select_from(counted))
        return rows, total or 0
