"""Numbers that Chinese people and companies go by: checked, and brought to one normal form."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

# GB/T 2260 provinces; 81 to 83 are residence permits of people from Hong Kong, Macau and Taiwan.
_PROVINCES: Final = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
# GB 11643 was made when people born in the 1800s still lived; its own example is from 1880.
_OLDEST_BIRTH_YEAR: Final = 1800

_ID_NUMBER_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_NUMBER_CHECKS: Final = "10X98765432"

_CREDIT_CODE_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

_ORGANIZATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANIZATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANIZATION_CHECKS: Final = "0X987654321"

_DASHES: Final = re.compile(r"[\u2010-\u2015]")
_BLANKS_AND_DASHES: Final = re.compile(r"[\s\-\u2010-\u2015]")
_MOBILE: Final = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
_EXTENSION: Final = r"(?:(?:-|转|分机|ext\.?|x|#)([0-9]{1,6}))?"
_LANDLINE: Final = re.compile(
    r"(?:(?:\+|00)86-?0?|0)(10|2[0-9]|[3-9][0-9]{2})-?([2-9][0-9]{2,3})-?([0-9]{4})" + _EXTENSION
)
_SERVICE_LINE: Final = re.compile(r"(?:(?:\+|00)86-?)?([48]00)-?([0-9]{3})-?([0-9]{4})" + _EXTENSION)


class InvalidIdentifier(ValueError):
    """A number that breaks its rule: a frozen ``code`` and an English ``detail`` that does not quote it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code: Final = code
        self.detail: Final = detail


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A resident identity number and what it says about its holder."""

    value: str
    sex: Literal["male", "female"]
    birth_date: date
    region_code: str


def parse_id_number(text: str, *, today: date) -> IdNumber:
    """Check a resident identity number (GB 11643-1999) and give its 18-character form.

    Numbers of 15 digits, issued until 1999, are upgraded. A birth lies before ``today``, the date in China.

    Raises:
        InvalidIdentifier: ``id_number.length``, ``.characters``, ``.region``, ``.birth_date``, ``.checksum``.
    """
    value = unicodedata.normalize("NFKC", text).strip().upper()
    if len(value) not in {15, 18}:
        raise InvalidIdentifier(
            "id_number.length", "An ID number has 18 characters (or 15, if issued before 1999)."
        )
    if not re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9X]", value):
        raise InvalidIdentifier(
            "id_number.characters", "An ID number is digits; only the last of 18 may be X."
        )
    if len(value) == 15:  # noqa: PLR2004
        value = complete_id_number(f"{value[:6]}19{value[6:]}")
    if not _PROVINCES.match(value):
        raise InvalidIdentifier("id_number.region", "The first two digits name no province.")
    birth_date = _birth_date(value[6:14])
    if birth_date is None or birth_date.year < _OLDEST_BIRTH_YEAR or birth_date >= today:
        raise InvalidIdentifier("id_number.birth_date", "Digits 7 to 14 are no possible date of birth.")
    if value != complete_id_number(value[:17]):
        raise InvalidIdentifier(
            "id_number.checksum", "The last character does not match the other 17: a typing error."
        )
    return IdNumber(
        value=value,
        sex="male" if int(value[16]) % 2 else "female",
        birth_date=birth_date,
        region_code=value[:6],
    )


def _birth_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def complete_id_number(first_17: str) -> str:
    """Append the check character of GB 11643-1999 (ISO 7064, MOD 11-2) to 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _ID_NUMBER_WEIGHTS, strict=True))
    return first_17 + _ID_NUMBER_CHECKS[total % 11]


def parse_credit_code(text: str) -> str:
    """Check a unified social credit code (GB 32100-2015) and the organization code inside it (GB 11714-1997).

    Both checks hold for every code given out by the standard; a few from the pilot of 2015 break them and
    have since been replaced.

    Raises:
        InvalidIdentifier: ``credit_code.length``, ``.characters``, ``.checksum`` or ``.organization_code``.
    """
    value = unicodedata.normalize("NFKC", text).strip().upper()
    if len(value) != 18:  # noqa: PLR2004
        raise InvalidIdentifier("credit_code.length", "A unified social credit code has 18 characters.")
    if not set(value) <= set(_CREDIT_CODE_ALPHABET):
        raise InvalidIdentifier(
            "credit_code.characters",
            "A unified social credit code is digits and capitals without I, O, S, V and Z.",
        )
    if value[17] != _credit_code_check(value[:17]):
        raise InvalidIdentifier(
            "credit_code.checksum", "The last character does not match the other 17: a typing error."
        )
    if value[16] != _organization_check(value[8:16]):
        raise InvalidIdentifier(
            "credit_code.organization_code",
            "Characters 9 to 17 are no organization code: their check is wrong.",
        )
    return value


def complete_credit_code(first_16: str) -> str:
    """Append the check characters of the organization code and of the whole to the 16 with a meaning."""
    first_17 = first_16 + _organization_check(first_16[8:])
    return first_17 + _credit_code_check(first_17)


def _credit_code_check(first_17: str) -> str:
    values = map(_CREDIT_CODE_ALPHABET.index, first_17)
    total = sum(value * weight for value, weight in zip(values, _CREDIT_CODE_WEIGHTS, strict=True))
    return _CREDIT_CODE_ALPHABET[-total % 31]


def _organization_check(first_8: str) -> str:
    values = map(_ORGANIZATION_ALPHABET.index, first_8)
    total = sum(value * weight for value, weight in zip(values, _ORGANIZATION_WEIGHTS, strict=True))
    return _ORGANIZATION_CHECKS[total % 11]


def parse_mobile(text: str) -> str:
    """Give the 11 digits of a mobile number of mainland China, typed with or without blanks, dashes and +86.

    Raises:
        InvalidIdentifier: ``phone.invalid``.
    """
    match = _MOBILE.fullmatch(_BLANKS_AND_DASHES.sub("", unicodedata.normalize("NFKC", text)))
    if match is None:
        raise InvalidIdentifier("phone.invalid", "A mobile number has 11 digits and begins with 13 to 19.")
    return match[1]


def parse_landline(text: str) -> str:
    """Give a landline as ``021-61234567`` (extension: ``021-61234567-801``), a 400 line as ``400-820-8820``.

    Raises:
        InvalidIdentifier: ``landline.invalid``.
    """
    compact = re.sub(r"[\s()]", "", _DASHES.sub("-", unicodedata.normalize("NFKC", text))).lower()
    if match := _SERVICE_LINE.fullmatch(compact):
        parts = list(match.groups())
    elif match := _LANDLINE.fullmatch(compact):
        area, first, last, extension = match.groups()
        parts = [f"0{area}", first + last, extension]
    else:
        raise InvalidIdentifier(
            "landline.invalid",
            "A landline is area code and number, such as 021-61234567, and perhaps an extension.",
        )
    return "-".join(filter(None, parts))


def parse_bank_account(text: str) -> str:
    """Give the 12 to 30 digits of a bank card or account, typed with or without blanks and dashes.

    The check digit is left to ``passes_luhn``: cards carry one, many company accounts do not.

    Raises:
        InvalidIdentifier: ``bank_account.invalid``.
    """
    value = _BLANKS_AND_DASHES.sub("", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{12,30}", value):
        raise InvalidIdentifier("bank_account.invalid", "A bank account has 12 to 30 digits.")
    return value


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1), as on a bank card."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(value // 10 + value % 10 for value in doubled)) % 10 == 0


def parse_postal_code(text: str) -> str:
    """Give the six digits of a postal code of mainland China.

    Raises:
        InvalidIdentifier: ``postal_code.invalid``.
    """
    value = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"[0-9]{6}", value):
        raise InvalidIdentifier("postal_code.invalid", "A postal code has six digits.")
    return value
