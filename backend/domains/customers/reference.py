"""What other domains may use of customers; everything else in this package is private.

A domain above locks or holds a customer, joins with those that its actor may see, tells of changes, and, if it is
`cases`, keeps what the customer's row shows of the current case.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Subquery
from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.customers.errors import CustomerArchived, CustomerNotFound, NothingToReveal
from backend.domains.customers.events import CustomerChanged, CustomerOpened
from backend.domains.customers.facts import CustomerRef, check_reach, customer_actions, target_of, tell
from backend.domains.customers.models import CustomerKind, MaritalStatus, Sex
from backend.domains.customers.permissions import CustomerPermission
from backend.domains.customers.projection import OPEN_STATUSES, CaseProjection, CaseStatus, Progress
from backend.domains.customers.repository import (
    CustomerRepository,
    Lock,
    Reaches,
    reaches,
    visible_customers,
    visible_within,
)
from backend.domains.customers.schemas import CustomerRead, LoanAmount
from backend.domains.customers.service.protected import ProtectedField
from backend.domains.customers.service.record import CustomerService
from backend.domains.customers.service.reveal import reveal_all
from backend.kit.auth import Actor, Permission
from backend.kit.crypto import BlindIndex

__all__ = [
    "OPEN_STATUSES",
    "CaseProjection",
    "CaseStatus",
    "CustomerArchived",
    "CustomerChanged",
    "CustomerKind",
    "CustomerNotFound",
    "CustomerOpened",
    "CustomerPermission",
    "CustomerRead",
    "CustomerRef",
    "Customers",
    "LoanAmount",
    "MaritalStatus",
    "NothingToReveal",
    "Progress",
    "Reaches",
    "Sex",
    "check_reach",
    "customer_actions",
    "reaches",
    "target_of",
    "tell",
    "visible",
    "visible_within",
]


def visible(
    actor: Actor, permission: Permission, *, q: str | None = None, blind_index: BlindIndex | None = None
) -> Subquery:
    """Select the customers that the actor may see and that ``permission`` reaches, for a join by ``customer_id``.

    The columns are those that `CustomerRef.of` reads. ``q`` narrows them as the search of the customer list does;
    it finds a whole ID number with ``blind_index`` only.
    """
    return visible_customers(actor, permission, q=q, blind_index=blind_index).subquery("visible_customers")


class Customers:
    """Customers by id, each as far as the actor may see it; otherwise `CustomerNotFound`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._customers = CustomerRepository(session)

    async def get(self, actor: Actor, customer_id: UUID) -> CustomerRef:
        """Look a customer up."""
        return await self._find(actor, customer_id, Lock.NONE)

    async def read(self, actor: Actor, customer_id: UUID) -> CustomerRead:
        """Return the whole record as the API answers it, protected values masked."""
        return await CustomerService(self._session).read(actor, customer_id)

    async def reveal_all(
        self, actor: Actor, customer_id: UUID, details: Mapping[str, str]
    ) -> dict[ProtectedField, str | None]:
        """Return the protected values in clear, if ``actor`` may; one audit entry has ``details``."""
        return await reveal_all(self._session, actor, customer_id, details)

    async def hold(self, actor: Actor, customer_id: UUID) -> CustomerRef:
        """Look up a customer to refer to: it cannot vanish before the commit, and nobody waits.

        Raises `CustomerArchived` for an archived one.
        """
        return _active(await self._find(actor, customer_id, Lock.HOLD))

    async def lock(self, actor: Actor, customer_id: UUID) -> CustomerRef:
        """Look up a customer to change it, its documents or its case: everybody else who does waits for the commit.

        Raises `CustomerArchived` for an archived one.
        """
        return _active(await self.lock_any(actor, customer_id))

    async def lock_any(self, actor: Actor, customer_id: UUID) -> CustomerRef:
        """Lock as `lock` does, archived or not."""
        return await self._find(actor, customer_id, Lock.FULL)

    async def keep_case(self, customer_id: UUID, case: CaseProjection) -> None:
        """Let the customer's row show the current case as it is now; for `backend.domains.cases`."""
        await self._customers.keep_case(customer_id, case)

    async def _find(self, actor: Actor, customer_id: UUID, lock: Lock) -> CustomerRef:
        row = await self._customers.get_reference(actor, customer_id, lock)
        if row is None:
            raise CustomerNotFound
        return CustomerRef.of(row)


def _active(customer: CustomerRef) -> CustomerRef:
    if customer.archived_at is not None:
        raise CustomerArchived
    return customer
