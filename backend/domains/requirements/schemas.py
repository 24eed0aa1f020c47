"""What the requirement routes take and give."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.domains.customers.reference import CustomerKind
from backend.domains.dictionary.reference import EntryCode
from backend.domains.documents.reference import TypeCode
from backend.domains.requirements.models import Need
from backend.kit.schemas import BlankIsNone, Body, OptionalText200, Text60

ConditionFieldName = Literal["marital_status", "sex", "level"]
Pages = Annotated[int, Field(ge=1, le=200)]
Months = Annotated[int, Field(ge=1, le=60)]
Days = Annotated[int, Field(ge=1, le=3_650)]


class RequirementItemFields(Body):
    """One document type of a set, and what a document of it must be like."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")

    document_type: TypeCode
    need: Need = Need.REQUIRED
    group_name: Annotated[Text60 | None, BlankIsNone] = Field(
        None, description="With `one_of`: what the group is called; one of its items is enough."
    )
    condition_field: ConditionFieldName | None = Field(
        None, description="Asked for only when this field of the customer has one of the values."
    )
    condition_values: list[EntryCode] = Field([], max_length=20)
    min_pages: Pages | None = Field(None, description="Of all documents of the type together.")
    covers_months: Months | None = Field(None, description="How long a time they must cover without a gap.")
    max_age_days: Days | None = Field(
        None, description="Days since the day of issue or, unless it is stated, of the upload."
    )
    asks_expiry: bool = Field(
        False, description="A document counts once it is stated until when it is valid."
    )
    hint_zh: OptionalText200 = None
    hint_en: OptionalText200 = None


class RequirementSetFields(Body):
    """The changeable part of a set."""

    name_zh: Text60
    name_en: Text60
    kinds: list[CustomerKind] = Field(min_length=1, max_length=3)
    products: list[EntryCode] = Field(
        [], max_length=50, description="Codes of the dictionary `product`; none means any, or none yet."
    )
    is_active: bool = True
    items: list[RequirementItemFields] = Field(max_length=100, description="In their order.")


class RequirementSetCreate(RequirementSetFields):
    """A new set; it comes last."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "code": "home_renovation",
                    "name_zh": "装修贷",
                    "name_en": "Home renovation",
                    "kinds": ["person"],
                    "items": [{"document_type": "property_proof", "need": "required"}],
                }
            ]
        },
    )

    code: TypeCode


class RequirementSetRead(RequirementSetFields):
    """A requirement set."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    sort_order: int
    version: int


class RequirementSetList(BaseModel):
    """All requirement sets in their order, those out of use included."""

    items: list[RequirementSetRead]


class RequirementSetOrder(Body):
    """The order of all sets."""

    codes: list[TypeCode] = Field(max_length=500)
