"""The audit trail and its seals; the database takes additions to both and refuses every change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, SmallInteger, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.auth import ActorKind
from backend.kit.db.base import Base, text_enum
from backend.kit.db.transaction_ids import CURRENT


class AuditEntry(Base):
    """One act.

    ``actor_name`` and ``target_label`` are kept as they were, whatever becomes of the account or the object.
    ``format`` says what the entry's seal covers; `backend.domains.audit.service.chain` knows each.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "target_type", "target_id", "id"),
        Index(None, "transaction_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    transaction_id: Mapped[int] = mapped_column(BigInteger, server_default=CURRENT)
    format: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    actor_kind: Mapped[ActorKind] = mapped_column(text_enum(ActorKind))
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    target_type: Mapped[str] = mapped_column(String(40))
    target_id: Mapped[str] = mapped_column(String(60))
    target_label: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(100))


class AuditSeal(Base):
    """The place of an entry in the chain, and the hash over it and everything before it."""

    __tablename__ = "audit_seals"

    sequence: Mapped[int] = mapped_column(BigInteger, autoincrement=False, primary_key=True)
    entry_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
