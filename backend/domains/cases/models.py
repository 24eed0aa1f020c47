"""The case: what is collected of a customer for one decision, what happened to it, and what was asked for anew."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Numeric, String, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.domains.cases.completeness import ExceptionKind
from backend.domains.customers.reference import CaseProjection, CaseStatus
from backend.kit.db.base import Base, Identified, Timestamped, Versioned, text_enum


class MoveAction(StrEnum):
    """Every way a case comes to a status: people's five actions and the system's own."""

    CREATED = "created"
    COMPLETED = "completed"
    UNCOMPLETED = "uncompleted"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    REOPEN = "reopen"


class Case(Identified, Timestamped, Versioned, Base):
    """One case of a customer; a customer has one that is current.

    Whoever changes a case holds its customer's lock: documents, case and record follow each other that way.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_current_key", "customer_id", unique=True, postgresql_where=Column("is_current")),
        Index("cases_customer_idx", "customer_id", "id"),
        Index("cases_status_idx", "status", "id"),
        Index("cases_submitted_idx", "submitted_at", "id"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    is_current: Mapped[bool] = mapped_column(default=True)
    status: Mapped[CaseStatus] = mapped_column(text_enum(CaseStatus), default=CaseStatus.PENDING)
    rejected_final: Mapped[bool] = mapped_column(default=False)
    required_count: Mapped[int] = mapped_column(default=0)
    uploaded_count: Mapped[int] = mapped_column(default=0)
    accepted_count: Mapped[int] = mapped_column(default=0)
    product: Mapped[str | None] = mapped_column(String(40))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    # Returned and not submitted since, whether or not all is there by now.
    is_returned: Mapped[bool] = mapped_column(default=False)
    # What was needed when it was submitted; from then until it is returned or reopened nothing else is.
    frozen_needs: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))

    @property
    def projection(self) -> CaseProjection:
        """What the customer's row shows of it."""
        return CaseProjection(
            self.status, self.rejected_final, self.required_count, self.uploaded_count, self.accepted_count
        )


class CaseMove(Identified, Base):
    """One move: from where to where, by whom (nobody for the system's own), when and why."""

    __tablename__ = "case_moves"
    __table_args__ = (Index(None, "case_id", "id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    action: Mapped[MoveAction] = mapped_column(text_enum(MoveAction))
    from_status: Mapped[CaseStatus | None] = mapped_column(text_enum(CaseStatus, "from_status"))
    to_status: Mapped[CaseStatus] = mapped_column(text_enum(CaseStatus, "to_status"))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    document_types: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    # Why each of the types is asked for anew, by its code; those left out share the reason of the move.
    document_reasons: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    is_final: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class CaseRequirement(Base):
    """A document type that this case needs anew: only what was uploaded after ``requested_at`` counts.

    It makes an optional type required for this case, and stays in force however often it is supplied.
    """

    __tablename__ = "case_requirements"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    document_type: Mapped[str] = mapped_column(ForeignKey("document_types.code"), primary_key=True)
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text)


class CaseViewer(Base):
    """Who has a case open for review. It blocks nobody, and is worth nothing when ``seen_at`` is a moment old."""

    __tablename__ = "case_viewers"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    since: Mapped[datetime]
    seen_at: Mapped[datetime]


class CaseException(Base):
    """An item added to this case beyond its sets, or waived for it."""

    __tablename__ = "case_exceptions"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    document_type: Mapped[str] = mapped_column(
        ForeignKey("document_types.code"), primary_key=True, index=True
    )
    kind: Mapped[ExceptionKind] = mapped_column(text_enum(ExceptionKind))
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
