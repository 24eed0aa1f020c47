"""Show a protected value in clear, and keep that it was shown."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.customers.errors import CustomerNotFound, NothingToReveal
from backend.domains.customers.facts import CustomerRef, check_reach, target_of
from backend.domains.customers.permissions import CustomerPermission
from backend.domains.customers.repository import CustomerRepository
from backend.domains.customers.schemas import RevealedValue, RevealRequest
from backend.domains.customers.service.protected import open_sealed
from backend.kit.auth import Actor


async def reveal(
    session: AsyncSession, actor: Actor, customer_id: UUID, body: RevealRequest
) -> RevealedValue:
    """Return a protected value; the audit entry commits before the value leaves."""
    customer = await CustomerRepository(session).get_visible(actor, customer_id)
    if customer is None:
        raise CustomerNotFound
    reference = CustomerRef.of_entity(customer)
    check_reach(actor, reference, CustomerPermission.REVEAL)
    value = open_sealed(session, customer, body.field)
    if value is None:
        raise NothingToReveal
    audit.record(
        session, actor, "customer.reveal", target_of(reference), {"field": body.field, "reason": body.reason}
    )
    return RevealedValue(field=body.field, value=value)
