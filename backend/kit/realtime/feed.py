"""The event feed: what changed, in the order in which it was committed.

Each change appends a row in its own transaction and notifies. Ids grow in commit order, because they are drawn
under a lock held until the commit; so whoever has seen id N never misses an id below N, and "everything after N"
is a complete answer to a reader who was away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Uuid, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.auth import NOBODYS, Ownership
from backend.kit.db.base import Base
from backend.kit.db.session import Phase, before_commit

CHANNEL = "kehui_events"
KEPT_FOR = timedelta(hours=24)
_LOCK = "kehui.event_feed"
_PENDING = "event_feed"


@dataclass(frozen=True)
class LiveEvent:
    """A change to tell other screens of.

    ``permission`` and ``ownership`` say who may learn of it, by the same rule as the row itself. ``data`` carries
    ids and versions only, never personal data: the receiver fetches what it may see.
    """

    type: str
    permission: str
    ownership: Ownership = NOBODYS
    data: dict[str, Any] = field(default_factory=dict)


class FeedEntry(Base):
    """A stored event."""

    __tablename__ = "event_feed"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    type: Mapped[str]
    permission: Mapped[str]
    owner_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    department_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)

    @property
    def ownership(self) -> Ownership:
        """Whose the changed thing was."""
        return Ownership(tuple(self.owner_ids), tuple(self.department_ids))


def publish(session: AsyncSession, event: LiveEvent) -> None:
    """Append the event when this transaction commits; a rollback forgets it, an equal event is told once."""
    pending: list[LiveEvent] = session.info.setdefault(_PENDING, [])
    if event not in pending:
        pending.append(event)
    before_commit(session, Phase.FEED, _append)


async def _append(session: AsyncSession) -> None:
    events: list[LiveEvent] = session.info.pop(_PENDING, [])
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": _LOCK})
    await session.execute(
        insert(FeedEntry),
        [
            {
                "type": event.type,
                "permission": event.permission,
                "owner_ids": list(event.ownership.people),
                "department_ids": list(event.ownership.departments),
                "data": event.data,
            }
            for event in events
        ],
    )
    await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})


async def entries_after(session: AsyncSession, last_id: int, *, limit: int) -> Sequence[FeedEntry]:
    """Fetch the oldest entries after ``last_id``."""
    statement = select(FeedEntry).where(FeedEntry.id > last_id).order_by(FeedEntry.id).limit(limit)
    return (await session.scalars(statement)).all()


async def feed_bounds(session: AsyncSession) -> tuple[int, int]:
    """Return the oldest and the newest kept id; ``(0, 0)`` when nothing was ever told."""
    row = (await session.execute(select(func.min(FeedEntry.id), func.max(FeedEntry.id)))).one()
    return row[0] or 0, row[1] or 0


async def forget_old(session: AsyncSession, now: datetime) -> None:
    """Drop entries older than 24 hours but the newest; readers who were away for longer start afresh."""
    newest = select(func.max(FeedEntry.id)).scalar_subquery()
    await session.execute(
        delete(FeedEntry).where(FeedEntry.created_at < now - KEPT_FOR, FeedEntry.id < newest)
    )
