"""What the routes of the review take and give."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.domains.cases.completeness import ItemState
from backend.domains.cases.models import MoveAction
from backend.domains.customers.case_states import CustomerStatus
from backend.domains.customers.schemas import Progress
from backend.domains.documents.schemas import DocumentRead, DocumentTypeRead, TypeCode
from backend.kit.listing import ListQuery
from backend.kit.schemas import BlankIsNone, Body, PersonRef, Reason


class SubmitRequest(Body):
    """Nothing to say; the body may be left out."""


class ApproveRequest(Body):
    """A remark for the file's history."""

    comment: Annotated[Reason | None, BlankIsNone] = None


class RejectCaseRequest(Body):
    """Why the customer is refused; a final refusal cannot be taken up again."""

    reason: Reason
    final: bool = False


class ReturnRequest(Body):
    """What is to be supplied before the file comes back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "请补充房产证明", "document_types": ["property_proof"]}]},
    )

    reason: Reason
    document_types: list[TypeCode] = Field(
        [], max_length=50, description="Each becomes required for this file until it is supplied anew."
    )


class ReopenRequest(Body):
    """Why a decision is taken up again."""

    reason: Reason


class RequestedAnew(BaseModel):
    """Who asked for a document type on returning the file, when and why."""

    at: datetime
    by: PersonRef
    reason: str


class CompletenessItem(BaseModel):
    """One document type of the checklist."""

    type: DocumentTypeRead
    required: bool = Field(description="For this file: required of everybody, or asked for on return.")
    requested: RequestedAnew | None
    state: ItemState
    documents: list[DocumentRead] = Field(description="Outside the trash, oldest first.")


class CompletenessRead(Progress):
    """The checklist of a customer's file."""

    items: list[CompletenessItem]
    missing: list[str] = Field(description="Codes of the required types still to supply.")


class HistoryQuery(ListQuery):
    """Paging of a file's history."""


class CaseMoveRead(BaseModel):
    """One entry of a file's history."""

    id: UUID
    action: MoveAction
    from_state: CustomerStatus | None
    to_state: CustomerStatus
    actor: PersonRef | None = Field(description="Nobody for the system's own moves.")
    reason: str | None
    document_types: list[str]
    is_final: bool
    created_at: datetime
