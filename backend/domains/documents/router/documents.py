"""Routes of documents that are there."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from backend.config import AppSettings
from backend.domains.dictionary.reference import UnknownEntry
from backend.domains.documents.errors import (
    CaseClosed,
    DocumentAccepted,
    DocumentInTrash,
    DocumentNotFound,
    IllegalReview,
    NoPicture,
    OwnUpload,
    PageOutOfRange,
    SameDocumentExists,
    StillProcessing,
    UnderReview,
)
from backend.domains.documents.permissions import DocumentPermission
from backend.domains.documents.schemas import (
    DocumentDates,
    DocumentListQuery,
    DocumentRead,
    RejectRequest,
)
from backend.domains.documents.service.content import Variant, find_content
from backend.domains.documents.service.library import DocumentService
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import ReadSession, Session, get_database
from backend.kit.errors import StaleVersion, VersionRequired
from backend.kit.files.serve import serve_stored
from backend.kit.http import ExpectedVersion, etag
from backend.kit.listing import Page
from backend.kit.problems import responses
from backend.kit.routing import Router
from backend.resources import resources_of

router = Router(prefix="/documents")

Reader = Annotated[Actor, Requires(DocumentPermission.READ)]
Remover = Annotated[Actor, Requires(DocumentPermission.DELETE)]
Reviewer = Annotated[Actor, Requires(DocumentPermission.REVIEW)]
Keeper = Annotated[Actor, Requires(DocumentPermission.DELETE, DocumentPermission.REVIEW)]


@router.get("")
async def list_documents(
    query: Annotated[DocumentListQuery, Query()], actor: Reader, session: ReadSession
) -> Page[DocumentRead]:
    """List the documents of the customers you may see; the trash only with `trashed=true`."""
    items, total = await DocumentService(session).list_documents(actor, query)
    return Page[DocumentRead].of(items, total, query)


@router.get("/{document_id}", responses=responses(DocumentNotFound))
async def read_document(
    document_id: UUID, actor: Reader, session: ReadSession, response: Response
) -> DocumentRead:
    """Return a document."""
    read = await DocumentService(session).read(actor, document_id)
    response.headers["ETag"] = etag(read.version)
    return read


@router.put(
    "/{document_id}/dates",
    responses=responses(
        DocumentNotFound,
        CaseClosed,
        DocumentAccepted,
        DocumentInTrash,
        UnderReview,
        StaleVersion,
        VersionRequired,
    ),
)
async def date_document(
    document_id: UUID,
    body: DocumentDates,
    actor: Keeper,
    session: Session,
    version: ExpectedVersion,
    response: Response,
) -> DocumentRead:
    """Say when it was issued, until when it is valid, and what time it covers; what is left out is not known."""
    service = DocumentService(session)
    await service.date(actor, document_id, version, body)
    read = await service.read(actor, document_id)
    response.headers["ETag"] = etag(read.version)
    return read


@router.get(
    "/{document_id}/content",
    response_class=Response,
    responses={
        200: {"content": {"image/webp": {}, "application/octet-stream": {}}, "description": "The bytes."},
        **responses(DocumentNotFound, PageOutOfRange, StillProcessing, NoPicture),
    },
)
async def read_document_content(
    request: Request,
    document_id: UUID,
    actor: Reader,
    settings: AppSettings,
    variant: Variant = Variant.PREVIEW,
    page: Annotated[int, Query(ge=1)] = 1,
) -> Response:
    """Return a picture of a page (WebP, upright, without metadata) or the original bytes as a download.

    `thumbnail` is at most 320 pixels on the longer side, `preview` 2000; `original` answers ranges and is kept in
    the audit trail.
    """
    database = get_database(request)
    content = await find_content(database, actor, document_id, variant, page)
    return await serve_stored(
        request,
        resources_of(database).storage,
        content.key,
        content_type=content.content_type,
        filename=content.filename,
        is_download=content.is_download,
        accel_redirect_prefix=settings.accel_redirect_prefix,
    )


@router.delete(
    "/{document_id}",
    status_code=204,
    responses=responses(DocumentNotFound, DocumentAccepted, UnderReview, CaseClosed),
)
async def delete_document(document_id: UUID, actor: Remover, session: Session) -> None:
    """Move a document to the trash, from which it can be restored; an accepted one stays."""
    await DocumentService(session).delete(actor, document_id)


@router.post(
    "/{document_id}/restore",
    responses=responses(DocumentNotFound, SameDocumentExists, CaseClosed),
)
async def restore_document(document_id: UUID, actor: Remover, session: Session) -> DocumentRead:
    """Take a document out of the trash."""
    service = DocumentService(session)
    await service.restore(actor, document_id)
    return await service.read(actor, document_id)


@router.post(
    "/{document_id}/accept",
    responses=responses(DocumentNotFound, OwnUpload, IllegalReview, CaseClosed),
)
async def accept_document(document_id: UUID, actor: Reviewer, session: Session) -> DocumentRead:
    """Judge a document good. Nobody judges what they uploaded themselves."""
    service = DocumentService(session)
    await service.accept(actor, document_id)
    return await service.read(actor, document_id)


@router.post(
    "/{document_id}/reject",
    responses=responses(DocumentNotFound, OwnUpload, IllegalReview, CaseClosed, UnknownEntry),
)
async def reject_document(
    document_id: UUID, body: RejectRequest, actor: Reviewer, session: Session
) -> DocumentRead:
    """Judge a document bad and say why; its type counts as missing until it is supplied anew."""
    service = DocumentService(session)
    await service.reject(actor, document_id, body)
    return await service.read(actor, document_id)
