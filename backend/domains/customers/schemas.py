"""What the customer routes take and give."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from backend.domains.customers.models import CustomerKind, MaritalStatus, Sex
from backend.domains.customers.projection import CaseStatus, Progress
from backend.domains.dictionary.reference import EntryCode
from backend.kit import clock
from backend.kit.actions import Action
from backend.kit.identifiers import (
    parse_bank_account,
    parse_credit_code,
    parse_id_number,
    parse_postal_code,
)
from backend.kit.listing import Day, ListQuery, SearchText
from backend.kit.money import Money
from backend.kit.schemas import (
    BlankIsNone,
    Body,
    OptionalEmail,
    OptionalLandline,
    OptionalMobile,
    OptionalText60,
    OptionalText200,
    PersonRef,
    Reason,
    identifier,
    vocabulary,
)


def _parse_id_number(value: str) -> str:
    return parse_id_number(value, today=clock.business_date(clock.now())).value


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
IdNumberText = Annotated[str, StringConstraints(max_length=40), identifier(_parse_id_number)]
CreditCodeText = Annotated[str, StringConstraints(max_length=40), identifier(parse_credit_code)]
BankAccountText = Annotated[str, StringConstraints(max_length=60), identifier(parse_bank_account)]
PostalCodeText = Annotated[str, StringConstraints(max_length=20), identifier(parse_postal_code)]
Text50 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]
OptionalText50 = Annotated[Text50 | None, BlankIsNone]
Rating = Annotated[int, Field(ge=1, le=5)]
NotNegative = Annotated[Money, Field(ge=0)]
LoanAmount = Annotated[Money, Field(ge=Decimal("0.01"), le=Decimal("999999999999.99"))]


def _not_in_the_future(day: date) -> date:
    if day > clock.business_date(clock.now()):
        raise PydanticCustomError("date.in_the_future", "The day lies in the future.")
    return day


PastDay = Annotated[Day, AfterValidator(_not_in_the_future)]

PERSON_FIELDS = frozenset({"id_number", "sex", "birth_date", "marital_status"})
COMPANY_FIELDS = frozenset(
    {
        "unified_social_credit_code",
        "legal_representative",
        "registered_capital",
        "annual_turnover",
        "business_license_no",
        "local_tax_no",
        "national_tax_no",
    }
)
# A sole proprietor is both: the business, and the person who answers for it.
FIELDS_OF: Mapping[CustomerKind, frozenset[str]] = {
    CustomerKind.PERSON: PERSON_FIELDS,
    CustomerKind.SOLE_PROPRIETOR: PERSON_FIELDS | COMPANY_FIELDS - {"local_tax_no", "national_tax_no"},
    CustomerKind.COMPANY: COMPANY_FIELDS,
}


class CustomerFields(Body):
    """Everything that people type about a customer."""

    name: Name
    phone: OptionalMobile = Field(None, description="Mobile number, stored as 11 digits.")
    landline: OptionalLandline = Field(None, description="With area code, such as 021-61234567-801.")
    fax: OptionalLandline = None
    email: OptionalEmail = None
    website: OptionalText200 = None
    area: OptionalText60 = Field(
        None,
        description="Province, city or district, such as 上海市浦东新区; the dictionary `area` suggests.",
    )
    address: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] | None,
        BlankIsNone,
    ] = None
    postal_code: Annotated[PostalCodeText | None, BlankIsNone] = None
    level: EntryCode | None = Field(None, description="Code of the dictionary `customer_level`.")
    satisfaction: Rating | None = Field(None, description="1 (very dissatisfied) to 5 (very satisfied).")
    credit_rating: Rating | None = Field(None, description="1 (poor) to 5 (excellent).")
    remark: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)] | None,
        BlankIsNone,
    ] = None
    manager_id: UUID | None = Field(None, description="The account that looks after the customer.")
    bank_name: OptionalText60 = None
    bank_account: Annotated[BankAccountText | None, BlankIsNone] = Field(
        None,
        description="In clear; answers show the last four digits. On update: left out keeps it, null clears it.",
    )
    id_number: Annotated[IdNumberText | None, BlankIsNone] = Field(
        None,
        description="Person or owner of a sole proprietorship. Resident ID number (GB 11643-1999) in clear, 15-digit "
        "ones are upgraded; answers mask it. "
        "On update: left out keeps it, null clears it.",
    )
    sex: Sex | None = Field(None, description="Person. Taken from the ID number when there is one.")
    birth_date: PastDay | None = Field(
        None, description="Person. Taken from the ID number when there is one."
    )
    marital_status: MaritalStatus | None = Field(
        None, description="Person. Decides which documents are asked for."
    )
    unified_social_credit_code: Annotated[CreditCodeText | None, BlankIsNone] = Field(
        None, description="Company. GB 32100-2015."
    )
    legal_representative: OptionalText60 = Field(None, description="Company; of a sole proprietor the owner.")
    registered_capital: NotNegative | None = Field(None, description="Company. CNY.")
    annual_turnover: NotNegative | None = Field(None, description="Company. CNY.")
    business_license_no: OptionalText50 = Field(None, description="Company.")
    local_tax_no: OptionalText50 = Field(None, description="Company.")
    national_tax_no: OptionalText50 = Field(None, description="Company.")


class CustomerCreate(CustomerFields):
    """A new customer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "person",
                    "name": "张伟",
                    "id_number": "11010519491231002X",
                    "phone": "13800138000",
                    "address": "上海市浦东新区世纪大道100号",
                },
                {
                    "kind": "company",
                    "name": "上海浦江科技有限公司",
                    "unified_social_credit_code": "91350100M000100Y43",
                    "legal_representative": "李娜",
                    "registered_capital": "5000000.00",
                },
            ]
        },
    )

    kind: CustomerKind
    product: EntryCode | None = Field(
        None, description="What the first case is about: a code of the dictionary `product`."
    )
    amount: LoanAmount | None = Field(None, description="CNY that the first case is about.")


class CustomerUpdate(CustomerFields):
    """The changed customer, whole: a field left out is cleared, but for ``id_number`` and ``bank_account``."""


class CustomerSummary(BaseModel):
    """A row of the customer list."""

    id: UUID
    customer_no: str
    kind: CustomerKind
    name: str
    status: CaseStatus
    rejected_final: bool
    phone: str | None
    id_number: str | None = Field(description="Masked.")
    unified_social_credit_code: str | None
    area: str | None
    level: str | None
    manager: PersonRef | None
    created_by: PersonRef
    progress: Progress
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    version: int


class CustomerRead(CustomerSummary):
    """A customer."""

    landline: str | None
    fax: str | None
    email: str | None
    website: str | None
    address: str | None
    postal_code: str | None
    satisfaction: int | None
    credit_rating: int | None
    remark: str | None
    bank_name: str | None
    bank_account: str | None = Field(description="Masked.")
    sex: Sex | None
    birth_date: date | None
    marital_status: MaritalStatus | None
    legal_representative: str | None
    registered_capital: Money | None
    annual_turnover: Money | None
    business_license_no: str | None
    local_tax_no: str | None
    national_tax_no: str | None
    can: list[Annotated[Action, vocabulary("CustomerAction")]] = Field(
        description="What you may do with it now."
    )


CustomerSort = Literal[
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
    "name",
    "-name",
    "customer_no",
    "-customer_no",
    "status",
    "-status",
    "uploaded_pct",
    "-uploaded_pct",
]


class CustomerFilter(ListQuery):
    """What both the list and its counts can be narrowed by."""

    q: SearchText | None = Field(
        None,
        description="Any part of the name, pinyin or its initials, the last four digits of a phone or ID number, "
        "a whole phone number, or a customer number.",
    )
    kind: CustomerKind | None = None
    level: list[EntryCode] = Field([], description="Any of these.")
    area: SearchText | None = Field(None, description="Beginning of the area.")
    manager_id: UUID | None = None
    created_by_id: UUID | None = None
    created_from: Day | None = Field(None, description="First day, in Shanghai.")
    created_to: Day | None = Field(None, description="Last day, in Shanghai.")
    archived: bool = Field(False, description="Show archived customers instead.")


class CustomerListQuery(CustomerFilter):
    """Search, filters and order of the customer list."""

    status: list[CaseStatus] = Field([], description="Any of these.")
    sort: list[CustomerSort] = ["-created_at"]


class StatusCounts(BaseModel):
    """How many customers stand in each state; exact up to 10 000 of each."""

    pending: int = 0
    returned: int = 0
    complete: int = 0
    reviewing: int = 0
    approved: int = 0
    rejected: int = 0
    total: int = 0
    is_estimate: bool = Field(
        False,
        description="True when a state has more than 10 000 and says 10 000; the total is then at least that.",
    )


class RevealRequest(Body):
    """Ask for a protected value in clear; the reason is kept."""

    field: Literal["id_number", "bank_account"]
    reason: Reason


class RevealedValue(BaseModel):
    """A protected value in clear. Do not store it."""

    field: Literal["id_number", "bank_account"]
    value: str
