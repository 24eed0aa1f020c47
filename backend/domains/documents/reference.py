"""What other domains may use of documents; everything else in this package is private."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.documents.errors import UnknownDocumentType
from backend.domains.documents.events import DocumentsChanged, DocumentTypesChanged
from backend.domains.documents.models import DocumentType, ReviewStatus
from backend.domains.documents.repository import DocumentRepository, DocumentTypeRepository
from backend.domains.documents.schemas import DocumentRead, DocumentTypeRead, TypeCode
from backend.domains.documents.service.library import DocumentService
from backend.kit import clock
from backend.kit.auth import Actor

__all__ = [
    "CollectedDocument",
    "DocumentRead",
    "DocumentType",
    "DocumentTypeRead",
    "DocumentTypesChanged",
    "Documents",
    "DocumentsChanged",
    "ReviewStatus",
    "TypeCode",
    "UnknownDocumentType",
]


@dataclass(frozen=True, slots=True)
class CollectedDocument:
    """One document outside the trash, as far as completeness goes."""

    document_type: str
    review_status: ReviewStatus
    uploaded_at: datetime
    superseded_at: datetime | None = None
    page_count: int = 1
    issued_on: date | None = None
    expires_on: date | None = None
    covers_from: date | None = None
    covers_to: date | None = None

    @property
    def takes_a_place(self) -> bool:
        """Whether it fills one of its type's places; rejected and superseded ones make room."""
        return self.review_status is not ReviewStatus.REJECTED and self.superseded_at is None


class Documents:
    """The documents of one customer at a time, whose lock the caller holds or whom it may see."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._documents = DocumentRepository(session)

    async def types(self) -> Sequence[DocumentType]:
        """Return all document types in their order, those no longer used included."""
        return await DocumentTypeRepository(self._session).list_types()

    async def of_customer(self, actor: Actor, customer_id: UUID) -> list[DocumentRead]:
        """Return the documents outside the trash, oldest first."""
        return await DocumentService(self._session).of_customer(actor, customer_id)

    async def collected(self, customer_id: UUID) -> list[CollectedDocument]:
        """Return what counts of each document outside the trash."""
        return [CollectedDocument(*row) for row in await self._documents.counted(customer_id)]

    async def has_upload_by(self, customer_id: UUID, user_id: UUID) -> bool:
        """Tell whether this person supplied any of them."""
        return await self._documents.has_upload_by(customer_id, user_id)

    async def supersede(self, customer_id: UUID, type_codes: Sequence[str]) -> None:
        """Mark what is there of these types as asked for anew: it stays to be seen, and makes room for the new."""
        await self._documents.supersede(customer_id, type_codes, clock.now())
