"""How files follow what customers and documents tell."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.cases.jobs import RECOUNT_FILES
from backend.domains.cases.service import CaseService
from backend.domains.customers.events import CustomerOpened
from backend.domains.documents.events import DocumentsChanged, DocumentTypesChanged
from backend.kit.auth import Actor
from backend.kit.jobs import enqueue


async def on_customer_opened(session: AsyncSession, actor: Actor, event: CustomerOpened) -> None:
    """Begin the file."""
    await CaseService(session).open_file(actor, event.customer_id)


async def on_documents_changed(session: AsyncSession, actor: Actor, event: DocumentsChanged) -> None:
    """Count anew, and let the file become complete or incomplete by itself."""
    await CaseService(session).documents_changed(actor, event.customer_id)


async def on_document_types_changed(session: AsyncSession, actor: Actor, event: DocumentTypesChanged) -> None:
    """Count all open files anew, in the background: there may be a million."""
    del actor, event
    await enqueue(session, RECOUNT_FILES, {})
