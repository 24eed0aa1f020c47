"""Numbers that people read out: a prefix, the business day, and a count of that day.

A number is drawn in a short transaction of its own, so that nobody waits for another's work to be committed. Numbers
rise and no two are equal; one that was drawn for a transaction that rolls back is never given again, so a day's count
may have gaps.
"""

import asyncio
from datetime import date

from sqlalchemy import Insert, String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db.base import Base

Series = tuple[str, date]
# Where a session keeps its process's `NumberSource`.
NUMBERS = "numbers"


class NumberSeries(Base):
    """The last number given on a day."""

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(String(10), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class NumberSource:
    """Draws a process's numbers, all that are asked for at the same time in one statement a series."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._asked: dict[Series, list[tuple[int, asyncio.Future[int]]]] = {}
        self._drawing: asyncio.Task[None] | None = None

    async def draw(self, series: Series, count: int) -> int:
        """Draw ``count`` numbers in a row and return the last one."""
        drawn: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._asked.setdefault(series, []).append((count, drawn))
        if self._drawing is None or self._drawing.done():
            self._drawing = asyncio.create_task(self._draw())
        return await drawn

    async def _draw(self) -> None:
        while self._asked:
            series, asked = self._asked.popitem()
            try:
                async with self._engine.connect() as connection:
                    statement = _draw_statement(series, sum(count for count, _ in asked))
                    last: int = (await connection.execute(statement)).scalar_one()
            except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever it is
                for _, drawn in asked:
                    if not drawn.done():
                        drawn.set_exception(error)
            else:
                for count, drawn in reversed(asked):
                    # Who gave up waiting leaves a gap.
                    if not drawn.done():
                        drawn.set_result(last)
                    last -= count


async def next_number(session: AsyncSession, prefix: str, day: date) -> str:
    """Return the next number of the series, such as ``KH202611210001``."""
    return (await next_numbers(session, prefix, day, 1))[0]


async def next_numbers(session: AsyncSession, prefix: str, day: date, count: int) -> list[str]:
    """Return the next ``count`` numbers of the series, one after another."""
    source: NumberSource | None = session.info.get(NUMBERS)
    series = (prefix, day)
    if source is None:
        last: int = (await session.execute(_draw_statement(series, count))).scalar_one()
    else:
        last = await source.draw(series, count)
    return [f"{prefix}{day:%Y%m%d}{number:04d}" for number in range(last - count + 1, last + 1)]


def _draw_statement(series: Series, count: int) -> Insert:
    table = NumberSeries.__table__
    statement = insert(NumberSeries).values(prefix=series[0], day=series[1], last=count)
    return statement.on_conflict_do_update(
        index_elements=["prefix", "day"], set_={"last": table.c.last + statement.excluded.last}
    ).returning(table.c.last)
