"""Find, delete, restore and judge documents."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.customers.case_states import OPEN_STATUSES, CustomerStatus
from backend.domains.customers.models import Customer
from backend.domains.customers.service import CustomerService, check_reach
from backend.domains.documents.errors import (
    CaseClosed,
    DocumentAccepted,
    DocumentInTrash,
    DocumentNotFound,
    IllegalReview,
    OwnUpload,
    SameDocumentExists,
    TooManyFiles,
    UnderReview,
)
from backend.domains.documents.events import DocumentsChanged
from backend.domains.documents.models import REVIEW_ALLOWED, Document, RejectReason, ReviewStatus
from backend.domains.documents.permissions import DocumentPermission
from backend.domains.documents.repository import DocumentRepository
from backend.domains.documents.schemas import DocumentListQuery, DocumentRead, RejectRequest
from backend.domains.documents.service.types import DocumentTypeService
from backend.kit import clock
from backend.kit.auth import Actor, Ownership
from backend.kit.db.constraints import conflicts
from backend.kit.db.repository import AnyRow
from backend.kit.events import emit
from backend.kit.schemas import PersonRef


class DocumentService:
    """The rules of documents that are there; how they arrive is `upload`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.documents = DocumentRepository(session)
        self.customers = CustomerService(session)
        self.types = DocumentTypeService(session)

    async def read(self, actor: Actor, document_id: UUID) -> DocumentRead:
        """Shape a document for an answer, or raise `DocumentNotFound`."""
        row = await self.documents.get_visible(actor, document_id)
        if row is None:
            raise DocumentNotFound
        return document_read(row, actor)

    async def list_documents(self, actor: Actor, query: DocumentListQuery) -> tuple[list[DocumentRead], int]:
        """Fetch one page of the documents of customers that the actor may see."""
        rows, total = await self.documents.list_documents(actor, query)
        return [document_read(row, actor) for row in rows], total

    async def of_customer(self, actor: Actor, customer_id: UUID) -> list[DocumentRead]:
        """Fetch a customer's documents outside the trash, oldest first."""
        return [document_read(row, actor) for row in await self.documents.of_customer(actor, customer_id)]

    async def verdicts(self, customer_id: UUID) -> list[tuple[str, ReviewStatus, datetime]]:
        """Return type code, judgement and upload time of each of a customer's documents outside the trash."""
        rows = await self.documents.states_of_customer(customer_id)
        return [(row.document_type, row.review_status, row.created_at) for row in rows]

    async def has_upload_by(self, customer_id: UUID, user_id: UUID) -> bool:
        """Tell whether this person supplied any of the customer's documents."""
        return await self.documents.has_upload_by(customer_id, user_id)

    async def supersede(self, customer_id: UUID, type_codes: Sequence[str]) -> None:
        """Mark what is there of these types as asked for anew: it stays to be seen, and makes room for the new."""
        await self.documents.supersede(customer_id, type_codes, clock.now())

    async def delete(self, actor: Actor, document_id: UUID) -> None:
        """Move a document to the trash; deleting twice changes nothing."""
        customer, document = await self._get_to_change(actor, document_id, DocumentPermission.DELETE)
        if document.deleted_at is not None:
            return
        if customer.status is CustomerStatus.REVIEWING:
            raise UnderReview
        if document.review_status is ReviewStatus.ACCEPTED:
            raise DocumentAccepted
        document.deleted_at, document.deleted_by_id = clock.now(), actor.id
        await self._changed(actor, customer, document, "document.deleted", "document.delete")

    async def restore(self, actor: Actor, document_id: UUID) -> None:
        """Take a document out of the trash, if its type still has a place for it."""
        customer, document = await self._get_to_change(actor, document_id, DocumentPermission.DELETE)
        if document.deleted_at is None:
            return
        if document.review_status is not ReviewStatus.REJECTED:
            document_type = await self.types.get(document.document_type)
            taken = await self.documents.count_places_taken(customer.id, document.document_type)
            if taken >= document_type.max_files:
                raise TooManyFiles(max_files=document_type.max_files)
        async with conflicts(self.session, {"documents_same_bytes_key": SameDocumentExists}):
            document.deleted_at, document.deleted_by_id = None, None
            await self.session.flush()
        await self._changed(actor, customer, document, "document.restored", "document.restore")

    async def accept(self, actor: Actor, document_id: UUID) -> None:
        """Judge a document good."""
        await self._judge(actor, document_id, ReviewStatus.ACCEPTED, None, None)

    async def reject(self, actor: Actor, document_id: UUID, body: RejectRequest) -> None:
        """Judge a document bad; its type counts as missing until it is supplied anew."""
        await self._judge(actor, document_id, ReviewStatus.REJECTED, body.reason_code, body.message)

    async def _judge(
        self,
        actor: Actor,
        document_id: UUID,
        verdict: ReviewStatus,
        reason: RejectReason | None,
        message: str | None,
    ) -> None:
        customer, document = await self._get_to_change(actor, document_id, DocumentPermission.REVIEW)
        if document.deleted_at is not None:
            raise DocumentInTrash
        if document.uploaded_by_id == actor.id:
            raise OwnUpload
        if (
            document.review_status is verdict
            and document.reason_code is reason
            and document.message == message
        ):
            return
        allowed = review_moves(document.review_status, customer.status)
        if verdict not in allowed:
            raise IllegalReview(state=document.review_status, allowed=sorted(allowed))
        document.review_status, document.reason_code, document.message = verdict, reason, message
        document.reviewed_by_id, document.reviewed_at = actor.id, clock.now()
        await self._changed(actor, customer, document, "document.reviewed", f"document.{_VERBS[verdict]}")

    async def _get_to_change(
        self, actor: Actor, document_id: UUID, permission: DocumentPermission
    ) -> tuple[Customer, Document]:
        """Lock the customer first, as uploads and case moves do, and then the document."""
        row = await self.documents.get_visible(actor, document_id)
        if row is None:
            raise DocumentNotFound
        customer = await self.customers.get_active(actor, row[0].customer_id)
        check_reach(actor, customer, permission)
        document = await self.documents.get(document_id, lock=True)
        if document is None:
            raise DocumentNotFound
        check_open(customer)
        return customer, document

    async def _changed(
        self, actor: Actor, customer: Customer, document: Document, event: str, action: str
    ) -> None:
        await self.session.flush()
        details = {"document_type": document.document_type, "sha256": document.sha256}
        if document.reason_code is not None:
            details |= {"reason_code": document.reason_code.value, "message": document.message or ""}
        audit.record(self.session, actor, action, target_of(document), details)
        tell(self.customers, actor, customer, document, event)
        await emit(self.session, actor, DocumentsChanged(customer.id))


_VERBS = {ReviewStatus.ACCEPTED: "accept", ReviewStatus.REJECTED: "reject"}


def check_open(customer: Customer) -> None:
    """Refuse to change the documents of a file that was decided on."""
    if customer.status not in OPEN_STATUSES:
        raise CaseClosed(status=customer.status)


def review_moves(status: ReviewStatus, case: CustomerStatus) -> frozenset[ReviewStatus]:
    """Return the judgements possible now; second thoughts need the file to be under review."""
    if status is ReviewStatus.ACCEPTED and case is not CustomerStatus.REVIEWING:
        return frozenset()
    return REVIEW_ALLOWED[status]


def tell(
    customers: CustomerService, actor: Actor, customer: Customer, document: Document, event_type: str
) -> None:
    """Publish a change of this document to everybody who may see documents of its customer."""
    customers.tell(
        actor,
        customer,
        event_type,
        permission=DocumentPermission.READ,
        document_id=str(document.id),
        version=document.version,
    )


def target_of(document: Document) -> audit.Target:
    """Name the document in the audit trail."""
    return audit.Target("document", str(document.id), document.filename[:200])


def document_read(row: AnyRow, actor: Actor) -> DocumentRead:
    """Shape a row of `DocumentRepository.visible_to`."""
    document: Document = row[0]
    reviewed_by = None
    if document.reviewed_by_id is not None:
        reviewed_by = PersonRef(id=document.reviewed_by_id, display_name=row.reviewer_name)
    return DocumentRead(
        id=document.id,
        customer_id=document.customer_id,
        customer_no=row.customer_no,
        customer_name=row.customer_name,
        document_type=document.document_type,
        filename=document.filename,
        content_type=document.content_type,
        size=document.size,
        sha256=document.sha256,
        page_count=document.page_count,
        width=document.width,
        height=document.height,
        processing=document.processing,
        review_status=document.review_status,
        reason_code=document.reason_code,
        message=document.message,
        uploaded_by=PersonRef(id=document.uploaded_by_id, display_name=row.uploader_name),
        uploaded_at=document.created_at,
        reviewed_by=reviewed_by,
        reviewed_at=document.reviewed_at,
        deleted_at=document.deleted_at,
        version=document.version,
        can=_can(row, actor),
    )


def _can(row: AnyRow, actor: Actor) -> list[str]:
    document: Document = row[0]
    case: CustomerStatus = row.customer_status
    owners = Ownership.of(
        row.customer_created_by_id, row.customer_manager_id, department=row.customer_department_id
    )
    if row.customer_archived_at is not None or case not in OPEN_STATUSES:
        return []
    if document.deleted_at is not None:
        return ["restore"] if actor.covers(DocumentPermission.DELETE, owners) else []
    can: list[str] = []
    deletable = case is not CustomerStatus.REVIEWING and document.review_status is not ReviewStatus.ACCEPTED
    if deletable and actor.covers(DocumentPermission.DELETE, owners):
        can.append("delete")
    if actor.covers(DocumentPermission.REVIEW, owners) and document.uploaded_by_id != actor.id:
        can += [_VERBS[verdict] for verdict in sorted(review_moves(document.review_status, case))]
    return can
