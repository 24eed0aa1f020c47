"""Show a protected value in clear, and keep that it was shown."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.customers.errors import CustomerNotFound, NothingToReveal
from backend.domains.customers.facts import CustomerRef, check_reach, target_of
from backend.domains.customers.models import Customer
from backend.domains.customers.permissions import CustomerPermission
from backend.domains.customers.repository import CustomerRepository
from backend.domains.customers.schemas import RevealedValue, RevealRequest
from backend.domains.customers.service.protected import PROTECTED, ProtectedField, open_sealed
from backend.kit.auth import Actor


async def reveal(
    session: AsyncSession, actor: Actor, customer_id: UUID, body: RevealRequest
) -> RevealedValue:
    """Return a protected value; the audit entry commits before the value leaves."""
    reference, customer = await _find(session, actor, customer_id)
    value = open_sealed(session, customer, body.field)
    if value is None:
        raise NothingToReveal
    details = {"field": body.field, "reason": body.reason}
    audit.record(session, actor, "customer.reveal", target_of(reference), details)
    return RevealedValue(field=body.field, value=value)


async def reveal_all(
    session: AsyncSession, actor: Actor, customer_id: UUID, details: Mapping[str, str]
) -> dict[ProtectedField, str | None]:
    """Return all protected values at once, under one audit entry that says which and has ``details``."""
    reference, customer = await _find(session, actor, customer_id)
    values = {field: open_sealed(session, customer, field) for field in PROTECTED}
    told = [field for field, value in values.items() if value is not None]
    if not told:
        raise NothingToReveal
    audit.record(session, actor, "customer.reveal", target_of(reference), {**details, "fields": told})
    return values


async def _find(session: AsyncSession, actor: Actor, customer_id: UUID) -> tuple[CustomerRef, Customer]:
    customer = await CustomerRepository(session).get_visible(actor, customer_id)
    if customer is None:
        raise CustomerNotFound
    reference = CustomerRef.of_entity(customer)
    check_reach(actor, reference, CustomerPermission.REVEAL)
    return reference, customer
