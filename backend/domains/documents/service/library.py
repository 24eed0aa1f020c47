"""Find, delete, restore and judge documents."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.customers import reference as customers
from backend.domains.customers.reference import CaseProjection, CustomerRef, Customers
from backend.domains.dictionary.reference import REJECT_REASON, choose
from backend.domains.documents.actions import DocumentAction
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
from backend.domains.documents.live import DocumentEvent, DocumentEventType
from backend.domains.documents.models import REVIEW_ALLOWED, Document, ReviewStatus
from backend.domains.documents.permissions import DocumentPermission
from backend.domains.documents.repository import DocumentRepository
from backend.domains.documents.schemas import DocumentDates, DocumentListQuery, DocumentRead, RejectRequest
from backend.domains.documents.service.types import DocumentTypeService
from backend.kit import clock
from backend.kit.auth import Actor, PermissionMissing
from backend.kit.db.constraints import conflicts
from backend.kit.db.repository import AnyRow
from backend.kit.db.versions import check_version
from backend.kit.events import emit
from backend.kit.schemas import PersonRef


class DocumentService:
    """The rules of documents that are there; how they arrive is `upload`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.documents = DocumentRepository(session)
        self.customers = Customers(session)
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

    async def delete(self, actor: Actor, document_id: UUID) -> None:
        """Move a document to the trash; deleting twice changes nothing."""
        customer, document = await self._get_to_change(actor, document_id, DocumentPermission.DELETE)
        if document.deleted_at is not None:
            return
        if customer.case.is_under_review:
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
        if document.review_status is not ReviewStatus.REJECTED and document.superseded_at is None:
            document_type = await self.types.get(document.document_type)
            taken = await self.documents.count_places_taken(customer.id, document.document_type)
            if taken >= document_type.max_files:
                raise TooManyFiles(max_files=document_type.max_files)
        async with conflicts(self.session, {"documents_same_bytes_key": SameDocumentExists}):
            document.deleted_at, document.deleted_by_id = None, None
            await self.session.flush()
        await self._changed(actor, customer, document, "document.restored", "document.restore")

    async def date(self, actor: Actor, document_id: UUID, expected_version: int, body: DocumentDates) -> None:
        """Say from and until when a document counts: whoever may throw it away now does, or who judges it."""
        customer, document = await self._get_to_change(
            actor, document_id, DocumentPermission.DELETE, DocumentPermission.REVIEW
        )
        check_version(document.version, expected_version)
        if document.deleted_at is not None:
            raise DocumentInTrash
        if not actor.covers(DocumentPermission.REVIEW, customer.ownership):
            if customer.case.is_under_review:
                raise UnderReview
            if document.review_status is ReviewStatus.ACCEPTED:
                raise DocumentAccepted
        before = {name: getattr(document, name) for name in DocumentDates.model_fields}
        changes = audit.changes(before, body.model_dump())
        if changes:
            for name in DocumentDates.model_fields:
                setattr(document, name, getattr(body, name))
            await self.session.flush()
            audit.record(self.session, actor, "document.date", target_of(document), changes)
            tell(self.session, actor, customer, document, "document.dated")
            await emit(self.session, actor, DocumentsChanged(customer.id))

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
        reason: str | None,
        message: str | None,
    ) -> None:
        customer, document = await self._get_to_change(actor, document_id, DocumentPermission.REVIEW)
        if document.deleted_at is not None:
            raise DocumentInTrash
        if document.uploaded_by_id == actor.id:
            raise OwnUpload
        if (
            document.review_status is verdict
            and document.reason_code == reason
            and document.message == message
        ):
            return
        allowed = review_moves(document.review_status, customer.case)
        if verdict not in allowed:
            raise IllegalReview(review_status=document.review_status, allowed=sorted(allowed))
        if reason is not None:
            await choose(self.session, REJECT_REASON, reason, field="reason_code")
        document.review_status, document.reason_code, document.message = verdict, reason, message
        document.reviewed_by_id, document.reviewed_at = actor.id, clock.now()
        await self._changed(actor, customer, document, "document.reviewed", f"document.{_VERBS[verdict]}")

    async def _get_to_change(
        self, actor: Actor, document_id: UUID, *permissions: DocumentPermission
    ) -> tuple[CustomerRef, Document]:
        """Lock the customer first, as uploads and case moves do, and then the document."""
        row = await self.documents.get_visible(actor, document_id)
        if row is None:
            raise DocumentNotFound
        customer = await self.customers.lock(actor, row[0].customer_id)
        if not any(actor.covers(permission, customer.ownership) for permission in permissions):
            raise PermissionMissing(permission=permissions[0].value)
        document = await self.documents.get(document_id, lock=True)
        if document is None:
            raise DocumentNotFound
        check_open(customer)
        return customer, document

    async def _changed(
        self,
        actor: Actor,
        customer: CustomerRef,
        document: Document,
        event: DocumentEventType,
        action: str,
    ) -> None:
        await self.session.flush()
        details = {"document_type": document.document_type, "sha256": document.sha256}
        if document.reason_code is not None:
            details |= {"reason_code": document.reason_code, "message": document.message or ""}
        audit.record(self.session, actor, action, target_of(document), details)
        tell(self.session, actor, customer, document, event)
        await emit(self.session, actor, DocumentsChanged(customer.id))


_VERBS = {ReviewStatus.ACCEPTED: DocumentAction.ACCEPT, ReviewStatus.REJECTED: DocumentAction.REJECT}


def check_open(customer: CustomerRef) -> None:
    """Refuse to change the documents of a case that was decided on."""
    if not customer.case.is_open:
        raise CaseClosed(case_status=customer.case.status)


def review_moves(status: ReviewStatus, case: CaseProjection) -> frozenset[ReviewStatus]:
    """Return the judgements possible now; second thoughts need the case to be under review."""
    if status is ReviewStatus.ACCEPTED and not case.is_under_review:
        return frozenset()
    return REVIEW_ALLOWED[status]


def tell(
    session: AsyncSession,
    actor: Actor,
    customer: CustomerRef,
    document: Document,
    event_type: DocumentEventType,
) -> None:
    """Publish a change of this document to everybody who may see documents of its customer."""
    event = DocumentEvent(
        type=event_type,
        actor_id=actor.id,
        customer_id=customer.id,
        document_id=document.id,
        version=document.version,
    )
    customers.tell(session, customer, event)


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
        issued_on=document.issued_on,
        expires_on=document.expires_on,
        covers_from=document.covers_from,
        covers_to=document.covers_to,
        deleted_at=document.deleted_at,
        version=document.version,
        can=_can(row, actor),
    )


def _can(row: AnyRow, actor: Actor) -> list[DocumentAction]:
    document: Document = row[0]
    customer = CustomerRef.of(row)
    if customer.archived_at is not None or not customer.case.is_open:
        return []
    may_delete = actor.covers(DocumentPermission.DELETE, customer.ownership)
    if document.deleted_at is not None:
        return [DocumentAction.RESTORE] if may_delete else []
    can: list[DocumentAction] = []
    is_kept = customer.case.is_under_review or document.review_status is ReviewStatus.ACCEPTED
    if may_delete and not is_kept:
        can.append(DocumentAction.DELETE)
    may_review = actor.covers(DocumentPermission.REVIEW, customer.ownership)
    if may_review and document.uploaded_by_id != actor.id:
        can += [_VERBS[verdict] for verdict in sorted(review_moves(document.review_status, customer.case))]
    return can
