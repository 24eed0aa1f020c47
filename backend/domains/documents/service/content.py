"""Decide which stored bytes answer a request for a document's content."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.documents.errors import DocumentNotFound, NoPicture, PageOutOfRange, StillProcessing
from backend.domains.documents.models import Document, Processing
from backend.domains.documents.repository import DocumentRepository
from backend.domains.documents.service.library import target_of
from backend.kit.auth import Actor
from backend.kit.db.session import Database
from backend.kit.files.render import CONTENT_TYPE as PICTURE_TYPE


class Variant(StrEnum):
    """A picture to look at, small or large, or the original bytes."""

    THUMBNAIL = "thumbnail"
    PREVIEW = "preview"
    ORIGINAL = "original"


@dataclass(frozen=True)
class Content:
    """Where the bytes are and how to label them."""

    key: str
    content_type: str
    filename: str
    is_download: bool


class ContentService:
    """Finds the bytes of a document for whoever may see it."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.documents = DocumentRepository(session)

    async def find(self, actor: Actor, document_id: UUID, variant: Variant, page: int) -> Content:
        """Return the content, or raise why there is none; taking the original is kept in the audit trail."""
        row = await self.documents.get_visible(actor, document_id)
        if row is None:
            raise DocumentNotFound
        document: Document = row[0]
        if variant is Variant.ORIGINAL:
            audit.record(
                self.session, actor, "document.download", target_of(document), {"sha256": document.sha256}
            )
            return Content(document.original_key, document.content_type, document.filename, is_download=True)
        if page > document.page_count:
            raise PageOutOfRange(page_count=document.page_count)
        if document.processing is Processing.QUEUED:
            raise StillProcessing
        if document.processing is Processing.FAILED:
            raise NoPicture
        return Content(
            document.picture_key(page, variant), PICTURE_TYPE, f"{document.id}-{page}.webp", is_download=False
        )


async def find_content(
    database: Database, actor: Actor, document_id: UUID, variant: Variant, page: int
) -> Content:
    """Decide in a session of its own, which has ended when the bytes are fetched: the store may be slow."""
    opening = database.transaction if variant is Variant.ORIGINAL else database.reading
    async with opening() as session:
        return await ContentService(session).find(actor, document_id, variant, page)
