"""Routes of documents and their types."""

import logging
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from sqlalchemy.exc import DBAPIError

from backend import resources
from backend.config import AppSettings, Settings
from backend.domains.customers.errors import CustomerNotFound
from backend.domains.documents.errors import (
    CaseClosed,
    DocumentAccepted,
    DocumentNotFound,
    DocumentTypeNotFound,
    DuplicateDocumentType,
    FileNotAccepted,
    FileTooLarge,
    FileTypeUnsupported,
    IllegalReview,
    KindNotAllowed,
    NoPicture,
    OwnUpload,
    PageOutOfRange,
    SameDocumentExists,
    StillProcessing,
    TooManyFiles,
    UnderReview,
    UnknownDocumentType,
)
from backend.domains.documents.permissions import DocumentPermission
from backend.domains.documents.schemas import (
    BatchResult,
    BatchResults,
    DocumentListQuery,
    DocumentRead,
    DocumentTypeCreate,
    DocumentTypeFields,
    DocumentTypeList,
    DocumentTypeRead,
    RejectRequest,
    TypeCode,
    UploadError,
)
from backend.domains.documents.service.content import ContentService, Variant
from backend.domains.documents.service.library import DocumentService
from backend.domains.documents.service.types import DocumentTypeService
from backend.domains.documents.service.upload import (
    UploadService,
    clean_filename,
    filing,
    receive,
)
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import Database, ReadSession, Session, get_database
from backend.kit.errors import AppError, Invalid, ServerBusy, StaleVersion, TooLarge, VersionRequired
from backend.kit.files.sandbox import SandboxUnavailableError
from backend.kit.files.serve import serve_stored
from backend.kit.http import ExpectedVersion, OncePerKey, created, etag, json_response
from backend.kit.listing import Page
from backend.kit.problems import responses

log = logging.getLogger("kehui.documents")
router = APIRouter(prefix="/documents", tags=["documents"])

Reader = Annotated[Actor, Requires(DocumentPermission.READ)]
Uploader = Annotated[Actor, Requires(DocumentPermission.UPLOAD)]
Remover = Annotated[Actor, Requires(DocumentPermission.DELETE)]
Reviewer = Annotated[Actor, Requires(DocumentPermission.REVIEW)]
TypesManager = Annotated[Actor, Requires(DocumentPermission.TYPES_MANAGE)]

MIB = 1024 * 1024
# The files themselves are counted one by one; these bound what a request may send before that.
ONE_UPLOAD_BYTES = 25 * MIB
BATCH_UPLOAD_BYTES = 220 * MIB


@router.get("/types")
async def list_document_types(actor: Reader, session: ReadSession) -> DocumentTypeList:
    """List the document types in their order, those no longer used included."""
    del actor
    types = await DocumentTypeService(session).list_types()
    return DocumentTypeList(items=[DocumentTypeRead.model_validate(item) for item in types])


@router.post(
    "/types", status_code=201, response_model=DocumentTypeRead, responses=responses(DuplicateDocumentType)
)
async def create_document_type(
    body: DocumentTypeCreate,
    actor: TypesManager,
    session: Session,
    replay: OncePerKey,
) -> Response:
    """Add a document type. A required one makes every open file incomplete until it is supplied."""

    async def produce() -> Response:
        document_type = await DocumentTypeService(session).create(actor, body)
        read = DocumentTypeRead.model_validate(document_type)
        return created(read, location=f"/api/v1/documents/types/{read.code}", version=read.version)

    return await replay.once(session, actor, produce)


@router.get("/types/{code}", responses=responses(DocumentTypeNotFound))
async def read_document_type(
    code: str, actor: Reader, session: ReadSession, response: Response
) -> DocumentTypeRead:
    """Return a document type."""
    del actor
    document_type = await DocumentTypeService(session).get(code)
    response.headers["ETag"] = etag(document_type.version)
    return DocumentTypeRead.model_validate(document_type)


@router.put(
    "/types/{code}",
    responses=responses(DocumentTypeNotFound, StaleVersion, VersionRequired),
)
async def update_document_type(
    code: str,
    body: DocumentTypeFields,
    actor: TypesManager,
    session: Session,
    version: ExpectedVersion,
    response: Response,
) -> DocumentTypeRead:
    """Change a document type; open files are counted anew in the background."""
    document_type = await DocumentTypeService(session).update(actor, code, version, body)
    response.headers["ETag"] = etag(document_type.version)
    return DocumentTypeRead.model_validate(document_type)


@router.delete("/types/{code}", status_code=204, responses=responses(DocumentTypeNotFound))
async def delete_document_type(code: str, actor: TypesManager, session: Session) -> None:
    """Remove a document type; one that documents have is only taken out of use."""
    await DocumentTypeService(session).delete(actor, code)


@router.get("")
async def list_documents(
    query: Annotated[DocumentListQuery, Query()], actor: Reader, session: ReadSession
) -> Page[DocumentRead]:
    """List the documents of the customers you may see; the trash only with `trashed=true`."""
    items, total = await DocumentService(session).list_documents(actor, query)
    return Page[DocumentRead].of(items, total, query)


@router.post(
    "/upload",
    status_code=201,
    response_model=DocumentRead,
    responses={
        200: {
            "model": DocumentRead,
            "description": "The same file was there already; `Kehui-Duplicate: true`.",
        },
        **responses(
            CustomerNotFound,
            FileTooLarge,
            TooLarge,
            FileTypeUnsupported,
            KindNotAllowed,
            FileNotAccepted,
            UnknownDocumentType,
            TooManyFiles,
            CaseClosed,
        ),
    },
    max_body_size=ONE_UPLOAD_BYTES,
)
async def upload_document(
    request: Request,
    customer_id: Annotated[UUID, Form()],
    document_type: Annotated[TypeCode, Form()],
    file: UploadFile,
    actor: Uploader,
    settings: AppSettings,
    replay: OncePerKey,
) -> Response:
    """Upload one file: JPEG, PNG, WebP, HEIC or PDF, up to 10 MB, recognised by its bytes.

    The whole file is decoded before it is accepted; what is empty, truncated, encrypted, animated, oversized or
    active is refused and leaves nothing behind. Pictures to look at are made in the background: the event
    `document.ready` tells. The same bytes for the same customer and type answer 200 with the document that is there.
    """
    async with receive(file, settings) as received, filing(get_database(request), received) as session:

        async def produce() -> Response:
            document_id, is_new = await UploadService(session).file(
                actor, customer_id, document_type, received
            )
            read = await DocumentService(session).read(actor, document_id)
            if is_new:
                return created(read, location=f"/api/v1/documents/{read.id}", version=read.version)
            return json_response(read, headers={"Kehui-Duplicate": "true", "ETag": etag(read.version)})

        content = f"{customer_id}/{document_type}/{received.sha256}".encode()
        return await replay.once(session, actor, produce, content=content)


@router.post(
    "/batch-upload",
    responses=responses(CustomerNotFound, TooLarge),
    max_body_size=BATCH_UPLOAD_BYTES,
    form_limits={"max_files": 100},
)
async def upload_documents(
    request: Request,
    customer_id: Annotated[UUID, Form()],
    document_type: Annotated[TypeCode, Form()],
    files: Annotated[list[UploadFile], File()],
    actor: Uploader,
    settings: AppSettings,
) -> BatchResults:
    """Upload up to 20 files of one type. Each is judged by itself: a refused file never fails the others.

    Sending the same batch again is harmless: what arrived before is answered as `duplicate`.
    """
    if len(files) > settings.max_batch_files:
        raise Invalid(f"Send at most {settings.max_batch_files} files at a time.")
    database = get_database(request)
    results = [
        await _upload_one(database, settings, actor, customer_id, document_type, file) for file in files
    ]
    return BatchResults(results=results)


async def _upload_one(
    database: Database,
    settings: Settings,
    actor: Actor,
    customer_id: UUID,
    document_type: str,
    file: UploadFile,
) -> BatchResult:
    filename = clean_filename(file.filename, "bin")
    try:
        async with receive(file, settings) as received, filing(database, received) as session:
            document_id, is_new = await UploadService(session).file(
                actor, customer_id, document_type, received
            )
            read = await DocumentService(session).read(actor, document_id)
    except CustomerNotFound:
        raise
    except AppError as error:
        refusal = UploadError(code=error.code, detail=error.message)
        return BatchResult(filename=filename, outcome="refused", error=refusal)
    except (DBAPIError, SandboxUnavailableError, OSError):
        # What is before it in the batch is stored already; answering 500 for all would hide that.
        log.exception("document.upload_failed")
        refusal = UploadError(code=ServerBusy.code, detail=ServerBusy.message)
        return BatchResult(filename=filename, outcome="refused", error=refusal)
    return BatchResult(filename=read.filename, outcome="created" if is_new else "duplicate", document=read)


@router.get("/{document_id}", responses=responses(DocumentNotFound))
async def read_document(
    document_id: UUID, actor: Reader, session: ReadSession, response: Response
) -> DocumentRead:
    """Return a document."""
    read = await DocumentService(session).read(actor, document_id)
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
    session: Session,
    settings: AppSettings,
    variant: Variant = Variant.PREVIEW,
    page: Annotated[int, Query(ge=1)] = 1,
) -> Response:
    """Return a picture of a page (WebP, upright, without metadata) or the original bytes as a download.

    `thumbnail` is at most 320 pixels on the longer side, `preview` 2000; `original` answers ranges and is kept in
    the audit trail.
    """
    content = await ContentService(session).find(actor, document_id, variant, page)
    return await serve_stored(
        request,
        resources.storage(),
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
    responses=responses(DocumentNotFound, OwnUpload, IllegalReview, CaseClosed),
)
async def reject_document(
    document_id: UUID, body: RejectRequest, actor: Reviewer, session: Session
) -> DocumentRead:
    """Judge a document bad and say why; its type counts as missing until it is supplied anew."""
    service = DocumentService(session)
    await service.reject(actor, document_id, body)
    return await service.read(actor, document_id)
