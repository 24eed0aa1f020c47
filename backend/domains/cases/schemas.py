"""What the routes of cases take and give."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from backend.domains.cases.actions import CaseWork
from backend.domains.cases.completeness import ExceptionKind, ItemState, LackCode
from backend.domains.cases.models import MoveAction
from backend.domains.cases.states import CaseAction
from backend.domains.customers.reference import CaseStatus, LoanAmount, Progress
from backend.domains.dictionary.reference import EntryCode
from backend.domains.documents.reference import DocumentRead, DocumentTypeRead, TypeCode
from backend.kit.listing import ListQuery, SearchText
from backend.kit.money import Money
from backend.kit.schemas import BlankIsNone, Body, PersonRef, Reason


class SubmitRequest(Body):
    """Nothing to say; the body may be left out."""


class ApproveRequest(Body):
    """A remark for the case's history."""

    comment: Annotated[Reason | None, BlankIsNone] = None


class RejectCaseRequest(Body):
    """Why the customer is refused; a final refusal cannot be taken up again."""

    reason: Reason
    final: bool = False


class CaseUpdate(Body):
    """What the case is about, whole: a field left out is cleared."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"product": "credit_loan", "amount": "300000.00"}]}
    )

    product: EntryCode | None = Field(None, description="Code of the dictionary `product`.")
    amount: LoanAmount | None = Field(None, description="CNY.")


class ReturnItem(Body):
    """A document type to supply anew, and why."""

    document_type: TypeCode
    reason: Annotated[Reason | None, BlankIsNone] = Field(
        None, description="Left out when the reason of the whole says it."
    )


class ReturnRequest(Body):
    """What is to be supplied before the case comes back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "reason": "请补充资料",
                    "items": [{"document_type": "property_proof", "reason": "请补充房产证明"}],
                }
            ]
        },
    )

    reason: Reason
    items: list[ReturnItem] = Field(
        [], max_length=50, description="Each becomes required for this case until it is supplied anew."
    )
    document_types: list[TypeCode] = Field(
        [], max_length=50, description="Short for items that have no reason of their own."
    )

    def asked_anew(self) -> dict[str, str]:
        """Return why each type is asked for, in the order in which they were first named."""
        named = [ReturnItem(document_type=code) for code in self.document_types]
        reasons = dict.fromkeys((item.document_type for item in (*self.items, *named)), self.reason)
        reasons.update({item.document_type: item.reason for item in self.items if item.reason})
        return reasons


class ReopenRequest(Body):
    """Why a decision is taken up again."""

    reason: Reason


class RequestedAnew(BaseModel):
    """Who asked for a document type on returning the case, when and why."""

    at: datetime
    by: PersonRef
    reason: str


class CaseExceptionRequest(Body):
    """Why an item is added to this case, or waived for it."""

    kind: ExceptionKind
    reason: Reason


class CaseExceptionRead(BaseModel):
    """How a case departs from its sets: who decided so, when and why."""

    kind: ExceptionKind
    at: datetime
    by: PersonRef
    reason: str


class LackRead(BaseModel):
    """What is missing or soon will be: a document type, or one of a group."""

    code: LackCode
    document_type: str | None = Field(description="None when one of a group is enough.")
    document_types: list[str] = Field(description="The type, or those of the group.")
    group: str | None
    needed: int | None = Field(description="Pages, months or days, by the code.")
    found: int | None
    day: date | None = Field(description="The last day on which it counts or counted.")
    sentence: str = Field(description="In English; screens say it in the language of the page.")


class CompletenessItem(BaseModel):
    """One document type of the checklist."""

    type: DocumentTypeRead
    required: bool = Field(description="For this case: required of everybody, or asked for on return.")
    groups: list[str] = Field(description="Names of the groups of which one item is enough.")
    requested: RequestedAnew | None
    exception: CaseExceptionRead | None
    lack: LackRead | None = Field(description="Why it is not there, whether or not it is required.")
    expiring: LackRead | None = Field(description="Why what is there soon will not count.")
    min_pages: int | None
    covers_months: int | None
    max_age_days: int | None
    asks_expiry: bool
    hint_zh: str | None
    hint_en: str | None
    state: ItemState
    room: int = Field(description="How many more files of this type are taken now.")
    documents: list[DocumentRead] = Field(description="Outside the trash, oldest first.")


class CompletenessRead(Progress):
    """The checklist of a case."""

    items: list[CompletenessItem]
    missing: list[LackRead] = Field(
        description="What is still to supply, and why; required items, then groups."
    )
    expiring: list[LackRead] = Field(description="What is there and within 30 days will not count any more.")


class HistoryQuery(ListQuery):
    """Paging of a case's history."""


class CaseMoveRead(BaseModel):
    """One entry of a case's history."""

    id: UUID
    action: MoveAction
    from_status: CaseStatus | None
    to_status: CaseStatus
    actor: PersonRef | None = Field(description="Nobody for the system's own moves.")
    reason: str | None
    document_types: list[str]
    is_final: bool
    created_at: datetime


class CaseCustomer(BaseModel):
    """Whose case it is."""

    id: UUID
    customer_no: str
    name: str


class ReturnedItem(BaseModel):
    """A document type that a return asked for, and why."""

    document_type: str
    reason: str


class Returned(BaseModel):
    """Who returned a case, when, why and for what."""

    at: datetime
    by: PersonRef
    reason: str
    items: list[ReturnedItem]


class CaseRead(BaseModel):
    """A case."""

    id: UUID
    customer: CaseCustomer
    is_current: bool = Field(
        description="Whether the routes below `/customers/{customer_id}` mean this case."
    )
    status: CaseStatus
    rejected_final: bool
    product: str | None = Field(description="Code of the dictionary `product`.")
    amount: Money | None = Field(description="CNY.")
    progress: Progress
    opened_at: datetime
    submitted_at: datetime | None = Field(description="When it was last handed to the auditors.")
    submitted_by: PersonRef | None
    returned: Returned | None = Field(description="Until it is submitted again.")
    updated_at: datetime
    version: int
    can: list[CaseAction | CaseWork] = Field(description="What you may do with it now.")


CaseSort = Literal[
    "opened_at",
    "-opened_at",
    "updated_at",
    "-updated_at",
    "submitted_at",
    "-submitted_at",
    "status",
    "-status",
]


class CaseListQuery(ListQuery):
    """Search, filters and order of the list of cases."""

    q: SearchText | None = Field(None, description="Finds the customer, as the customer list does.")
    customer_id: UUID | None = None
    status: list[CaseStatus] = Field([], description="Any of these.")
    archived: bool = Field(False, description="Show the cases of archived customers too.")
    sort: list[CaseSort] = ["-opened_at"]


class RevealPurpose(StrEnum):
    """What protected values are needed for."""

    CHECK_DOCUMENTS = "check_documents"
    PHONE_CALL = "phone_call"
    OTHER = "other"


class CaseRevealRequest(Body):
    """Ask for a customer's protected values while judging the case; what for is kept."""

    purpose: RevealPurpose = Field(description="`other` needs a note.")
    note: Annotated[Reason | None, BlankIsNone] = Field(None, validate_default=True)

    @field_validator("note")
    @classmethod
    def _explain_other(cls, note: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("purpose") is RevealPurpose.OTHER and note is None:
            raise ValueError("Say in a sentence what for.")
        return note


class ProtectedValues(BaseModel):
    """Protected values in clear, null where there is none. Do not store them."""

    id_number: str | None
    bank_account: str | None


class CaseViewerRead(BaseModel):
    """Somebody who has the case open."""

    person: PersonRef
    since: datetime


class CaseViewers(BaseModel):
    """Who else has the case open, the first of them first."""

    others: list[CaseViewerRead]
