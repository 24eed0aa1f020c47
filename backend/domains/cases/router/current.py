"""Routes below a customer that mean its current case, and answer with the customer as it is then."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from backend.domains.cases.errors import CaseDecided, IllegalMove, NotAllAccepted, OwnUploadInCase
from backend.domains.cases.router.cases import Auditor, Excepter, Reader, Reopener, Submitter
from backend.domains.cases.schemas import (
    ApproveRequest,
    CaseExceptionRequest,
    CaseMoveRead,
    CompletenessRead,
    HistoryQuery,
    RejectCaseRequest,
    ReopenRequest,
    ReturnRequest,
    SubmitRequest,
)
from backend.domains.cases.service.exceptions import ExceptionService
from backend.domains.cases.service.finding import CurrentCaseOf
from backend.domains.cases.service.flow import CaseService
from backend.domains.cases.service.reading import CaseReader
from backend.domains.customers.reference import CustomerArchived, CustomerNotFound, CustomerRead, Customers
from backend.domains.documents.reference import TypeCode, UnknownDocumentType
from backend.kit.db.session import ReadSession, Session
from backend.kit.listing import Page
from backend.kit.problems import responses
from backend.kit.routing import Router

router = Router(prefix="/customers/{customer_id}", tags=["cases"])

MOVE_ERRORS = (CustomerNotFound, CustomerArchived, IllegalMove)


@router.get("/completeness", responses=responses(CustomerNotFound))
async def read_completeness(customer_id: UUID, actor: Reader, session: ReadSession) -> CompletenessRead:
    """Return the checklist of the current case, as `GET /cases/{case_id}/completeness` does."""
    return await CaseReader(session).completeness(actor, CurrentCaseOf(customer_id))


@router.put(
    "/requirements/{document_type}",
    responses=responses(CustomerNotFound, CustomerArchived, CaseDecided, UnknownDocumentType),
)
async def except_requirement(
    customer_id: UUID,
    document_type: TypeCode,
    body: CaseExceptionRequest,
    actor: Excepter,
    session: Session,
) -> CompletenessRead:
    """Add an item to the current case or waive it, with a reason; the answer is the checklist as it is then."""
    await ExceptionService(session).make(actor, CurrentCaseOf(customer_id), document_type, body)
    return await CaseReader(session).completeness(actor, CurrentCaseOf(customer_id))


@router.delete(
    "/requirements/{document_type}", responses=responses(CustomerNotFound, CustomerArchived, CaseDecided)
)
async def undo_requirement_exception(
    customer_id: UUID, document_type: TypeCode, actor: Excepter, session: Session
) -> CompletenessRead:
    """Go by the requirement sets again; the answer is the checklist as it is then."""
    await ExceptionService(session).undo(actor, CurrentCaseOf(customer_id), document_type)
    return await CaseReader(session).completeness(actor, CurrentCaseOf(customer_id))


@router.get("/history", responses=responses(CustomerNotFound))
async def list_history(
    customer_id: UUID, query: Annotated[HistoryQuery, Query()], actor: Reader, session: ReadSession
) -> Page[CaseMoveRead]:
    """List every move of the current case, newest first: from where to where, who, when and why."""
    items, total = await CaseReader(session).history(actor, CurrentCaseOf(customer_id), query)
    return Page[CaseMoveRead].of(items, total, query)


@router.post("/submit", responses=responses(*MOVE_ERRORS))
async def submit_current_case(
    customer_id: UUID, actor: Submitter, session: Session, body: SubmitRequest | None = None
) -> CustomerRead:
    """Hand the complete case to the auditors: complete → reviewing."""
    del body
    await CaseService(session).submit(actor, CurrentCaseOf(customer_id))
    return await Customers(session).read(actor, customer_id)


@router.post("/approve", responses=responses(*MOVE_ERRORS, NotAllAccepted, OwnUploadInCase))
async def approve_current_case(
    customer_id: UUID, actor: Auditor, session: Session, body: ApproveRequest | None = None
) -> CustomerRead:
    """Approve the customer: reviewing → approved. Every required document must be accepted."""
    await CaseService(session).approve(actor, CurrentCaseOf(customer_id), body or ApproveRequest())
    return await Customers(session).read(actor, customer_id)


@router.post("/reject", responses=responses(*MOVE_ERRORS, OwnUploadInCase))
async def reject_current_case(
    customer_id: UUID, body: RejectCaseRequest, actor: Auditor, session: Session
) -> CustomerRead:
    """Reject the customer: reviewing → rejected. With `final` the case cannot be taken up again."""
    await CaseService(session).reject(actor, CurrentCaseOf(customer_id), body)
    return await Customers(session).read(actor, customer_id)


@router.post("/return", responses=responses(*MOVE_ERRORS))
async def return_current_case(
    customer_id: UUID, body: ReturnRequest, actor: Auditor, session: Session
) -> CustomerRead:
    """Return the case for supplement: reviewing → returned, as `POST /cases/{case_id}/return` does."""
    await CaseService(session).return_for_supplement(actor, CurrentCaseOf(customer_id), body)
    return await Customers(session).read(actor, customer_id)


@router.post("/reopen", responses=responses(*MOVE_ERRORS))
async def reopen_current_case(
    customer_id: UUID, body: ReopenRequest, actor: Reopener, session: Session
) -> CustomerRead:
    """Take a decision up again: approved → reviewing, or rejected → pending unless the rejection is final."""
    await CaseService(session).reopen(actor, CurrentCaseOf(customer_id), body)
    return await Customers(session).read(actor, customer_id)
