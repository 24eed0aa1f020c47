"""Add items to one case, or waive them for it."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.cases.errors import CaseDecided
from backend.domains.cases.models import CaseException
from backend.domains.cases.permissions import CasePermission
from backend.domains.cases.repository import CaseRepository
from backend.domains.cases.schemas import CaseExceptionRequest
from backend.domains.cases.service.finding import CaseFinder, CaseOfCustomer, WhichCase
from backend.domains.cases.service.flow import CaseService
from backend.domains.customers.reference import check_reach, target_of
from backend.domains.documents.reference import Documents, UnknownDocumentType
from backend.kit import clock
from backend.kit.auth import Actor


class ExceptionService:
    """The rules of departing from the requirement sets."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.cases = CaseRepository(session)
        self.documents = Documents(session)
        self.finder = CaseFinder(session)

    async def make(
        self, actor: Actor, which: WhichCase, document_type: str, body: CaseExceptionRequest
    ) -> None:
        """Add or waive an item; doing it anew replaces what was said before."""
        found = await self._lock(actor, which)
        if document_type not in {known.code for known in await self.documents.types() if known.is_active}:
            raise UnknownDocumentType
        assert actor.id is not None  # noqa: S101 - only people depart from the sets
        made = await self.cases.get_exception(found.case.id, document_type)
        if made is None:
            made = CaseException(case_id=found.case.id, document_type=document_type)
            self.session.add(made)
        made.kind, made.reason = body.kind, body.reason
        made.made_at, made.made_by_id = clock.now(), actor.id
        details = {"document_type": document_type, "reason": body.reason}
        await self._changed(actor, found, f"case.{body.kind.value}_item", details)

    async def undo(self, actor: Actor, which: WhichCase, document_type: str) -> None:
        """Go by the sets again; where nothing departs from them nothing changes."""
        found = await self._lock(actor, which)
        made = await self.cases.get_exception(found.case.id, document_type)
        if made is not None:
            await self.session.delete(made)
            await self._changed(actor, found, "case.undo_exception", {"document_type": document_type})

    async def _lock(self, actor: Actor, which: WhichCase) -> CaseOfCustomer:
        found = await self.finder.lock(actor, which)
        check_reach(actor, found.customer, CasePermission.EXCEPT)
        if not found.case.projection.is_open:
            raise CaseDecided
        return found

    async def _changed(
        self, actor: Actor, found: CaseOfCustomer, action: str, details: dict[str, str]
    ) -> None:
        await self.session.flush()
        audit.record(self.session, actor, action, target_of(found.customer), details)
        await CaseService(self.session).exceptions_changed(actor, found)
