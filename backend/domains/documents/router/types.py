"""Routes of document types."""

from typing import Annotated

from fastapi import Response

from backend.domains.documents.errors import DocumentTypeNotFound, DuplicateDocumentType
from backend.domains.documents.permissions import DocumentPermission
from backend.domains.documents.schemas import (
    DocumentTypeCreate,
    DocumentTypeFields,
    DocumentTypeList,
    DocumentTypeRead,
)
from backend.domains.documents.service.types import DocumentTypeService
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import ReadSession, Session
from backend.kit.errors import StaleVersion, VersionRequired
from backend.kit.http import ExpectedVersion, created, etag
from backend.kit.idempotency import OncePerKey
from backend.kit.problems import responses
from backend.kit.routing import Router

router = Router(prefix="/documents/types")

Reader = Annotated[Actor, Requires(DocumentPermission.READ)]
TypesManager = Annotated[Actor, Requires(DocumentPermission.TYPES_MANAGE)]


@router.get("")
async def list_document_types(actor: Reader, session: ReadSession) -> DocumentTypeList:
    """List the document types in their order, those no longer used included."""
    del actor
    return await DocumentTypeService(session).list_types()


@router.post("", status_code=201, response_model=DocumentTypeRead, responses=responses(DuplicateDocumentType))
async def create_document_type(
    body: DocumentTypeCreate,
    actor: TypesManager,
    session: Session,
    replay: OncePerKey,
) -> Response:
    """Add a document type. Requirement sets decide who supplies it."""

    async def produce() -> Response:
        added = await DocumentTypeService(session).create(actor, body)
        return created(added, location=f"/api/v1/documents/types/{added.code}", version=added.version)

    return await replay.once(session, actor, produce)


@router.get("/{code}", responses=responses(DocumentTypeNotFound))
async def read_document_type(
    code: str, actor: Reader, session: ReadSession, response: Response
) -> DocumentTypeRead:
    """Return a document type."""
    del actor
    document_type = await DocumentTypeService(session).read(code)
    response.headers["ETag"] = etag(document_type.version)
    return document_type


@router.put(
    "/{code}",
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
    """Change a document type; open cases are counted anew in the background."""
    document_type = await DocumentTypeService(session).update(actor, code, version, body)
    response.headers["ETag"] = etag(document_type.version)
    return document_type


@router.delete("/{code}", status_code=204, responses=responses(DocumentTypeNotFound))
async def delete_document_type(code: str, actor: TypesManager, session: Session) -> None:
    """Remove a document type; one that documents have is only taken out of use."""
    await DocumentTypeService(session).delete(actor, code)
