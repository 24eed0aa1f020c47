"""Take files in."""

import asyncio
import hashlib
import logging
import os
import tempfile
import unicodedata
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from backend.domains.audit import service as audit
from backend.domains.customers.reference import CustomerNotFound, Customers, check_reach
from backend.domains.documents.errors import KindNotAllowed, TooManyFiles, refused
from backend.domains.documents.events import DocumentsChanged
from backend.domains.documents.models import Document, original_key
from backend.domains.documents.permissions import DocumentPermission
from backend.domains.documents.repository import DocumentRepository
from backend.domains.documents.schemas import BatchResult, UploadError
from backend.domains.documents.service.library import DocumentService, check_open, target_of, tell
from backend.domains.documents.service.pictures import RENDER_DOCUMENT
from backend.domains.documents.service.types import DocumentTypeService
from backend.kit.auth import Actor
from backend.kit.db.session import Database, Phase, before_commit
from backend.kit.errors import AppError, ServerBusy
from backend.kit.events import emit
from backend.kit.files.errors import FileRefused, Refusal, SandboxUnavailableError
from backend.kit.files.inspect import FileFacts, inspect
from backend.kit.files.limits import FileLimits
from backend.kit.jobs import enqueue
from backend.resources import resources_of

log = logging.getLogger("kehui.documents")


@dataclass(frozen=True)
class Incoming:
    """A file on its way in: what its sender calls it, and its bytes in order."""

    filename: str | None
    chunks: AsyncIterable[bytes]


@dataclass(frozen=True)
class ReceivedFile:
    """A file that passed inspection and waits in a temporary place, for the document it may become.

    ``filename`` is text, never a path.
    """

    document_id: UUID
    path: Path
    filename: str
    sha256: str
    facts: FileFacts


@asynccontextmanager
async def receive(incoming: Incoming, max_bytes: int) -> AsyncIterator[ReceivedFile]:
    """Copy a file aside, hash and inspect it; the copy is gone when the block ends, whatever happens.

    Raises the API's error for a file that is not accepted. No database connection is held meanwhile.
    """
    descriptor, name = await asyncio.to_thread(tempfile.mkstemp, prefix="upload-")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as copy:
            sha256 = await _copy(incoming.chunks, copy, max_bytes)
        facts = await inspect(path, limits=FileLimits(max_bytes=max_bytes))
        yield ReceivedFile(uuid7(), path, clean_filename(incoming.filename, facts.extension), sha256, facts)
    except FileRefused as error:
        raise refused(error) from error
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


async def _copy(chunks: AsyncIterable[bytes], target: BinaryIO, limit: int) -> str:
    """Copy at most ``limit`` bytes and return their SHA-256; counts bytes, not what a header promised."""
    digest, size = hashlib.sha256(), 0

    def keep(chunk: bytes) -> None:
        digest.update(chunk)
        target.write(chunk)

    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise FileRefused(Refusal.TOO_LARGE, f"The file is larger than {limit} bytes.")
        await asyncio.to_thread(keep, chunk)
    return digest.hexdigest()


def clean_filename(name: str | None, extension: str) -> str:
    """Reduce a client's file name to text that is safe to show: no path, no control or direction characters."""
    text = unicodedata.normalize("NFC", name or "").replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(character for character in text if unicodedata.category(character)[0] != "C").strip(" .")
    if len(text) > 200:  # noqa: PLR2004 - shorter than the column, with room for the ending
        stem, dot, ending = text.rpartition(".")
        text = f"{stem[:180]}{dot}{ending[:15]}" if dot else text[:200]
    return text or f"document.{extension}"


class UploadService:
    """Files a received file under a customer and a type."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.documents = DocumentRepository(session)
        self.customers = Customers(session)
        self.types = DocumentTypeService(session)

    async def file(
        self, actor: Actor, customer_id: UUID, type_code: str, received: ReceivedFile
    ) -> tuple[UUID, bool]:
        """Make a document of a file whose bytes `filing` stored; returns its id and whether it is new.

        The same bytes for the same customer and type are the document that is there already.
        """
        customer = await self.customers.lock(actor, customer_id)
        check_reach(actor, customer, DocumentPermission.UPLOAD)
        document_type = await self.types.get_usable(type_code)
        existing = await self.documents.find_same(customer_id, type_code, received.sha256)
        if existing is not None:
            return existing, False
        check_open(customer)
        if received.facts.kind not in document_type.allowed_kinds:
            raise KindNotAllowed
        if await self.documents.count_places_taken(customer_id, type_code) >= document_type.max_files:
            raise TooManyFiles(max_files=document_type.max_files)
        assert actor.id is not None  # noqa: S101 - only people upload
        document = Document(
            id=received.document_id,
            customer_id=customer_id,
            document_type=type_code,
            filename=received.filename,
            content_type=received.facts.content_type,
            size=received.facts.size,
            sha256=received.sha256,
            page_count=received.facts.page_count,
            width=received.facts.width,
            height=received.facts.height,
            uploaded_by_id=actor.id,
        )
        await self.documents.add(document)
        before_commit(self.session, Phase.LAST, _keep)
        await enqueue(self.session, RENDER_DOCUMENT, {"document_id": str(document.id)})
        details = {"document_type": type_code, "sha256": received.sha256, "size": received.facts.size}
        audit.record(self.session, actor, "document.upload", target_of(document), details)
        tell(self.session, actor, customer, document, "document.uploaded")
        await emit(self.session, actor, DocumentsChanged(customer_id))
        return document.id, True


# Nothing but the commit itself can fail after it, and then nobody knows whether it happened: bytes without a row do
# less harm than a row without bytes.
_KEEP = "keep_stored_bytes"


async def _keep(session: AsyncSession) -> None:
    session.info[_KEEP]()


@asynccontextmanager
async def filing(database: Database, received: ReceivedFile) -> AsyncIterator[AsyncSession]:
    """Store the bytes and open a transaction for `UploadService.file`; bytes that become no document are removed.

    They are stored before the transaction begins, so that a slow store holds nobody's lock.
    """
    storage, key = resources_of(database).storage, original_key(received.document_id)
    discard = [key]
    try:
        await storage.put_file(received.path, key)
        async with database.transaction() as session:
            session.info[_KEEP] = discard.clear
            yield session
    finally:
        await storage.delete(discard)


async def upload_each(
    database: Database,
    actor: Actor,
    customer_id: UUID,
    type_code: str,
    files: Iterable[Incoming],
    *,
    max_bytes: int,
) -> list[BatchResult]:
    """File one after the other, each judged by itself; only an unknown customer fails them all."""
    return [
        await _upload_one(database, actor, customer_id, type_code, file, max_bytes=max_bytes)
        for file in files
    ]


async def _upload_one(
    database: Database, actor: Actor, customer_id: UUID, type_code: str, file: Incoming, *, max_bytes: int
) -> BatchResult:
    filename = clean_filename(file.filename, "bin")
    try:
        async with receive(file, max_bytes) as received, filing(database, received) as session:
            document_id, is_new = await UploadService(session).file(actor, customer_id, type_code, received)
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
