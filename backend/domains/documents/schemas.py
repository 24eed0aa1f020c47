"""What the document routes take and give."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from backend.domains.dictionary.reference import OTHER, EntryCode
from backend.domains.documents.actions import DocumentAction
from backend.domains.documents.models import Processing, ReviewStatus
from backend.kit.clock import business_date, now
from backend.kit.listing import Day, ListQuery, SearchText
from backend.kit.schemas import BlankIsNone, Body, OptionalText200, PersonRef, Text60, Text200

FileKindName = Literal["image", "pdf"]
TypeCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Message = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class DocumentTypeFields(Body):
    """The changeable part of a document type."""

    name: Text60
    name_en: Text60
    hint: OptionalText200 = Field(None, description="What to look for when taking or scanning it.")
    is_active: bool = Field(True, description="False hides it from new cases; documents of it stay readable.")
    sort_order: int = Field(ge=0, le=10_000)
    allowed_kinds: list[FileKindName] = Field(min_length=1, max_length=2)
    max_files: int = Field(ge=1, le=200)


class DocumentTypeCreate(DocumentTypeFields):
    """A new document type."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "code": "vehicle_license",
                    "name": "行驶证",
                    "name_en": "Vehicle license",
                    "sort_order": 95,
                    "allowed_kinds": ["image", "pdf"],
                    "max_files": 4,
                }
            ]
        },
    )

    code: TypeCode


class DocumentTypeRead(BaseModel):
    """A document type."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name: str
    name_en: str
    hint: str | None
    is_active: bool
    sort_order: int
    allowed_kinds: list[FileKindName]
    max_files: int
    version: int


class DocumentTypeList(BaseModel):
    """All document types in their order."""

    items: list[DocumentTypeRead]


class DocumentRead(BaseModel):
    """A document."""

    id: UUID
    customer_id: UUID
    customer_no: str
    customer_name: str
    document_type: str = Field(description="Type code.")
    filename: str = Field(description="As the uploader named it; for display only.")
    content_type: str = Field(description="Found from the bytes.")
    size: int = Field(description="Bytes of the original.")
    sha256: str = Field(description="Of the original bytes, hexadecimal.")
    page_count: int
    width: int | None
    height: int | None
    processing: Processing
    review_status: ReviewStatus
    reason_code: str | None
    message: str | None
    uploaded_by: PersonRef
    uploaded_at: datetime
    reviewed_by: PersonRef | None
    reviewed_at: datetime | None
    issued_on: date | None
    expires_on: date | None = Field(description="Last day of validity; 9999-12-31 says that it has none.")
    covers_from: date | None
    covers_to: date | None
    deleted_at: datetime | None
    version: int
    can: list[DocumentAction] = Field(description="What you may do with it now.")


DocumentSort = Literal["uploaded_at", "-uploaded_at", "filename", "-filename", "size", "-size"]


class DocumentListQuery(ListQuery):
    """Search, filters and order of the document list."""

    q: SearchText | None = Field(
        None, description="Part of the file name, or what finds the customer in the customer list."
    )
    customer_id: UUID | None = None
    document_type: list[str] = []
    review_status: list[ReviewStatus] = []
    uploaded_by_id: UUID | None = None
    uploaded_from: Day | None = Field(None, description="First day, in Shanghai.")
    uploaded_to: Day | None = Field(None, description="Last day, in Shanghai.")
    trashed: bool = Field(False, description="Show the trash instead.")
    sort: list[DocumentSort] = ["-uploaded_at"]


IssueDay = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))]
ExpiryDay = Annotated[date, Field(ge=date(1900, 1, 1))]


class DocumentDates(Body):
    """What a document says of days, whole: one left out is not known."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"issued_on": "2026-11-01", "expires_on": "2036-11-01"}]},
    )

    issued_on: IssueDay | None = Field(None, description="Not in the future.")
    expires_on: ExpiryDay | None = Field(
        None, description="Last day of validity; 9999-12-31 says that it has none."
    )
    covers_from: IssueDay | None = None
    covers_to: IssueDay | None = Field(None, description="Not before `covers_from`, and not without it.")

    @field_validator("issued_on")
    @classmethod
    def _is_past(cls, day: date | None) -> date | None:
        if day is not None and day > business_date(now()):
            raise PydanticCustomError("date.in_the_future", "The day lies in the future.")
        return day

    @field_validator("expires_on", "covers_to")
    @classmethod
    def _follows(cls, day: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("issued_on" if info.field_name == "expires_on" else "covers_from")
        if day is not None and first is not None and day < first:
            raise PydanticCustomError("date.out_of_order", "The day lies before the first one.")
        return day

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.covers_from is None) != (self.covers_to is None):
            raise PydanticCustomError("date.half_a_period", "Say both the first and the last day.")
        return self


class RejectRequest(Body):
    """Why a document is not accepted; the message reaches whoever supplies it anew."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason_code": "blurred", "message": "证件号码看不清"}]},
    )

    reason_code: EntryCode = Field(
        description="Code of the dictionary `reject_reason`; `other` needs a message."
    )
    message: Annotated[Message | None, BlankIsNone] = Field(None, validate_default=True)

    @field_validator("message")
    @classmethod
    def _explain_other(cls, message: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("reason_code") == OTHER and message is None:
            raise ValueError("Say in a sentence what is wrong.")
        return message


class UploadError(BaseModel):
    """Why one file of a batch was refused."""

    code: str
    detail: str


class BatchResult(BaseModel):
    """What became of one file of a batch."""

    filename: str
    outcome: Literal["created", "duplicate", "refused"]
    document: DocumentRead | None = None
    error: UploadError | None = None


class BatchResults(BaseModel):
    """One result per file, in the order they were sent."""

    results: list[BatchResult]


class Fact(StrEnum):
    """What a document and the customer's record both tell; each document type has some of them."""

    NAME = "name"
    ID_NUMBER = "id_number"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    VALID_UNTIL = "valid_until"
    PHONE = "phone"
    BANK_NAME = "bank_name"
    BANK_ACCOUNT = "bank_account"
    UNIFIED_SOCIAL_CREDIT_CODE = "unified_social_credit_code"
    LEGAL_REPRESENTATIVE = "legal_representative"
    REGISTERED_CAPITAL = "registered_capital"
    ANNUAL_TURNOVER = "annual_turnover"
    AMOUNT = "amount"


# A rectangle drawn up to the very edge may pass it by a rounding error.
_ROUNDING = 1e-6
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Extent = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class AnnotationCreate(Body):
    """A rectangle on a page and what is to say about it, in fractions of the upright page."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"page": 1, "x": 0.1, "y": 0.2, "width": 0.3, "height": 0.1, "note": "号码看不清"}]
        },
    )

    page: int = Field(ge=1)
    x: Fraction
    y: Fraction
    width: Extent
    height: Extent
    note: Text200

    @model_validator(mode="after")
    def _stay_on_the_page(self) -> "AnnotationCreate":
        if max(self.x + self.width, self.y + self.height) > 1 + _ROUNDING:
            raise ValueError("The rectangle leaves the page.")
        return self


class AnnotationRead(BaseModel):
    """A rectangle with a note."""

    id: UUID
    document_id: UUID
    page: int
    x: float
    y: float
    width: float
    height: float
    note: str
    author: PersonRef
    created_at: datetime


class CheckRequest(Body):
    """Whether the fact agrees with the document; null takes the judgement back."""

    agrees: bool | None


class CheckRead(BaseModel):
    """Whether a fact of the customer agrees with a document, and who compared them."""

    document_id: UUID
    fact: Fact
    agrees: bool
    checked_by: PersonRef
    checked_at: datetime


class FindingsQuery(Body):
    """Whose documents."""

    customer_id: UUID


class Findings(BaseModel):
    """What reviewers found in a customer's documents outside the trash."""

    annotations: list[AnnotationRead] = Field(description="By page, oldest first.")
    checks: list[CheckRead]
