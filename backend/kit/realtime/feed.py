"""The event feed: what changed, in one order that every reader sees alike.

Entries stand in the order of the transactions that wrote them (PostgreSQL's transaction ids, given at a transaction's
first write) and within one transaction in the order of telling. Transactions commit in another order, so a reader
takes only what lies below the horizon: the oldest transaction that is still under way. Nothing can appear there any
more, so whoever has read up to a position never misses an entry before it, and no writer waits for another.

A transaction that stays open after its first write holds the horizon, and with it everybody's news; so they are short,
and jobs commit in small pieces.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, Uuid, delete, exists, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.auth import NOBODYS, Ownership
from backend.kit.db.base import Base
from backend.kit.db.session import Database, Phase, before_commit, notify_after_commit
from backend.kit.db.transaction_ids import CURRENT, HORIZON, NOT_YET_GIVEN
from backend.kit.realtime.live import LivePayload

CHANNEL = "kehui_events"
KEPT_FOR = timedelta(hours=24)
_PENDING = "event_feed"
_LARGEST = 2**63 - 1


class Position(NamedTuple):
    """A place in the feed; as text it is the id of a server-sent event."""

    transaction_id: int
    id: int

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Read what ``str`` wrote, or the plain number that an entry of the first version had for its id."""
        first, separator, second = text.partition("-")
        position = cls(int(first), int(second)) if separator else cls(0, int(first))
        return position if max(position) <= _LARGEST else cls(_LARGEST, _LARGEST)

    def __str__(self) -> str:
        """Return it as ``transaction-id``."""
        return f"{self.transaction_id}-{self.id}"


BEGINNING = Position(0, 0)


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

    @classmethod
    def of(cls, payload: LivePayload, ownership: Ownership = NOBODYS) -> "LiveEvent":
        """Tell what a domain declared, of something that belongs to ``ownership``."""
        data = payload.model_dump(mode="json", exclude={"type"})
        return cls(payload.type, payload.permission, ownership, data)


class FeedEntry(Base):
    """A stored event."""

    __tablename__ = "event_feed"
    __table_args__ = (Index(None, "transaction_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    transaction_id: Mapped[int] = mapped_column(BigInteger, server_default=CURRENT)
    type: Mapped[str]
    permission: Mapped[str]
    owner_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    department_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)

    @property
    def position(self) -> Position:
        """Where it stands."""
        return Position(self.transaction_id, self.id)

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
    notify_after_commit(session, CHANNEL)


@dataclass(frozen=True)
class Reading:
    """What was found after a position."""

    entries: Sequence[FeedEntry]
    # There may be more to read at once.
    is_full: bool
    # Something is committed that will be readable once a transaction before it has ended.
    is_held_up: bool


_place = tuple_(FeedEntry.transaction_id, FeedEntry.id)
_IN_ORDER = (FeedEntry.transaction_id, FeedEntry.id)
_BACKWARDS = (FeedEntry.transaction_id.desc(), FeedEntry.id.desc())


async def read_after(session: AsyncSession, position: Position, *, limit: int) -> Reading:
    """Fetch the oldest entries after a position, as far as the horizon."""
    statement = (
        select(FeedEntry, (FeedEntry.transaction_id < HORIZON).label("is_settled"))
        .where(_place > position)
        .order_by(*_IN_ORDER)
        .limit(limit)
    )
    rows = (await session.execute(statement)).all()
    entries = [entry for entry, is_settled in rows if is_settled]
    return Reading(entries, is_full=len(entries) == limit, is_held_up=len(entries) < len(rows))


async def feed_bounds(session: AsyncSession) -> tuple[Position, Position]:
    """Return the positions of the oldest entry and of the newest that can be read.

    Whoever has read the oldest one has missed nothing since; whoever is before it may have.
    """
    columns = (FeedEntry.transaction_id, FeedEntry.id)
    oldest = (await session.execute(select(*columns).order_by(*_IN_ORDER).limit(1))).one_or_none()
    newest = (
        await session.execute(
            select(*columns).where(FeedEntry.transaction_id < HORIZON).order_by(*_BACKWARDS).limit(1)
        )
    ).one_or_none()
    return (
        BEGINNING if oldest is None else Position(*oldest),
        BEGINNING if newest is None else Position(*newest),
    )


async def adopt_foreign_entries(database: Database) -> None:
    """Move entries with transaction ids that this server has not given yet to the beginning of the order.

    A restored copy of a database brings them along; they would lie beyond the horizon for years.
    """
    is_foreign = FeedEntry.transaction_id >= NOT_YET_GIVEN
    async with database.lookup() as session:
        found = await session.scalar(select(exists().where(is_foreign)))
    if found:
        async with database.transaction() as session:
            await session.execute(update(FeedEntry).where(is_foreign).values(transaction_id=0))


async def forget_old(session: AsyncSession, now: datetime) -> None:
    """Drop entries older than 24 hours but the newest of them; readers who were away for longer start afresh.

    What is dropped is a beginning of the feed as a whole, so that the oldest entry tells what is missing.
    """
    first_to_keep = await session.scalar(
        select(FeedEntry).where(FeedEntry.created_at >= now - KEPT_FOR).order_by(*_IN_ORDER).limit(1)
    )
    before = select(FeedEntry).order_by(*_BACKWARDS).limit(1)
    if first_to_keep is not None:
        before = before.where(_place < first_to_keep.position)
    last_to_drop = await session.scalar(before)
    if last_to_drop is not None:
        await session.execute(delete(FeedEntry).where(_place < last_to_drop.position))
