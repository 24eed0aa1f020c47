from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from backend.kit.money import Money

MONEY: TypeAdapter[Decimal] = TypeAdapter(Money)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("1234.5", "1234.50"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("-0.01", "-0.01"),
        (100, "100.00"),
        (Decimal("9999999999999999.99"), "9999999999999999.99"),
        ("1e3", "1000.00"),
    ],
)
def test_money_is_exact_and_shows_cents(given: Any, shown: str) -> None:
    amount = MONEY.validate_python(given)

    assert amount == Decimal(shown)
    assert MONEY.dump_json(amount) == f'"{shown}"'.encode()
    assert MONEY.validate_json(f'"{shown}"') == amount


@pytest.mark.parametrize(
    "given",
    ["0.005", "1.999", "10000000000000000.00", "1e20", "NaN", "Infinity", "", "12,50", 12.5, True, None],
)
def test_money_is_never_rounded_or_guessed(given: Any) -> None:
    with pytest.raises(ValidationError):
        MONEY.validate_python(given)


def test_a_json_number_with_decimals_is_refused() -> None:
    with pytest.raises(ValidationError, match="decimal string"):
        MONEY.validate_json("0.1")


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_schema_says_string(mode: Any) -> None:
    assert MONEY.json_schema(mode=mode)["type"] == "string"
