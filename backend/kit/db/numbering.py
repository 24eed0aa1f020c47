"""Numbers that people read out: a prefix, the business day, and a count of that day."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db.base import Base


class NumberSeries(Base):
    """The last number given on a day."""

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(String(10), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


async def next_number(session: AsyncSession, prefix: str, day: date) -> str:
    """Return the next number of the series, such as ``KH202611210001``; a rollback leaves no gap.

    The day's row stays locked until the transaction ends, so draw the number late.
    """
    statement = insert(NumberSeries).values(prefix=prefix, day=day, last=1)
    last = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=["prefix", "day"], set_={"last": NumberSeries.last + 1}
        ).returning(NumberSeries.last)
    )
    return f"{prefix}{day:%Y%m%d}{last:04d}"
