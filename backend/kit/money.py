"""Amounts of money as they travel and are stored."""

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

_CENT: Final = Decimal("0.01")


def _refuse_binary(value: Any) -> Any:
    if isinstance(value, float | bool):
        raise ValueError('Send money as a decimal string, such as "1234.50".')  # noqa: TRY004
    return value


def _with_cents(value: Decimal) -> Decimal:
    # Adding zero turns -0 into 0.
    return value.quantize(_CENT) + 0


Money = Annotated[
    Decimal,
    Field(max_digits=18, decimal_places=2),
    BeforeValidator(_refuse_binary),
    AfterValidator(_with_cents),
    PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,16}(\.\d{1,2})?$", "examples": ["1234.50"]}),
]
"""An amount of NUMERIC(18,2), a decimal string in JSON. More than two decimals are refused, never rounded."""
