"""Routes of the review of a customer's file."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from backend.domains.cases.errors import IllegalMove, NotAllAccepted, OwnUploadInCase
from backend.domains.cases.schemas import (
    ApproveRequest,
    CaseMoveRead,
    CompletenessRead,
    HistoryQuery,
    RejectCaseRequest,
    ReopenRequest,
    ReturnRequest,
    SubmitRequest,
)
from backend.domains.cases.service import CaseService
from backend.domains.customers.errors import CustomerArchived, CustomerNotFound
from backend.domains.customers.permissions import CasePermission, CustomerPermission
from backend.domains.customers.schemas import CustomerRead
from backend.domains.customers.service import CustomerService
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import ReadSession, Session
from backend.kit.listing import Page
from backend.kit.problems import responses
from backend.kit.routing import Router

router = Router(prefix="/customers/{customer_id}", tags=["cases"])

Reader = Annotated[Actor, Requires(CustomerPermission.READ)]
Submitter = Annotated[Actor, Requires(CasePermission.SUBMIT)]
Auditor = Annotated[Actor, Requires(CasePermission.REVIEW)]
# Who collects documents may take a rejected file up again; an approved one needs the right to reopen.
Reopener = Annotated[Actor, Requires(CasePermission.REOPEN, CasePermission.SUBMIT)]
MOVE_ERRORS = (CustomerNotFound, CustomerArchived, IllegalMove)


@router.get("/completeness", responses=responses(CustomerNotFound))
async def read_completeness(customer_id: UUID, actor: Reader, session: ReadSession) -> CompletenessRead:
    """Return the checklist of a file: what is required, what is there, what is accepted and what is missing.

    A required type counts as uploaded with at least one document that is not rejected, and as accepted with at least
    one accepted. Optional types weigh nothing. What an auditor asked for on return counts only when uploaded after.
    """
    return await CaseService(session).completeness(actor, customer_id)


@router.get("/history", responses=responses(CustomerNotFound))
async def list_history(
    customer_id: UUID, query: Annotated[HistoryQuery, Query()], actor: Reader, session: ReadSession
) -> Page[CaseMoveRead]:
    """List every move of the file, newest first: from where to where, who, when and why."""
    items, total = await CaseService(session).history(actor, customer_id, query)
    return Page[CaseMoveRead].of(items, total, query)


@router.post("/submit", responses=responses(*MOVE_ERRORS))
async def submit_case(
    customer_id: UUID, actor: Submitter, session: Session, body: SubmitRequest | None = None
) -> CustomerRead:
    """Hand a complete file to the auditors: complete → reviewing."""
    del body
    await CaseService(session).submit(actor, customer_id)
    return await CustomerService(session).read(actor, customer_id)


@router.post(
    "/approve",
    responses=responses(*MOVE_ERRORS, NotAllAccepted, OwnUploadInCase),
)
async def approve_case(
    customer_id: UUID, actor: Auditor, session: Session, body: ApproveRequest | None = None
) -> CustomerRead:
    """Approve the customer: reviewing → approved. Every required document must be accepted."""
    await CaseService(session).approve(actor, customer_id, body or ApproveRequest())
    return await CustomerService(session).read(actor, customer_id)


@router.post("/reject", responses=responses(*MOVE_ERRORS, OwnUploadInCase))
async def reject_case(
    customer_id: UUID, body: RejectCaseRequest, actor: Auditor, session: Session
) -> CustomerRead:
    """Reject the customer: reviewing → rejected. With `final` the file cannot be taken up again."""
    await CaseService(session).reject(actor, customer_id, body)
    return await CustomerService(session).read(actor, customer_id)


@router.post("/return", responses=responses(*MOVE_ERRORS))
async def return_case(
    customer_id: UUID, body: ReturnRequest, actor: Auditor, session: Session
) -> CustomerRead:
    """Return the file for supplement: reviewing → pending.

    Each type in `document_types` becomes required for this file until it is supplied anew, optional types too.
    """
    await CaseService(session).return_for_supplement(actor, customer_id, body)
    return await CustomerService(session).read(actor, customer_id)


@router.post("/reopen", responses=responses(*MOVE_ERRORS))
async def reopen_case(
    customer_id: UUID, body: ReopenRequest, actor: Reopener, session: Session
) -> CustomerRead:
    """Take a decision up again: approved → reviewing, or rejected → pending unless the rejection is final."""
    await CaseService(session).reopen(actor, customer_id, body)
    return await CustomerService(session).read(actor, customer_id)
