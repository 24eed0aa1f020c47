"""What the dictionary routes take and give."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.domains.dictionary.models import Color
from backend.kit.schemas import Body, Text60

EntryCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")]


class EntryFields(Body):
    """The changeable part of an entry."""

    label_zh: Text60
    label_en: Text60
    color: Color | None = None
    is_active: bool = Field(True, description="False hides it from new choices; what has it stays readable.")


class EntryCreate(EntryFields):
    """A new entry; it comes last."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"code": "vip", "label_zh": "贵宾客户", "label_en": "VIP", "color": "purple"}]
        },
    )

    code: EntryCode


class EntryOrder(Body):
    """The order of all entries of a dictionary."""

    codes: list[EntryCode] = Field(max_length=1_000)


class EntryRead(BaseModel):
    """An entry of a dictionary."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    label_zh: str
    label_en: str
    color: Color | None
    is_active: bool
    is_builtin: bool = Field(description="It can be renamed, not removed or taken out of use.")
    version: int


class EntryList(BaseModel):
    """The entries of a dictionary in their order, those out of use included."""

    items: list[EntryRead]


class DictionaryRead(BaseModel):
    """A dictionary."""

    code: str
    label_zh: str
    label_en: str
    is_fixed: bool = Field(description="Its entries can be renamed, and that is all.")
    entries: list[EntryRead] = Field(description="In their order, those out of use included.")


class DictionaryList(BaseModel):
    """All dictionaries."""

    items: list[DictionaryRead]


class EntryUsage(BaseModel):
    """How many rows have an entry."""

    code: str
    count: int


class DictionaryUsage(BaseModel):
    """How often the entries of a dictionary are used; those that are not are left out."""

    items: list[EntryUsage]
