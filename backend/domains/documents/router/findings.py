"""Routes of what reviewers find in documents."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from backend.domains.customers.reference import CustomerNotFound
from backend.domains.documents.errors import (
    AnnotationNotFound,
    CaseClosed,
    DocumentInTrash,
    DocumentNotFound,
    ForeignAnnotation,
    PageOutOfRange,
    TooManyAnnotations,
)
from backend.domains.documents.permissions import DocumentPermission
from backend.domains.documents.schemas import (
    AnnotationCreate,
    AnnotationRead,
    CheckRequest,
    Fact,
    Findings,
    FindingsQuery,
)
from backend.domains.documents.service.findings import FindingService
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import ReadSession, Session
from backend.kit.http import json_response
from backend.kit.idempotency import OncePerKey
from backend.kit.problems import responses
from backend.kit.routing import Router

router = Router(prefix="/documents")

Reader = Annotated[Actor, Requires(DocumentPermission.READ)]
Reviewer = Annotated[Actor, Requires(DocumentPermission.REVIEW)]
REFUSALS = (DocumentNotFound, DocumentInTrash, CaseClosed)


@router.get("/findings", responses=responses(CustomerNotFound))
async def list_findings(
    query: Annotated[FindingsQuery, Query()], actor: Reader, session: ReadSession
) -> Findings:
    """Return the notes on a customer's documents, and which facts agree with them."""
    return await FindingService(session).of_customer(actor, query.customer_id)


@router.post(
    "/{document_id}/annotations",
    status_code=201,
    response_model=AnnotationRead,
    responses=responses(*REFUSALS, PageOutOfRange, TooManyAnnotations),
)
async def annotate_document(
    document_id: UUID, body: AnnotationCreate, actor: Reviewer, session: Session, replay: OncePerKey
) -> Response:
    """Draw a rectangle on a page and say what is the matter there. Everybody who sees the document sees it."""

    async def produce() -> Response:
        annotation = await FindingService(session).annotate(actor, document_id, body)
        return json_response(annotation, status=201)

    return await replay.once(session, actor, produce)


@router.delete(
    "/{document_id}/annotations/{annotation_id}",
    status_code=204,
    responses=responses(*REFUSALS, AnnotationNotFound, ForeignAnnotation),
)
async def remove_annotation(
    document_id: UUID, annotation_id: UUID, actor: Reviewer, session: Session
) -> None:
    """Take away a note of your own."""
    await FindingService(session).remove_annotation(actor, document_id, annotation_id)


@router.put("/{document_id}/checks/{fact}", status_code=204, responses=responses(*REFUSALS))
async def check_fact(
    document_id: UUID, fact: Fact, body: CheckRequest, actor: Reviewer, session: Session
) -> None:
    """Keep whether a fact of the customer agrees with the document."""
    await FindingService(session).check(actor, document_id, fact, body)
