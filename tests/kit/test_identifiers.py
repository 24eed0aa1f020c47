from collections.abc import Callable
from datetime import date

import pytest

from backend.kit.identifiers import (
    IdNumber,
    InvalidIdentifier,
    complete_credit_code,
    complete_id_number,
    parse_bank_account,
    parse_credit_code,
    parse_id_number,
    parse_landline,
    parse_mobile,
    parse_postal_code,
    passes_luhn,
)

TODAY = date(2026, 11, 21)


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


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002x",
        " 11010519491231002X\n",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105491231002",
    ],
    ids=["lower case", "blanks around", "full width", "15 digits"],
)
def test_id_number_has_one_normal_form(text: str) -> None:
    assert parse_id_number(text, today=TODAY).value == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "id_number.length"),
        ("1101051949123100", "id_number.length"),
        ("11010519491231002X0", "id_number.length"),
        ("1101051949123100XX", "id_number.characters"),
        ("11010549123100X", "id_number.characters"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "id_number.characters"),
        (complete_id_number("99010519491231002"), "id_number.region"),
        (complete_id_number("11010519490231002"), "id_number.birth_date"),
        (complete_id_number("11010519001329002"), "id_number.birth_date"),
        (complete_id_number("11010519000229002"), "id_number.birth_date"),
        (complete_id_number("11010517991231002"), "id_number.birth_date"),
        (complete_id_number("31011520261121001"), "id_number.birth_date"),
        (complete_id_number("31011520990101001"), "id_number.birth_date"),
        ("23023019950212522X", "id_number.checksum"),
    ],
)
def test_wrong_id_number(text: str, code: str) -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        parse_id_number(text, today=TODAY)

    assert caught.value.code == code


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


@pytest.mark.parametrize(
    "text",
    [
        "91350100M000100Y43",
        "914403001922038216",
        "9144030071526726XG",
        "91330100799655058B",
        "91440101MA5CJQ4N59",
        "123502001549897397",
    ],
)
def test_credit_code(text: str) -> None:
    assert parse_credit_code(text) == text
    assert complete_credit_code(text[:16]) == text


@pytest.mark.parametrize("text", [" 9144030071526726xg ", "９１４４０３００７１５２６７２６ＸＧ"])
def test_credit_code_has_one_normal_form(text: str) -> None:
    assert parse_credit_code(text) == "9144030071526726XG"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "credit_code.length"),
        ("110105491231002", "credit_code.length"),
        ("91350100M000100I43", "credit_code.characters"),
        ("91350100M000100O43", "credit_code.characters"),
        ("91350100M000100-43", "credit_code.characters"),
        ("91350100M000100Y44", "credit_code.checksum"),
        ("91350010M000100Y43", "credit_code.checksum"),
        ("91350100M000100Y56", "credit_code.organization_code"),
    ],
)
def test_wrong_credit_code(text: str, code: str) -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        parse_credit_code(text)

    assert caught.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        " 138 0013 8000 ",
        "138-0013-8000",
        "+86 13800138000",
        "0086-13800138000",
        "１３８００１３８０００",
    ],
)
def test_mobile(text: str) -> None:
    assert parse_mobile(text) == "13800138000"


@pytest.mark.parametrize(
    "text", ["", "12800138000", "1380013800", "138001380000", "+85213800138000", "1380013800a"]
)
def test_wrong_mobile(text: str) -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        parse_mobile(text)

    assert caught.value.code == "phone.invalid"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02161234567", "021-61234567"),
        ("021-61234567", "021-61234567"),
        ("(021) 6123 4567", "021-61234567"),
        ("（０２１）６１２３４５６７", "021-61234567"),
        ("021—6123-4567", "021-61234567"),
        ("+86 21 61234567", "021-61234567"),
        ("0086-021-61234567", "021-61234567"),
        ("021-61234567-801", "021-61234567-801"),
        ("021-61234567转801", "021-61234567-801"),
        ("021-61234567 ext. 801", "021-61234567-801"),
        ("0571-8765432", "0571-8765432"),
        ("057187654321", "0571-87654321"),
        ("4008208820", "400-820-8820"),
        ("800-820-8820", "800-820-8820"),
        ("+86 400 820 8820", "400-820-8820"),
        ("400-820-8820转2", "400-820-8820-2"),
    ],
)
def test_landline(text: str, expected: str) -> None:
    assert parse_landline(text) == expected
    assert parse_landline(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "61234567",
        "021-612345",
        "021-612345678",
        "021-11234567",
        "21-61234567",
        "021-61234567-",
        "13800138000",
    ],
)
def test_wrong_landline(text: str) -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        parse_landline(text)

    assert caught.value.code == "landline.invalid"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6222 0210 0111 6245 702", "6222021001116245702"),
        ("６２２２-０２１０-０１１１", "622202100111"),
        ("1" * 30, "1" * 30),
    ],
)
def test_bank_account(text: str, expected: str) -> None:
    assert parse_bank_account(text) == expected


@pytest.mark.parametrize(
    ("parse", "text", "code"),
    [
        (parse_bank_account, "1" * 11, "bank_account.invalid"),
        (parse_bank_account, "1" * 31, "bank_account.invalid"),
        (parse_bank_account, "62220210011162457O2", "bank_account.invalid"),
        (parse_postal_code, "20012", "postal_code.invalid"),
        (parse_postal_code, "2001200", "postal_code.invalid"),
        (parse_postal_code, "20012a", "postal_code.invalid"),
    ],
)
def test_wrong_bank_account_and_postal_code(parse: Callable[[str], str], text: str, code: str) -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        parse(text)

    assert caught.value.code == code


def test_postal_code() -> None:
    assert parse_postal_code(" ２００１２０ ") == "200120"


@pytest.mark.parametrize("digits", ["4111111111111111", "6222021001116245702", "79927398713"])
def test_luhn(digits: str) -> None:
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)

    assert passes_luhn(digits)
    assert not passes_luhn(wrong)
