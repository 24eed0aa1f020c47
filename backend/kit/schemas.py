"""Types that the schemas of several domains share."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from backend.kit.identifiers import InvalidIdentifier, parse_landline, parse_mobile


class Body(BaseModel):
    """A request body; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class PersonRef(BaseModel):
    """A member of the staff, as far as others need to know."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    display_name: str


# The extension under which a schema names its vocabulary until the document is complete.
VOCABULARY = "x-vocabulary"


def vocabulary(name: str) -> WithJsonSchema:
    """Describe a text as one of the words of a vocabulary that this module cannot know.

    For fields such as a user's permissions, whose words are declared by the domains above. The composition root
    collects the words and puts them into the OpenAPI document (`backend.openapi`).
    """
    return WithJsonSchema({"type": "string", VOCABULARY: name})


def _blank_to_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def identifier(parse: Callable[[str], str]) -> AfterValidator:
    """Bring a text into the form that ``parse`` gives it; what it refuses is an error with its code."""

    def check(value: str) -> str:
        try:
            return parse(value)
        except InvalidIdentifier as error:
            raise PydanticCustomError(error.code, str(error)) from None

    return AfterValidator(check)


# An emptied input of a form means "none", not an empty text.
BlankIsNone = BeforeValidator(_blank_to_none)
Text60 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Text200 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Mobile = Annotated[str, StringConstraints(max_length=30), identifier(parse_mobile)]
Landline = Annotated[str, StringConstraints(max_length=40), identifier(parse_landline)]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"),
]
OptionalMobile = Annotated[Mobile | None, BlankIsNone]
OptionalLandline = Annotated[Landline | None, BlankIsNone]
OptionalEmail = Annotated[Email | None, BlankIsNone]
OptionalText60 = Annotated[Text60 | None, BlankIsNone]
OptionalText200 = Annotated[Text200 | None, BlankIsNone]
