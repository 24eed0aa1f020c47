"""What an auditor needs around a decision: the protected values, and who else has the case open."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.cases.repository import ViewerRepository
from backend.domains.cases.schemas import CaseRevealRequest, CaseViewerRead, CaseViewers, ProtectedValues
from backend.domains.cases.service.finding import CaseFinder, WhichCase
from backend.domains.customers.reference import Customers
from backend.kit import clock
from backend.kit.auth import Actor
from backend.kit.schemas import PersonRef

# Pages give a sign of life three times as often.
PRESENCE: Final = timedelta(seconds=30)


class CaseReviewing:
    """Beside the flow of a case: nothing here moves it."""

    def __init__(self, session: AsyncSession) -> None:
        self.customers = Customers(session)
        self.finder = CaseFinder(session)
        self.viewers = ViewerRepository(session)

    async def reveal(self, actor: Actor, which: WhichCase, body: CaseRevealRequest) -> ProtectedValues:
        """Return the customer's protected values; one audit entry names the case, the fields and what for."""
        found = await self.finder.find(actor, which)
        details = {"case_id": str(found.case.id), "purpose": body.purpose.value, "reason": body.note or ""}
        values = await self.customers.reveal_all(actor, found.customer.id, details)
        return ProtectedValues(id_number=values["id_number"], bank_account=values["bank_account"])

    async def attend(self, actor: Actor, which: WhichCase) -> CaseViewers:
        """Note that the actor has the case open now, and return who else has."""
        found = await self.finder.find(actor, which)
        assert actor.id is not None  # noqa: S101 - a system actor looks at nothing
        moment = clock.now()
        await self.viewers.put(found.case.id, actor.id, moment, stale_before=moment - PRESENCE)
        others = await self.viewers.others(found.case.id, actor.id, seen_since=moment - PRESENCE)
        return CaseViewers(
            others=[
                CaseViewerRead(person=PersonRef(id=user_id, display_name=name), since=since)
                for user_id, since, name in others
            ]
        )

    async def leave(self, actor: Actor, which: WhichCase) -> None:
        """Note that the actor has closed the case."""
        found = await self.finder.find(actor, which)
        assert actor.id is not None  # noqa: S101 - a system actor looks at nothing
        await self.viewers.remove(found.case.id, actor.id)
