"""Routes of cases, and of a customer's current case."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from backend.domains.cases.errors import (
    CaseDecided,
    CaseLocked,
    CaseNotFound,
    IllegalMove,
    NotAllAccepted,
    OwnUploadInCase,
)
from backend.domains.cases.permissions import CasePermission
from backend.domains.cases.schemas import (
    ApproveRequest,
    CaseExceptionRequest,
    CaseListQuery,
    CaseMoveRead,
    CaseRead,
    CaseUpdate,
    CompletenessRead,
    HistoryQuery,
    RejectCaseRequest,
    ReopenRequest,
    ReturnRequest,
    SubmitRequest,
)
from backend.domains.cases.service.exceptions import ExceptionService
from backend.domains.cases.service.flow import CaseService
from backend.domains.cases.service.reading import CaseReader
from backend.domains.customers.reference import CustomerArchived, CustomerPermission
from backend.domains.dictionary.reference import UnknownEntry
from backend.domains.documents.reference import TypeCode, UnknownDocumentType
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import ReadSession, Session
from backend.kit.errors import StaleVersion, VersionRequired
from backend.kit.http import ExpectedVersion, etag
from backend.kit.listing import Page
from backend.kit.problems import responses
from backend.kit.routing import Router

router = Router(prefix="/cases", tags=["cases"])

Reader = Annotated[Actor, Requires(CustomerPermission.READ)]
Writer = Annotated[Actor, Requires(CustomerPermission.WRITE)]
Submitter = Annotated[Actor, Requires(CasePermission.SUBMIT)]
Auditor = Annotated[Actor, Requires(CasePermission.REVIEW)]
Excepter = Annotated[Actor, Requires(CasePermission.EXCEPT)]
# Who collects documents may take a rejected case up again; an approved one needs the right to reopen.
Reopener = Annotated[Actor, Requires(CasePermission.REOPEN, CasePermission.SUBMIT)]
MOVE_ERRORS = (CaseNotFound, CustomerArchived, IllegalMove)


@router.get("")
async def list_cases(
    query: Annotated[CaseListQuery, Query()], actor: Reader, session: ReadSession
) -> Page[CaseRead]:
    """List the cases of the customers you may see."""
    items, total = await CaseReader(session).list_cases(actor, query)
    return Page[CaseRead].of(items, total, query)


@router.get("/{case_id}", responses=responses(CaseNotFound))
async def read_case(case_id: UUID, actor: Reader, session: ReadSession, response: Response) -> CaseRead:
    """Return a case; `can` lists what you may do with it now."""
    case = await CaseReader(session).read(actor, case_id)
    response.headers["ETag"] = etag(case.version)
    return case


@router.put(
    "/{case_id}",
    responses=responses(
        CaseNotFound, CustomerArchived, CaseLocked, UnknownEntry, StaleVersion, VersionRequired
    ),
)
async def update_case(
    case_id: UUID,
    body: CaseUpdate,
    actor: Writer,
    session: Session,
    version: ExpectedVersion,
    response: Response,
) -> CaseRead:
    """Replace product and amount; send the ETag you read as `If-Match`. Refused from the submission on."""
    case = await CaseService(session).amend(actor, case_id, version, body)
    response.headers["ETag"] = etag(case.version)
    return case


@router.get("/{case_id}/completeness", responses=responses(CaseNotFound))
async def read_case_completeness(case_id: UUID, actor: Reader, session: ReadSession) -> CompletenessRead:
    """Return the checklist of a case: what is required, what is there, what is accepted and what is missing.

    A required type counts as uploaded with at least one document that is not rejected, and as accepted with at least
    one accepted. Optional types weigh nothing. What an auditor asked for on return counts only when uploaded after.
    """
    return await CaseReader(session).completeness(actor, case_id)


@router.put(
    "/{case_id}/requirements/{document_type}",
    responses=responses(CaseNotFound, CustomerArchived, CaseDecided, UnknownDocumentType),
)
async def except_case_requirement(
    case_id: UUID,
    document_type: TypeCode,
    body: CaseExceptionRequest,
    actor: Excepter,
    session: Session,
) -> CompletenessRead:
    """Add an item to a case or waive it, with a reason; the answer is the checklist as it is then."""
    await ExceptionService(session).make(actor, case_id, document_type, body)
    return await CaseReader(session).completeness(actor, case_id)


@router.delete(
    "/{case_id}/requirements/{document_type}",
    responses=responses(CaseNotFound, CustomerArchived, CaseDecided),
)
async def undo_case_requirement_exception(
    case_id: UUID, document_type: TypeCode, actor: Excepter, session: Session
) -> CompletenessRead:
    """Go by the requirement sets again; the answer is the checklist as it is then."""
    await ExceptionService(session).undo(actor, case_id, document_type)
    return await CaseReader(session).completeness(actor, case_id)


@router.get("/{case_id}/history", responses=responses(CaseNotFound))
async def list_case_history(
    case_id: UUID, query: Annotated[HistoryQuery, Query()], actor: Reader, session: ReadSession
) -> Page[CaseMoveRead]:
    """List every move of the case, newest first: from where to where, who, when and why."""
    items, total = await CaseReader(session).history(actor, case_id, query)
    return Page[CaseMoveRead].of(items, total, query)


@router.post("/{case_id}/submit", responses=responses(*MOVE_ERRORS))
async def submit_case(
    case_id: UUID, actor: Submitter, session: Session, body: SubmitRequest | None = None
) -> CaseRead:
    """Hand a complete case to the auditors: complete → reviewing."""
    del body
    return await CaseService(session).submit(actor, case_id)


@router.post("/{case_id}/approve", responses=responses(*MOVE_ERRORS, NotAllAccepted, OwnUploadInCase))
async def approve_case(
    case_id: UUID, actor: Auditor, session: Session, body: ApproveRequest | None = None
) -> CaseRead:
    """Approve: reviewing → approved. Every required document must be accepted."""
    return await CaseService(session).approve(actor, case_id, body or ApproveRequest())


@router.post("/{case_id}/reject", responses=responses(*MOVE_ERRORS, OwnUploadInCase))
async def reject_case(case_id: UUID, body: RejectCaseRequest, actor: Auditor, session: Session) -> CaseRead:
    """Reject: reviewing → rejected. With `final` the case cannot be taken up again."""
    return await CaseService(session).reject(actor, case_id, body)


@router.post("/{case_id}/return", responses=responses(*MOVE_ERRORS))
async def return_case(case_id: UUID, body: ReturnRequest, actor: Auditor, session: Session) -> CaseRead:
    """Return the case for supplement: reviewing → returned.

    Each type named becomes required for this case until it is supplied anew, optional types too. Without a reason of
    its own an item has that of the whole.
    """
    return await CaseService(session).return_for_supplement(actor, case_id, body)


@router.post("/{case_id}/reopen", responses=responses(*MOVE_ERRORS))
async def reopen_case(case_id: UUID, body: ReopenRequest, actor: Reopener, session: Session) -> CaseRead:
    """Take a decision up again: approved → reviewing, or rejected → pending unless the rejection is final."""
    return await CaseService(session).reopen(actor, case_id, body)
