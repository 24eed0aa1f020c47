"""Find a case by its id, or as the current one of a customer."""

from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.cases.errors import CaseNotFound
from backend.domains.cases.models import Case
from backend.domains.cases.repository import CaseRepository
from backend.domains.customers.reference import CustomerNotFound, CustomerRef, Customers
from backend.kit.auth import Actor


@dataclass(frozen=True, slots=True)
class CurrentCaseOf:
    """The current case of a customer."""

    customer_id: UUID


WhichCase: TypeAlias = UUID | CurrentCaseOf


@dataclass(frozen=True, slots=True)
class CaseOfCustomer:
    """A case and whose it is."""

    case: Case
    customer: CustomerRef


class CaseFinder:
    """Cases of customers that the actor may see; otherwise `CaseNotFound` or `CustomerNotFound`."""

    def __init__(self, session: AsyncSession) -> None:
        self._cases = CaseRepository(session)
        self._customers = Customers(session)

    async def find(self, actor: Actor, which: WhichCase) -> CaseOfCustomer:
        """Look a case up."""
        if isinstance(which, CurrentCaseOf):
            row = await self._cases.get_visible(actor, current_of=which.customer_id)
            if row is None:
                raise CustomerNotFound
        else:
            row = await self._cases.get_visible(actor, which)
            if row is None:
                raise CaseNotFound
        return CaseOfCustomer(row[0], CustomerRef.of(row))

    async def lock(self, actor: Actor, which: WhichCase, *, archived: bool = False) -> CaseOfCustomer:
        """Look a case up to change it; its customer is locked until the commit.

        Raises `CustomerArchived` for an archived customer's, unless these are wanted too.
        """
        lock = self._customers.lock_any if archived else self._customers.lock
        if isinstance(which, CurrentCaseOf):
            customer = await lock(actor, which.customer_id)
            case = await self._cases.get_current(customer.id)
        else:
            found = await self.find(actor, which)
            customer = await lock(actor, found.customer.id)
            # Whoever held the lock until now may have changed it.
            case = await self._cases.get(found.case.id)
        if case is None:
            raise CaseNotFound
        return CaseOfCustomer(case, customer)
