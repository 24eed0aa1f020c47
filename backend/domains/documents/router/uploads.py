"""Routes on which files come in."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import File, Form, Request, Response, UploadFile

from backend.config import AppSettings
from backend.domains.customers.reference import CustomerNotFound
from backend.domains.documents.errors import (
    CaseClosed,
    FileNotAccepted,
    FileTooLarge,
    FileTypeUnsupported,
    KindNotAllowed,
    TooManyFiles,
    UnknownDocumentType,
)
from backend.domains.documents.permissions import DocumentPermission
from backend.domains.documents.schemas import BatchResults, DocumentRead, TypeCode
from backend.domains.documents.service.library import DocumentService
from backend.domains.documents.service.upload import (
    Incoming,
    UploadService,
    filing,
    receive,
    upload_each,
)
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import get_database
from backend.kit.errors import Invalid, TooLarge
from backend.kit.http import created, etag, json_response
from backend.kit.idempotency import OncePerKey
from backend.kit.problems import responses
from backend.kit.routing import Router, UploadRoute

router = Router(prefix="/documents", route_class=UploadRoute)

Uploader = Annotated[Actor, Requires(DocumentPermission.UPLOAD)]

MIB = 1024 * 1024
# The files themselves are counted one by one; these bound what a request may send before that.
ONE_UPLOAD_BYTES = 25 * MIB
BATCH_UPLOAD_BYTES = 64 * MIB


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(MIB):
        yield chunk


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
    incoming = Incoming(file.filename, _chunks(file))
    async with (
        receive(incoming, settings.max_upload_bytes) as received,
        filing(get_database(request), received) as session,
    ):

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
    """Upload up to 20 files of one type, 64 MB in all. Each is judged by itself: a refused file never fails the others.

    Sending the same batch again is harmless: what arrived before is answered as `duplicate`.
    """
    if len(files) > settings.max_batch_files:
        raise Invalid(f"Send at most {settings.max_batch_files} files at a time.")
    incoming = [Incoming(file.filename, _chunks(file)) for file in files]
    results = await upload_each(
        get_database(request),
        actor,
        customer_id,
        document_type,
        incoming,
        max_bytes=settings.max_upload_bytes,
    )
    return BatchResults(results=results)
