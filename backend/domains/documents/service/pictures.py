"""The pictures that people look at instead of the original bytes."""

from datetime import timedelta
from uuid import UUID

from backend.domains.customers.reference import Customers
from backend.domains.documents.models import Document, Processing
from backend.domains.documents.repository import DocumentRepository
from backend.domains.documents.service.library import tell
from backend.kit import clock
from backend.kit.auth import Actor
from backend.kit.db.session import Database
from backend.kit.files.errors import ChildEnded, FileRefused
from backend.kit.files.render import render_variants
from backend.kit.jobs import enqueue
from backend.kit.storage import Storage
from backend.resources import resources_of

RENDER_DOCUMENT = "documents.render"
VARIANTS = ("thumbnail", "preview")
DRAWN_AGAIN_FOR = timedelta(days=1)
DRAWN_AGAIN_AT_ONCE = 200


async def make_pictures(database: Database, document_id: UUID, *, is_last_try: bool) -> None:
    """Draw every page in both sizes, store them and tell; running again draws the same pictures.

    No connection is held while drawing, which takes up to a second a page.
    """
    async with database.reading() as session:
        document = await DocumentRepository(session).get(document_id)
    if document is None or document.processing is Processing.READY:
        return
    try:
        await _draw(resources_of(database).storage, document)
    except Exception as error:
        # What the decoder refuses now it will refuse again; a child that was killed may have had a busy machine.
        is_verdict = isinstance(error, FileRefused) and not isinstance(error, ChildEnded)
        if is_verdict or is_last_try:
            await _finish(database, document_id, Processing.FAILED)
        if not is_verdict:
            raise
    else:
        await _finish(database, document_id, Processing.READY)


async def draw_again(database: Database) -> None:
    """Try once more to draw what failed within the last day: the machine or the store may have been at fault."""
    async with database.transaction() as session:
        since = clock.now() - DRAWN_AGAIN_FOR
        for document_id in await DocumentRepository(session).failed_since(since, limit=DRAWN_AGAIN_AT_ONCE):
            await enqueue(session, RENDER_DOCUMENT, {"document_id": str(document_id)})


async def _draw(storage: Storage, document: Document) -> None:
    async with storage.as_local_file(document.original_key) as path:
        for page in range(1, document.page_count + 1):
            pictures = await render_variants(path, document.content_type, page=page)
            for variant, picture in zip(VARIANTS, pictures, strict=True):
                await storage.put_bytes(picture.data, document.picture_key(page, variant))


async def _finish(database: Database, document_id: UUID, outcome: Processing) -> None:
    actor = Actor.system(RENDER_DOCUMENT)
    async with database.transaction() as session:
        document = await DocumentRepository(session).get(document_id, lock=True)
        if document is None or document.processing is outcome:
            return
        document.processing = outcome
        await session.flush()
        customer = await Customers(session).get(actor, document.customer_id)
        is_ready = outcome is Processing.READY
        tell(session, actor, customer, document, "document.ready" if is_ready else "document.failed")
