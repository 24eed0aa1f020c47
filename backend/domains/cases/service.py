"""Move a customer's file from collecting documents to a decision."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from backend.domains.audit import service as audit
from backend.domains.cases.completeness import Completeness, Filed, assess
from backend.domains.cases.errors import IllegalMove, NotAllAccepted, OwnUploadInCase
from backend.domains.cases.models import CaseMove, CaseRequirement, MoveAction
from backend.domains.cases.repository import CaseRepository
from backend.domains.cases.schemas import (
    ApproveRequest,
    CaseMoveRead,
    CompletenessItem,
    CompletenessRead,
    HistoryQuery,
    RejectCaseRequest,
    ReopenRequest,
    RequestedAnew,
    ReturnRequest,
)
from backend.domains.customers.case_states import CaseAction, CustomerStatus, moves, permissions_for
from backend.domains.customers.models import Customer
from backend.domains.customers.schemas import Progress
from backend.domains.customers.service import CustomerService, target_of
from backend.domains.documents.errors import UnknownDocumentType
from backend.domains.documents.models import DocumentType
from backend.domains.documents.schemas import DocumentRead, DocumentTypeRead
from backend.domains.documents.service.library import DocumentService
from backend.domains.documents.service.types import DocumentTypeService
from backend.kit import clock
from backend.kit.auth import Actor, PermissionMissing
from backend.kit.schemas import PersonRef


class CaseService:
    """The flow of a file; its states and moves stand in `backend.domains.customers.case_states`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.cases = CaseRepository(session)
        self.customers = CustomerService(session)
        self.documents = DocumentService(session)
        self.types = DocumentTypeService(session)

    async def completeness(self, actor: Actor, customer_id: UUID) -> CompletenessRead:
        """Return the checklist of a file with its documents."""
        await self.customers.get(actor, customer_id)
        requested = {
            requirement.document_type: RequestedAnew(
                at=requirement.requested_at,
                by=PersonRef(id=requirement.requested_by_id, display_name=requester_name),
                reason=requirement.reason,
            )
            for requirement, requester_name in await self.cases.requirements(customer_id)
        }
        documents: dict[str, list[DocumentRead]] = {}
        for document in await self.documents.of_customer(actor, customer_id):
            documents.setdefault(document.document_type, []).append(document)
        filed = [Filed(*verdict) for verdict in await self.documents.verdicts(customer_id)]
        types = await self.types.list_types()
        checklist = assess(types, filed, {code: asked.at for code, asked in requested.items()})
        return CompletenessRead(
            **Progress.of(checklist.required, checklist.uploaded, checklist.accepted).model_dump(),
            items=[
                CompletenessItem(
                    type=DocumentTypeRead.model_validate(item.type),
                    required=item.required,
                    requested=requested.get(item.type.code),
                    state=item.state,
                    documents=documents.get(item.type.code, []),
                )
                for item in checklist.items
            ],
            missing=checklist.missing,
        )

    async def history(
        self, actor: Actor, customer_id: UUID, query: HistoryQuery
    ) -> tuple[list[CaseMoveRead], int]:
        """Fetch one page of what happened to the file, newest first."""
        await self.customers.get(actor, customer_id)
        rows, total = await self.cases.history(customer_id, query)
        return [_move_read(row[0], row.actor_name) for row in rows], total

    async def open_file(self, actor: Actor, customer_id: UUID) -> None:
        """Begin the history of a new customer's file and count what it needs."""
        customer = await self.customers.get(actor, customer_id, lock=True)
        await self._record(
            actor, customer, MoveAction.CREATED, from_state=None, to_state=CustomerStatus.PENDING
        )
        await self.refresh(actor, customer)

    async def documents_changed(self, actor: Actor, customer_id: UUID) -> None:
        """Count anew after documents came, went or were judged, and let the file follow."""
        await self.refresh(actor, await self.customers.get(actor, customer_id, lock=True))

    async def refresh(
        self, actor: Actor, customer: Customer, types: Sequence[DocumentType] | None = None
    ) -> Completeness:
        """Bring the counts of a locked file up to date and move it between pending and complete by itself."""
        checklist = await self._assess(customer.id, types)
        await self._count(actor, customer, checklist)
        if customer.status is CustomerStatus.PENDING and checklist.is_complete:
            await self._move(actor, customer, MoveAction.COMPLETED, CustomerStatus.COMPLETE, by_system=True)
        elif customer.status is CustomerStatus.COMPLETE and not checklist.is_complete:
            await self._move(actor, customer, MoveAction.UNCOMPLETED, CustomerStatus.PENDING, by_system=True)
        return checklist

    async def submit(self, actor: Actor, customer_id: UUID) -> None:
        """Hand a complete file to the auditors."""
        customer = await self.customers.get_active(actor, customer_id)
        # A file returned with nothing missing stays pending until something changes or it is submitted again.
        if customer.status is CustomerStatus.PENDING:
            await self.refresh(actor, customer)
        await self._act(actor, customer, CaseAction.SUBMIT)

    async def approve(self, actor: Actor, customer_id: UUID, body: ApproveRequest) -> None:
        """Decide for the customer; every required document must be accepted."""
        customer = await self._get_to_decide(actor, customer_id, CaseAction.APPROVE)
        unaccepted = (await self._assess(customer.id)).unaccepted
        if unaccepted:
            raise NotAllAccepted(document_types=unaccepted)
        await self._act(actor, customer, CaseAction.APPROVE, reason=body.comment)

    async def reject(self, actor: Actor, customer_id: UUID, body: RejectCaseRequest) -> None:
        """Decide against the customer, for good if ``final``."""
        customer = await self._get_to_decide(actor, customer_id, CaseAction.REJECT)
        await self._act(actor, customer, CaseAction.REJECT, reason=body.reason, is_final=body.final)

    async def return_for_supplement(self, actor: Actor, customer_id: UUID, body: ReturnRequest) -> None:
        """Give the file back; each named type becomes required until it is supplied anew."""
        customer = await self.customers.get_active(actor, customer_id)
        _check_allowed(actor, customer, CaseAction.RETURN)
        codes = list(dict.fromkeys(body.document_types))
        known = {
            document_type.code for document_type in await self.types.list_types() if document_type.is_active
        }
        if not known.issuperset(codes):
            raise UnknownDocumentType("document_types")
        if codes and actor.id is not None:
            await self.cases.require(customer.id, codes, at=clock.now(), by=actor.id, reason=body.reason)
            await self.documents.supersede(customer.id, codes)
        await self._act(actor, customer, CaseAction.RETURN, reason=body.reason, document_types=codes)
        # Only the counts: the file waits in pending for whoever supplements it, even when nothing is missing.
        await self._count(actor, customer, await self._assess(customer.id))

    async def reopen(self, actor: Actor, customer_id: UUID, body: ReopenRequest) -> None:
        """Take a decision up again: an approval goes back to review, a rejection (not a final one) to collecting."""
        customer = await self.customers.get_active(actor, customer_id)
        await self._act(actor, customer, CaseAction.REOPEN, reason=body.reason)
        # What is required may have changed while nobody counted the decided file.
        await self._count(actor, customer, await self._assess(customer.id))

    async def _get_to_decide(self, actor: Actor, customer_id: UUID, action: CaseAction) -> Customer:
        customer = await self.customers.get_active(actor, customer_id)
        _check_allowed(actor, customer, action)
        if actor.id is not None and await self.documents.has_upload_by(customer.id, actor.id):
            raise OwnUploadInCase
        return customer

    async def _act(
        self,
        actor: Actor,
        customer: Customer,
        action: CaseAction,
        *,
        reason: str | None = None,
        document_types: Sequence[str] = (),
        is_final: bool = False,
    ) -> None:
        target = _check_allowed(actor, customer, action)
        await self._move(
            actor,
            customer,
            MoveAction(action.value),
            target,
            reason=reason,
            document_types=document_types,
            is_final=is_final,
        )

    async def _move(
        self,
        actor: Actor,
        customer: Customer,
        action: MoveAction,
        target: CustomerStatus,
        *,
        by_system: bool = False,
        reason: str | None = None,
        document_types: Sequence[str] = (),
        is_final: bool = False,
    ) -> None:
        """Change the state: the only place that does."""
        before = customer.status
        await self.customers.set_case(customer, status=target, rejected_final=is_final)
        mover = Actor.system("completeness") if by_system else actor
        await self._record(
            mover,
            customer,
            action,
            from_state=before,
            to_state=target,
            reason=reason,
            document_types=document_types,
            is_final=is_final,
        )
        details = {"from": before.value, "to": target.value, "reason": reason or "", "final": is_final}
        audit.record(self.session, mover, f"case.{action.value}", target_of(customer), details)
        self.customers.tell(actor, customer, "case.moved", status=target.value, action=action.value)

    async def _record(
        self,
        actor: Actor,
        customer: Customer,
        action: MoveAction,
        *,
        from_state: CustomerStatus | None,
        to_state: CustomerStatus,
        reason: str | None = None,
        document_types: Sequence[str] = (),
        is_final: bool = False,
    ) -> None:
        await self.cases.add(
            CaseMove(
                id=uuid7(),
                customer_id=customer.id,
                action=action,
                from_state=from_state,
                to_state=to_state,
                actor_id=actor.id,
                reason=reason,
                document_types=list(document_types),
                is_final=is_final,
                created_at=clock.now(),
            )
        )

    async def _assess(self, customer_id: UUID, types: Sequence[DocumentType] | None = None) -> Completeness:
        requested: dict[str, datetime] = {}
        for row in await self.cases.requirements(customer_id):
            requirement: CaseRequirement = row[0]
            requested[requirement.document_type] = requirement.requested_at
        filed = [Filed(*verdict) for verdict in await self.documents.verdicts(customer_id)]
        return assess(await self.types.list_types() if types is None else types, filed, requested)

    async def _count(self, actor: Actor, customer: Customer, checklist: Completeness) -> None:
        counts = {
            "required_count": checklist.required,
            "uploaded_count": checklist.uploaded,
            "accepted_count": checklist.accepted,
        }
        if any(getattr(customer, name) != count for name, count in counts.items()):
            await self.customers.set_case(customer, **counts)
            self.customers.tell(actor, customer, "progress.changed")


def _check_allowed(actor: Actor, customer: Customer, action: CaseAction) -> CustomerStatus:
    """Return where the action leads, or raise `IllegalMove` or, for a move of others, `PermissionMissing`."""
    allowed = moves(customer.status, rejected_final=customer.rejected_final)
    if action not in allowed:
        raise IllegalMove(state=customer.status, action=action, allowed=sorted(allowed))
    permissions = permissions_for(action, customer.status)
    if not any(actor.covers(permission, customer.ownership) for permission in permissions):
        raise PermissionMissing(permission=permissions[0])
    return allowed[action]


def _move_read(move: CaseMove, actor_name: str | None) -> CaseMoveRead:
    actor = None
    if move.actor_id is not None and actor_name is not None:
        actor = PersonRef(id=move.actor_id, display_name=actor_name)
    return CaseMoveRead(
        id=move.id,
        action=move.action,
        from_state=move.from_state,
        to_state=move.to_state,
        actor=actor,
        reason=move.reason,
        document_types=move.document_types,
        is_final=move.is_final,
        created_at=move.created_at,
    )
