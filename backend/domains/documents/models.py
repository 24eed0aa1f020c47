"""Document types, documents, and what reviewers find in them."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit import clock
from backend.kit.db.base import Base, Identified, Timestamped, Versioned, text_enum


class ReviewStatus(StrEnum):
    """What an auditor thought of the document."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Processing(StrEnum):
    """Whether the pictures that people look at have been made."""

    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"


# Judging again what is judged already: an accepted document may still be rejected, but only while the case is
# under review; a rejected one is supplied anew.
REVIEW_ALLOWED: Mapping[ReviewStatus, frozenset[ReviewStatus]] = {
    ReviewStatus.PENDING: frozenset({ReviewStatus.ACCEPTED, ReviewStatus.REJECTED}),
    ReviewStatus.ACCEPTED: frozenset({ReviewStatus.REJECTED}),
    ReviewStatus.REJECTED: frozenset(),
}


def original_key(document_id: UUID) -> str:
    """Return where the original bytes of a document are stored."""
    return f"{document_id}/original"


def owner_of(key: str) -> UUID | None:
    """Return the document that the object with this key belongs to; ``None`` for what is no document's."""
    try:
        return UUID(key.partition("/")[0])
    except ValueError:
        return None


class DocumentType(Timestamped, Versioned, Base):
    """A kind of document to collect; who needs it is a matter of requirement sets."""

    __tablename__ = "document_types"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    hint: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    sort_order: Mapped[int]
    allowed_kinds: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    max_files: Mapped[int]


class Document(Identified, Timestamped, Versioned, Base):
    """One uploaded file. The original bytes are evidence and never change; ``sha256`` proves it."""

    __tablename__ = "documents"
    __table_args__ = (
        # The same bytes twice for one type of one customer are one document; neither the trash nor what an auditor
        # asked for anew counts.
        Index(
            "documents_same_bytes_key",
            "customer_id",
            "document_type",
            "sha256",
            unique=True,
            postgresql_where=text("deleted_at IS NULL AND superseded_at IS NULL"),
        ),
        Index("documents_customer_idx", "customer_id", "document_type", "created_at"),
        Index("documents_uploaded_idx", "created_at", "id"),
        Index("documents_review_idx", "review_status", "created_at", "id"),
        Index("documents_uploader_idx", "uploaded_by_id", "created_at", "id"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    document_type: Mapped[str] = mapped_column(ForeignKey("document_types.code"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    page_count: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    processing: Mapped[Processing] = mapped_column(text_enum(Processing), default=Processing.QUEUED)
    uploaded_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    review_status: Mapped[ReviewStatus] = mapped_column(text_enum(ReviewStatus), default=ReviewStatus.PENDING)
    reviewed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    reviewed_at: Mapped[datetime | None]
    reason_code: Mapped[str | None] = mapped_column(String(40))
    message: Mapped[str | None] = mapped_column(Text)
    superseded_at: Mapped[datetime | None]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    covers_from: Mapped[date | None]
    covers_to: Mapped[date | None]
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    @property
    def original_key(self) -> str:
        """Where the original bytes are stored."""
        return original_key(self.id)

    def picture_key(self, page: int, variant: str) -> str:
        """Where the picture of a page is stored."""
        return f"{self.id}/{page}-{variant}.webp"


class DocumentAnnotation(Identified, Base):
    """A rectangle on a page with a note, in fractions of the upright page: (0, 0) is its upper left corner."""

    __tablename__ = "document_annotations"
    __table_args__ = (
        CheckConstraint(
            "x >= 0 AND y >= 0 AND width > 0 AND height > 0 AND x + width <= 1.000001 AND y + height <= 1.000001",
            name="on_page",
        ),
        Index("document_annotations_document_idx", "document_id", "page", "id"),
    )

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    page: Mapped[int]
    x: Mapped[float] = mapped_column(Double)
    y: Mapped[float] = mapped_column(Double)
    width: Mapped[float] = mapped_column(Double)
    height: Mapped[float] = mapped_column(Double)
    note: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class DocumentCheck(Base):
    """Whether one fact of the customer agrees with what the document says, as a reviewer last saw it."""

    __tablename__ = "document_checks"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    fact: Mapped[str] = mapped_column(String(40), primary_key=True)
    agrees: Mapped[bool]
    checked_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    checked_at: Mapped[datetime]
