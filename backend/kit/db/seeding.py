"""Remember what an installation was given once, so that what people remove stays removed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit import clock
from backend.kit.db.base import Base


class Seed(Base):
    """A preset of some kind that was seeded, whether or not it is still there."""

    __tablename__ = "seeds"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    seeded_at: Mapped[datetime] = mapped_column(default=clock.now)


async def never_seeded(session: AsyncSession, kind: str, keys: Iterable[str]) -> set[str]:
    """Return those that were never seeded here, and take them for seeded from now on.

    Two processes that seed at once wait for each other here, and only one is told of a key.
    """
    rows = [{"kind": kind, "key": key} for key in sorted(keys)]
    if not rows:
        return set()
    statement = insert(Seed).values(rows).on_conflict_do_nothing().returning(Seed.key)
    return set(await session.scalars(statement))
