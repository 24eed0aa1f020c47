"""Keep what reviewers find: notes on pages, and whether a document agrees with the customer's record."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from backend.domains.audit import service as audit
from backend.domains.customers import reference as customers
from backend.domains.customers.reference import CustomerRef, Customers, check_reach
from backend.domains.documents.errors import (
    AnnotationNotFound,
    DocumentInTrash,
    DocumentNotFound,
    ForeignAnnotation,
    PageOutOfRange,
    TooManyAnnotations,
)
from backend.domains.documents.live import FindingEvent
from backend.domains.documents.models import Document, DocumentAnnotation, DocumentCheck
from backend.domains.documents.permissions import DocumentPermission
from backend.domains.documents.repository import DocumentRepository, FindingRepository
from backend.domains.documents.schemas import (
    AnnotationCreate,
    AnnotationRead,
    CheckRead,
    CheckRequest,
    Fact,
    Findings,
)
from backend.domains.documents.service.library import check_open, target_of
from backend.kit import clock
from backend.kit.auth import Actor
from backend.kit.schemas import PersonRef

MAX_ANNOTATIONS: Final = 100


class FindingService:
    """What reviewers find in documents of cases that are still open; all who see a document see it."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.findings = FindingRepository(session)
        self.documents = DocumentRepository(session)
        self.customers = Customers(session)

    async def of_customer(self, actor: Actor, customer_id: UUID) -> Findings:
        """Return everything found in a customer's documents."""
        customer = await self.customers.get(actor, customer_id)
        check_reach(actor, customer, DocumentPermission.READ)
        return Findings(
            annotations=[
                annotation_read(row[0], row.author_name)
                for row in await self.findings.annotations_of(customer.id)
            ],
            checks=[
                _check_read(row[0], row.checker_name) for row in await self.findings.checks_of(customer.id)
            ],
        )

    async def annotate(self, actor: Actor, document_id: UUID, body: AnnotationCreate) -> AnnotationRead:
        """Note something on a page."""
        customer, document = await self._get_to_review(actor, document_id)
        if body.page > document.page_count:
            raise PageOutOfRange(page_count=document.page_count)
        if await self.findings.count_annotations(document.id) >= MAX_ANNOTATIONS:
            raise TooManyAnnotations(max_annotations=MAX_ANNOTATIONS)
        assert actor.id is not None  # noqa: S101 - a system actor reviews nothing
        annotation = await self.findings.add(
            DocumentAnnotation(id=uuid7(), document_id=document.id, author_id=actor.id, **body.model_dump())
        )
        self._found(actor, customer, document, "annotate", {"page": body.page, "note": body.note})
        return annotation_read(annotation, actor.display_name)

    async def remove_annotation(self, actor: Actor, document_id: UUID, annotation_id: UUID) -> None:
        """Take a note away; only its author does."""
        customer, document = await self._get_to_review(actor, document_id)
        annotation = await self.findings.get(annotation_id)
        if annotation is None or annotation.document_id != document.id:
            raise AnnotationNotFound
        if annotation.author_id != actor.id:
            raise ForeignAnnotation
        details = {"page": annotation.page, "note": annotation.note}
        await self.findings.remove(annotation)
        self._found(actor, customer, document, "remove_annotation", details)

    async def check(self, actor: Actor, document_id: UUID, fact: Fact, body: CheckRequest) -> None:
        """Keep whether a fact agrees, or forget what was thought of it."""
        customer, document = await self._get_to_review(actor, document_id)
        assert actor.id is not None  # noqa: S101 - a system actor reviews nothing
        if body.agrees is None:
            await self.findings.remove_check(document.id, fact)
        else:
            await self.findings.put_check(document.id, fact, agrees=body.agrees, by=actor.id, at=clock.now())
        self._found(actor, customer, document, "check", {"fact": fact.value, "agrees": body.agrees})

    async def _get_to_review(self, actor: Actor, document_id: UUID) -> tuple[CustomerRef, Document]:
        row = await self.documents.get_visible(actor, document_id)
        if row is None:
            raise DocumentNotFound
        customer = await self.customers.lock(actor, row[0].customer_id)
        check_reach(actor, customer, DocumentPermission.REVIEW)
        document = await self.documents.get(document_id)
        if document is None:
            raise DocumentNotFound
        if document.deleted_at is not None:
            raise DocumentInTrash
        check_open(customer)
        return customer, document

    def _found(
        self, actor: Actor, customer: CustomerRef, document: Document, verb: str, details: dict[str, object]
    ) -> None:
        audit.record(self.session, actor, f"document.{verb}", target_of(document), details)
        event = FindingEvent(
            type="finding.changed", actor_id=actor.id, customer_id=customer.id, document_id=document.id
        )
        customers.tell(self.session, customer, event)


def annotation_read(annotation: DocumentAnnotation, author_name: str) -> AnnotationRead:
    """Shape a note for an answer."""
    return AnnotationRead(
        id=annotation.id,
        document_id=annotation.document_id,
        page=annotation.page,
        x=annotation.x,
        y=annotation.y,
        width=annotation.width,
        height=annotation.height,
        note=annotation.note,
        author=PersonRef(id=annotation.author_id, display_name=author_name),
        created_at=annotation.created_at,
    )


def _check_read(check: DocumentCheck, checker_name: str) -> CheckRead:
    return CheckRead(
        document_id=check.document_id,
        fact=Fact(check.fact),
        agrees=check.agrees,
        checked_by=PersonRef(id=check.checked_by_id, display_name=checker_name),
        checked_at=check.checked_at,
    )
