"""What happened to a customer's file, and what an auditor asked for beyond the usual."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from backend.domains.customers.case_states import CustomerStatus
from backend.kit.db.base import Base, Identified, text_enum


class MoveAction(StrEnum):
    """Every way a file comes into a state: people's five actions and the system's own."""

    CREATED = "created"
    COMPLETED = "completed"
    UNCOMPLETED = "uncompleted"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    REOPEN = "reopen"


class CaseMove(Identified, Base):
    """One move: from where to where, by whom (nobody for the system's own), when and why."""

    __tablename__ = "case_moves"
    __table_args__ = (Index(None, "customer_id", "id"),)

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    action: Mapped[MoveAction] = mapped_column(text_enum(MoveAction))
    from_state: Mapped[CustomerStatus | None] = mapped_column(text_enum(CustomerStatus, "from_state"))
    to_state: Mapped[CustomerStatus] = mapped_column(text_enum(CustomerStatus, "to_state"))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    document_types: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    is_final: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class CaseRequirement(Base):
    """A document type that this file needs anew: only what was uploaded after ``requested_at`` counts.

    It makes an optional type required for this file, and stays in force however often it is supplied.
    """

    __tablename__ = "case_requirements"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    document_type: Mapped[str] = mapped_column(ForeignKey("document_types.code"), primary_key=True)
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text)
