"""What screens learn of documents."""

from typing import ClassVar, Literal
from uuid import UUID

from backend.domains.documents.permissions import DocumentPermission
from backend.kit.realtime.live import LivePayload

DocumentEventType = Literal[
    "document.uploaded",
    "document.deleted",
    "document.restored",
    "document.reviewed",
    "document.dated",
    "document.ready",
    "document.failed",
]


class DocumentEvent(LivePayload):
    """A document came, went, was judged, was said to be of other days, or has its pictures or will have none."""

    permission: ClassVar[str] = DocumentPermission.READ

    type: DocumentEventType
    customer_id: UUID
    document_id: UUID
    version: int


class DocumentTypesEvent(LivePayload):
    """A type of document was added or changed: what any customer needs may be another."""

    permission: ClassVar[str] = DocumentPermission.READ

    type: Literal["document_types.changed"]
    customer_id: None = None
    document_type: str
    version: int


class FindingEvent(LivePayload):
    """A reviewer noted something on a document, compared a fact with it, or took that back."""

    permission: ClassVar[str] = DocumentPermission.READ

    type: Literal["finding.changed"]
    customer_id: UUID
    document_id: UUID
