"""Answers kept for requests that are repeated."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db.base import Base

KEPT_FOR = timedelta(hours=24)


class IdempotencyRecord(Base):
    """The answer given to one ``Idempotency-Key``, stored in the transaction of its effect."""

    __tablename__ = "idempotency_keys"

    principal_id: Mapped[UUID] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)


async def forget_old_answers(session: AsyncSession, now: datetime) -> None:
    """Drop answers older than 24 hours."""
    await session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.created_at < now - KEPT_FOR))
