"""How cases follow what customers and documents tell."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.cases.jobs import RECOUNT_CASES
from backend.domains.cases.service.flow import CaseService
from backend.domains.customers.reference import CustomerChanged, CustomerOpened
from backend.domains.documents.reference import DocumentsChanged, DocumentTypesChanged
from backend.domains.requirements.reference import CONDITION_FIELDS, RequirementsChanged
from backend.kit.auth import Actor
from backend.kit.jobs import enqueue


async def on_customer_opened(session: AsyncSession, actor: Actor, event: CustomerOpened) -> None:
    """Begin the first case."""
    await CaseService(session).open(actor, event.customer_id, event.product, event.amount)


async def on_customer_changed(session: AsyncSession, actor: Actor, event: CustomerChanged) -> None:
    """Count anew when the customer now needs other papers."""
    if not event.fields.isdisjoint(CONDITION_FIELDS):
        await CaseService(session).customer_changed(actor, event.customer_id)


async def on_documents_changed(session: AsyncSession, actor: Actor, event: DocumentsChanged) -> None:
    """Count anew, and let the case become complete or incomplete by itself."""
    await CaseService(session).documents_changed(actor, event.customer_id)


async def on_rules_changed(
    session: AsyncSession, actor: Actor, event: DocumentTypesChanged | RequirementsChanged
) -> None:
    """Count all open cases anew, in the background: there may be a million."""
    del actor, event
    await enqueue(session, RECOUNT_CASES, {}, dedupe_key=RECOUNT_CASES)
