"""Move a case from collecting documents to a decision."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from backend.domains.audit import service as audit
from backend.domains.cases.completeness import Completeness
from backend.domains.cases.errors import CaseLocked, IllegalMove, NotAllAccepted, OwnUploadInCase
from backend.domains.cases.live import CaseAmendedEvent, CaseMovedEvent, ProgressEvent
from backend.domains.cases.models import Case, CaseMove, MoveAction
from backend.domains.cases.repository import CaseRepository
from backend.domains.cases.schemas import (
    ApproveRequest,
    CaseRead,
    CaseUpdate,
    RejectCaseRequest,
    ReopenRequest,
    ReturnRequest,
)
from backend.domains.cases.service.finding import CaseFinder, CaseOfCustomer, CurrentCaseOf, WhichCase
from backend.domains.cases.service.needs import CaseNeeds
from backend.domains.cases.service.reading import CaseReader
from backend.domains.cases.states import COLLECTING, EDITABLE, FROZEN, CaseAction, moves, permissions_for
from backend.domains.customers.reference import (
    CaseStatus,
    CustomerPermission,
    Customers,
    check_reach,
    target_of,
    tell,
)
from backend.domains.dictionary.reference import PRODUCT, choose
from backend.domains.documents.reference import Documents, UnknownDocumentType
from backend.kit import clock
from backend.kit.auth import Actor, PermissionMissing
from backend.kit.db.versions import check_version


class CaseService:
    """The flow of a case; its statuses and moves stand in `backend.domains.cases.states`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.cases = CaseRepository(session)
        self.customers = Customers(session)
        self.documents = Documents(session)
        self.needs = CaseNeeds(session)
        self.finder = CaseFinder(session)

    async def open(
        self, actor: Actor, customer_id: UUID, product: str | None = None, amount: Decimal | None = None
    ) -> None:
        """Begin the first case of a new customer and count what it needs."""
        customer = await self.customers.lock(actor, customer_id)
        if product is not None:
            await choose(self.session, PRODUCT, product, field="product")
        case = await self.cases.add(Case(id=uuid7(), customer_id=customer.id, product=product, amount=amount))
        found = CaseOfCustomer(case, customer)
        await self._record(actor, found, MoveAction.CREATED, from_status=None, to_status=CaseStatus.PENDING)
        await self._refresh(actor, found)

    async def documents_changed(self, actor: Actor, customer_id: UUID) -> None:
        """Count anew after documents came, went or were judged, and let the case follow."""
        await self._refresh(actor, await self.finder.lock(actor, CurrentCaseOf(customer_id), archived=True))

    async def customer_changed(self, actor: Actor, customer_id: UUID) -> None:
        """Count anew after a customer came to need other papers, unless the case is decided."""
        found = await self.finder.lock(actor, CurrentCaseOf(customer_id))
        if found.case.projection.is_open:
            await self._refresh(actor, found)

    async def exceptions_changed(self, actor: Actor, found: CaseOfCustomer) -> None:
        """Count anew after an item was added to a locked case or waived for it, and tell of it whatever the counts."""
        await self._refresh(actor, found)
        self._tell_progress(actor, found)

    async def recount(self, actor: Actor, case_id: UUID) -> None:
        """Count anew after the rules changed, unless the case was decided meanwhile."""
        found = await self.finder.lock(actor, case_id, archived=True)
        if found.case.projection.is_open:
            await self._refresh(actor, found)

    async def submit(self, actor: Actor, which: WhichCase) -> CaseRead:
        """Hand a complete case to the auditors."""
        found = await self.finder.lock(actor, which)
        # A case returned with nothing missing stays returned until something changes or it is submitted again.
        if found.case.status in COLLECTING:
            await self._refresh(actor, found)
        _check_allowed(actor, found, CaseAction.SUBMIT)
        case = found.case
        case.submitted_at, case.submitted_by_id, case.is_returned = clock.now(), actor.id, False
        return await self._act(actor, found, CaseAction.SUBMIT)

    async def approve(self, actor: Actor, which: WhichCase, body: ApproveRequest) -> CaseRead:
        """Decide for the customer; every required document must be accepted."""
        found = await self._lock_to_decide(actor, which, CaseAction.APPROVE)
        unaccepted = (await self._assess(found)).unaccepted
        if unaccepted:
            raise NotAllAccepted(document_types=unaccepted)
        return await self._act(actor, found, CaseAction.APPROVE, reason=body.comment)

    async def reject(self, actor: Actor, which: WhichCase, body: RejectCaseRequest) -> CaseRead:
        """Decide against the customer, for good if ``final``."""
        found = await self._lock_to_decide(actor, which, CaseAction.REJECT)
        return await self._act(actor, found, CaseAction.REJECT, reason=body.reason, is_final=body.final)

    async def return_for_supplement(self, actor: Actor, which: WhichCase, body: ReturnRequest) -> CaseRead:
        """Give the case back; each named type becomes required until it is supplied anew."""
        found = await self.finder.lock(actor, which)
        _check_allowed(actor, found, CaseAction.RETURN)
        reasons = body.asked_anew()
        types = await self.documents.types()
        if not {item.code for item in types if item.is_active}.issuperset(reasons):
            raise UnknownDocumentType("items" if body.items else "document_types")
        if reasons and actor.id is not None:
            await self.cases.require(found.case.id, reasons, at=clock.now(), by=actor.id)
            await self.documents.supersede(found.customer.id, list(reasons))
        found.case.is_returned = True
        await self._act(actor, found, CaseAction.RETURN, reason=body.reason, document_reasons=reasons)
        # Only the counts: the case waits as returned for whoever supplements it, even when nothing is missing.
        await self._count(actor, found, await self._assess(found))
        return await self._read(actor, found)

    async def reopen(self, actor: Actor, which: WhichCase, body: ReopenRequest) -> CaseRead:
        """Take a decision up again: an approval goes back to review, a rejection (not a final one) to collecting."""
        found = await self.finder.lock(actor, which)
        await self._act(actor, found, CaseAction.REOPEN, reason=body.reason)
        # What is required may have changed while nobody counted the decided case.
        await self._count(actor, found, await self._assess(found))
        return await self._read(actor, found)

    async def amend(self, actor: Actor, case_id: UUID, expected_version: int, body: CaseUpdate) -> CaseRead:
        """Change what the case is about, as long as nobody has begun to judge it."""
        found = await self.finder.lock(actor, case_id)
        check_reach(actor, found.customer, CustomerPermission.WRITE)
        case = found.case
        check_version(case.version, expected_version)
        if case.status not in EDITABLE:
            raise CaseLocked(case_status=case.status)
        if body.product is not None and body.product != case.product:
            await choose(self.session, PRODUCT, body.product, field="product")
        before = _auditable(case)
        case.product, case.amount = body.product, body.amount
        changes = audit.changes(before, _auditable(case))
        if changes:
            await self._store(found)
            audit.record(self.session, actor, "case.amend", target_of(found.customer), changes)
            event = CaseAmendedEvent(
                type="case.amended",
                actor_id=actor.id,
                customer_id=found.customer.id,
                case_id=case.id,
                version=case.version,
            )
            tell(self.session, found.customer, event)
            # What a product asks for may be more or less.
            await self._refresh(actor, found)
        return await self._read(actor, found)

    async def _lock_to_decide(self, actor: Actor, which: WhichCase, action: CaseAction) -> CaseOfCustomer:
        found = await self.finder.lock(actor, which)
        _check_allowed(actor, found, action)
        if actor.id is not None and await self.documents.has_upload_by(found.customer.id, actor.id):
            raise OwnUploadInCase
        return found

    async def _refresh(self, actor: Actor, found: CaseOfCustomer) -> None:
        """Bring the counts of a locked case up to date, and let it become complete or incomplete by itself."""
        checklist = await self._assess(found)
        await self._count(actor, found, checklist)
        mover = Actor.system("completeness")
        if found.case.status in COLLECTING and checklist.is_complete:
            await self._move(mover, found, MoveAction.COMPLETED, CaseStatus.COMPLETE, caused_by=actor)
        elif found.case.status is CaseStatus.COMPLETE and not checklist.is_complete:
            target = CaseStatus.RETURNED if found.case.is_returned else CaseStatus.PENDING
            await self._move(mover, found, MoveAction.UNCOMPLETED, target, caused_by=actor)

    async def _act(self, actor: Actor, found: CaseOfCustomer, action: CaseAction, **said: Any) -> CaseRead:
        target = _check_allowed(actor, found, action)
        await self._move(actor, found, MoveAction(action.value), target, **said)
        return await self._read(actor, found)

    async def _read(self, actor: Actor, found: CaseOfCustomer) -> CaseRead:
        return await CaseReader(self.session).read(actor, found.case.id)

    async def _move(
        self,
        mover: Actor,
        found: CaseOfCustomer,
        action: MoveAction,
        target: CaseStatus,
        *,
        caused_by: Actor | None = None,
        reason: str | None = None,
        document_reasons: Mapping[str, str] | None = None,
        is_final: bool = False,
    ) -> None:
        """Change the status: the only place that does."""
        before = found.case.status
        found.case.status, found.case.rejected_final = target, is_final
        await self._freeze(found)
        await self._store(found)
        await self._record(
            mover,
            found,
            action,
            from_status=before,
            to_status=target,
            reason=reason,
            document_reasons=document_reasons,
            is_final=is_final,
        )
        details = {"from": before.value, "to": target.value, "reason": reason or "", "final": is_final}
        audit.record(self.session, mover, f"case.{action.value}", target_of(found.customer), details)
        event = CaseMovedEvent(
            type="case.moved",
            actor_id=(caused_by or mover).id,
            customer_id=found.customer.id,
            case_id=found.case.id,
            version=found.case.version,
            status=target,
            action=action,
        )
        tell(self.session, found.customer, event)

    async def _record(
        self,
        actor: Actor,
        found: CaseOfCustomer,
        action: MoveAction,
        *,
        from_status: CaseStatus | None,
        to_status: CaseStatus,
        reason: str | None = None,
        document_reasons: Mapping[str, str] | None = None,
        is_final: bool = False,
    ) -> None:
        self.session.add(
            CaseMove(
                id=uuid7(),
                case_id=found.case.id,
                action=action,
                from_status=from_status,
                to_status=to_status,
                actor_id=actor.id,
                reason=reason,
                document_types=list(document_reasons or ()),
                document_reasons={
                    code: text for code, text in (document_reasons or {}).items() if text != reason
                },
                is_final=is_final,
                created_at=clock.now(),
            )
        )
        await self.session.flush()

    async def _assess(self, found: CaseOfCustomer) -> Completeness:
        return await self.needs.assess(found)

    async def _freeze(self, found: CaseOfCustomer) -> None:
        """From the submission to the decision a case needs what it was submitted with, whatever sets say later."""
        case = found.case
        if case.status is CaseStatus.REVIEWING:
            case.frozen_needs = [needed.model_dump(mode="json") for needed in await self.needs.now(found)]
        elif case.status not in FROZEN:
            case.frozen_needs = None

    async def _count(self, actor: Actor, found: CaseOfCustomer, checklist: Completeness) -> None:
        case = found.case
        counts = (checklist.required, checklist.uploaded, checklist.accepted)
        if counts != (case.required_count, case.uploaded_count, case.accepted_count):
            case.required_count, case.uploaded_count, case.accepted_count = counts
            await self._store(found)
            self._tell_progress(actor, found)

    def _tell_progress(self, actor: Actor, found: CaseOfCustomer) -> None:
        event = ProgressEvent(
            type="progress.changed",
            actor_id=actor.id,
            customer_id=found.customer.id,
            case_id=found.case.id,
            version=found.case.version,
        )
        tell(self.session, found.customer, event)

    async def _store(self, found: CaseOfCustomer) -> None:
        """Write the case, and what its customer's row shows of it when it is the current one."""
        await self.session.flush()
        if found.case.is_current:
            await self.customers.keep_case(found.customer.id, found.case.projection)


def _check_allowed(actor: Actor, found: CaseOfCustomer, action: CaseAction) -> CaseStatus:
    """Return where the action leads, or raise `PermissionMissing` or, when the status forbids it, `IllegalMove`."""
    status = found.case.status
    allowed = moves(status, rejected_final=found.case.rejected_final)
    if action not in allowed:
        raise IllegalMove(case_status=status, action=action, allowed=sorted(allowed))
    permissions = permissions_for(action, status)
    if not any(actor.covers(permission, found.customer.ownership) for permission in permissions):
        raise PermissionMissing(permission=permissions[0].value)
    return allowed[action]


def _auditable(case: Case) -> dict[str, Any]:
    return {"product": case.product, "amount": case.amount}
