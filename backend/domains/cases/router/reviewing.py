"""Routes beside the flow of a customer's current case, for whoever judges it."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from backend.domains.cases.router.cases import Auditor
from backend.domains.cases.schemas import CaseRevealRequest, CaseViewers, ProtectedValues
from backend.domains.cases.service.finding import CurrentCaseOf
from backend.domains.cases.service.reviewing import CaseReviewing
from backend.domains.customers.reference import CustomerNotFound, CustomerPermission, NothingToReveal
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import Session
from backend.kit.problems import responses
from backend.kit.routing import Router

router = Router(prefix="/customers/{customer_id}/review", tags=["cases"])


@router.post("/reveal", responses=responses(CustomerNotFound, NothingToReveal))
async def reveal_for_review(
    customer_id: UUID,
    body: CaseRevealRequest,
    actor: Annotated[Actor, Requires(CustomerPermission.REVEAL)],
    session: Session,
    response: Response,
) -> ProtectedValues:
    """Return the ID number and the bank account in clear. Who asked, for which case and what for is kept for good."""
    response.headers["Cache-Control"] = "no-store"
    return await CaseReviewing(session).reveal(actor, CurrentCaseOf(customer_id), body)


@router.put("/presence", responses=responses(CustomerNotFound))
async def attend_review(customer_id: UUID, actor: Auditor, session: Session) -> CaseViewers:
    """Say that you have the case open, and learn who else has. It holds for 30 seconds."""
    return await CaseReviewing(session).attend(actor, CurrentCaseOf(customer_id))


@router.delete("/presence", status_code=204, responses=responses(CustomerNotFound))
async def leave_review(customer_id: UUID, actor: Auditor, session: Session) -> None:
    """Say that you have closed the case."""
    await CaseReviewing(session).leave(actor, CurrentCaseOf(customer_id))
