"""Show cases, their checklists and their history."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.cases.actions import on_case
from backend.domains.cases.errors import CaseNotFound
from backend.domains.cases.models import Case, CaseMove
from backend.domains.cases.repository import CaseRepository
from backend.domains.cases.schemas import (
    CaseCustomer,
    CaseExceptionRead,
    CaseListQuery,
    CaseMoveRead,
    CaseRead,
    CompletenessItem,
    CompletenessRead,
    HistoryQuery,
    RequestedAnew,
    Returned,
    ReturnedItem,
)
from backend.domains.cases.sentences import lack_read
from backend.domains.cases.service.finding import CaseFinder, CaseOfCustomer, WhichCase
from backend.domains.cases.service.needs import CaseNeeds, Judgement
from backend.domains.customers.reference import CustomerRef, Progress
from backend.domains.documents.reference import DocumentRead, Documents, DocumentTypeRead
from backend.kit.auth import Actor
from backend.kit.db.repository import AnyRow
from backend.kit.schemas import PersonRef


class CaseReader:
    """Cases as far as the actor may see their customers."""

    def __init__(self, session: AsyncSession) -> None:
        self.cases = CaseRepository(session)
        self.documents = Documents(session)
        self.needs = CaseNeeds(session)
        self.finder = CaseFinder(session)

    async def read(self, actor: Actor, case_id: UUID) -> CaseRead:
        """Return a case, or raise `CaseNotFound`."""
        row = await self.cases.get_visible(actor, case_id)
        if row is None:
            raise CaseNotFound
        return case_read(row, actor)

    async def list_cases(self, actor: Actor, query: CaseListQuery) -> tuple[list[CaseRead], int]:
        """Fetch one page."""
        rows, total = await self.cases.list_cases(actor, query)
        return [case_read(row, actor) for row in rows], total

    async def open_ids(self, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Return ids of cases that are not decided, in their order, beginning behind one of them."""
        return await self.cases.open_ids(after=after, limit=limit)

    async def completeness(self, actor: Actor, which: WhichCase) -> CompletenessRead:
        """Return the checklist of a case with the customer's documents."""
        found = await self.finder.find(actor, which)
        return await self.checklist(actor, found, await self.needs.judge(found))

    async def checklist(self, actor: Actor, found: CaseOfCustomer, judgement: Judgement) -> CompletenessRead:
        """Shape what a case was found to have and to lack."""
        requested = {
            requirement.document_type: RequestedAnew(
                at=requirement.requested_at,
                by=PersonRef(id=requirement.requested_by_id, display_name=requester_name),
                reason=requirement.reason,
            )
            for requirement, requester_name in judgement.requirements
        }
        documents: dict[str, list[DocumentRead]] = {}
        for document in await self.documents.of_customer(actor, found.customer.id):
            documents.setdefault(document.document_type, []).append(document)
        exceptions = {
            made.document_type: CaseExceptionRead(
                kind=made.kind,
                at=made.made_at,
                by=PersonRef(id=made.made_by_id, display_name=maker_name),
                reason=made.reason,
            )
            for made, maker_name in judgement.exceptions
        }
        checklist = judgement.checklist
        names = {item.type.code: item.type.name_en for item in checklist.items}
        return CompletenessRead(
            **Progress.of(checklist.required, checklist.uploaded, checklist.accepted).model_dump(),
            items=[
                CompletenessItem(
                    type=DocumentTypeRead.model_validate(item.type),
                    required=item.required,
                    requested=requested.get(item.type.code),
                    state=item.state,
                    groups=[group.partition(":")[2] for group in item.groups],
                    exception=exceptions.get(item.type.code),
                    lack=lack_read(item.lack, names) if item.lack else None,
                    expiring=lack_read(item.expiring, names) if item.expiring else None,
                    min_pages=item.asked.min_pages,
                    covers_months=item.asked.covers_months,
                    max_age_days=item.asked.max_age_days,
                    asks_expiry=item.asked.asks_expiry,
                    hint_zh=item.asked.hint_zh or item.type.hint,
                    hint_en=item.asked.hint_en,
                    room=item.room,
                    documents=documents.get(item.type.code, []),
                )
                for item in checklist.items
            ],
            missing=[lack_read(lack, names) for lack in checklist.missing],
            expiring=[lack_read(lack, names) for lack in checklist.expiring],
        )

    async def history(
        self, actor: Actor, which: WhichCase, query: HistoryQuery
    ) -> tuple[list[CaseMoveRead], int]:
        """Fetch one page of what happened to the case, newest first."""
        found = await self.finder.find(actor, which)
        rows, total = await self.cases.history(found.case.id, query)
        return [_move_read(row[0], row.actor_name) for row in rows], total


def case_read(row: AnyRow, actor: Actor) -> CaseRead:
    """Shape a row of `CaseRepository.get_visible`."""
    case: Case = row[0]
    customer = CustomerRef.of(row)
    submitted_by = None
    if case.submitted_by_id is not None:
        submitted_by = PersonRef(id=case.submitted_by_id, display_name=row.submitter_name)
    return CaseRead(
        id=case.id,
        customer=CaseCustomer(id=customer.id, customer_no=customer.customer_no, name=customer.name),
        is_current=case.is_current,
        status=case.status,
        rejected_final=case.rejected_final,
        product=case.product,
        amount=case.amount,
        progress=Progress.of(case.required_count, case.uploaded_count, case.accepted_count),
        opened_at=case.created_at,
        submitted_at=case.submitted_at,
        submitted_by=submitted_by,
        returned=_returned(row.return_move, row.returner_name),
        updated_at=case.updated_at,
        version=case.version,
        can=list(on_case(actor, customer, case.projection)),
    )


def _returned(move: CaseMove | None, returner_name: str) -> Returned | None:
    if move is None or move.actor_id is None:
        return None
    reason = move.reason or ""
    return Returned(
        at=move.created_at,
        by=PersonRef(id=move.actor_id, display_name=returner_name),
        reason=reason,
        items=[
            ReturnedItem(document_type=code, reason=move.document_reasons.get(code, reason))
            for code in move.document_types
        ],
    )


def _move_read(move: CaseMove, actor_name: str | None) -> CaseMoveRead:
    actor = None
    if move.actor_id is not None and actor_name is not None:
        actor = PersonRef(id=move.actor_id, display_name=actor_name)
    return CaseMoveRead(
        id=move.id,
        action=move.action,
        from_status=move.from_status,
        to_status=move.to_status,
        actor=actor,
        reason=move.reason,
        document_types=move.document_types,
        is_final=move.is_final,
        created_at=move.created_at,
    )
