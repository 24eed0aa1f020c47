import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from backend.kit.identifiers import (
    IdNumber,
    InvalidIdentifier,
    complete_credit_code,
    parse_bank_account,
    parse_credit_code,
    parse_id_number,
    parse_landline,
    parse_mobile,
    parse_postal_code,
    passes_luhn,
)

# The front end checks the same texts: both implementations must agree on each.
VECTORS = json.loads((Path(__file__).parent / "identifiers.json").read_text())
TODAY = date.fromisoformat(VECTORS["today"])
PARSERS: Mapping[str, Callable[[str], str]] = {
    "id_number": lambda text: parse_id_number(text, today=TODAY).value,
    "credit_code": parse_credit_code,
    "mobile": parse_mobile,
    "landline": parse_landline,
    "bank_account": parse_bank_account,
    "postal_code": parse_postal_code,
}


def cases(verdict: str) -> list[tuple[str, str, str]]:
    return [(kind, text, said) for kind, texts in VECTORS[verdict].items() for text, said in texts.items()]


def test_every_kind_has_vectors_of_both_sorts() -> None:
    assert VECTORS["right"].keys() == VECTORS["wrong"].keys() == PARSERS.keys()


@pytest.mark.parametrize(("kind", "text", "value"), cases("right"))
def test_a_right_text_has_one_normal_form(kind: str, text: str, value: str) -> None:
    assert PARSERS[kind](text) == value
    assert PARSERS[kind](value) == value


@pytest.mark.parametrize(("kind", "text", "code"), cases("wrong"))
def test_a_wrong_text_is_refused_with_its_code(kind: str, text: str, code: str) -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        PARSERS[kind](text)

    assert caught.value.code == code


@pytest.mark.parametrize("code", VECTORS["right"]["credit_code"].values())
def test_the_check_characters_of_a_credit_code_follow_from_the_others(code: str) -> None:
    assert complete_credit_code(code[:16]) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11010519491231002X", IdNumber("11010519491231002X", "female", date(1949, 12, 31), "110105")),
        ("440524188001010014", IdNumber("440524188001010014", "male", date(1880, 1, 1), "440524")),
        ("810000199408230021", IdNumber("810000199408230021", "female", date(1994, 8, 23), "810000")),
        ("310115202611200019", IdNumber("310115202611200019", "male", date(2026, 11, 20), "310115")),
    ],
)
def test_id_number_tells_sex_birth_date_and_region(text: str, expected: IdNumber) -> None:
    assert parse_id_number(text, today=TODAY) == expected


def test_every_single_wrong_digit_of_an_id_number_is_noticed() -> None:
    valid = "440524188001010014"
    mistyped = [
        valid[:place] + digit + valid[place + 1 :]
        for place in range(18)
        for digit in "0123456789"
        if digit != valid[place]
    ]

    for text in mistyped:
        with pytest.raises(InvalidIdentifier):
            parse_id_number(text, today=TODAY)


def test_refusal_never_quotes_the_number() -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        parse_id_number("23023019950212522X", today=TODAY)

    assert "2302" not in f"{caught.value} {caught.value.detail}"


@pytest.mark.parametrize("digits", ["4111111111111111", "6222021001116245702", "79927398713"])
def test_luhn(digits: str) -> None:
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)

    assert passes_luhn(digits)
    assert not passes_luhn(wrong)
