"""How Chinese documents write amounts, dates and who issued them."""

import re
from datetime import date
from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")


def capital_amount(amount: Decimal) -> str:
    """Write yuan in the capitals that contracts use against forgery: 18500.50 is 壹万捌仟伍佰元伍角整.

    For amounts from 0 to 999 999 999 999.99, to the cent; the rules are those for filling in bank bills
    (支付结算办法, annex 1).
    """
    yuan, cents = divmod(round(amount * 100), 100)
    text = _capital_integer(yuan) + "元" if yuan or not cents else ""
    jiao, fen = divmod(cents, 10)
    if jiao:
        text += DIGITS[jiao] + "角"
    elif fen and yuan:
        text += "零"
    return text + (DIGITS[fen] + "分" if fen else "整")


def _capital_integer(number: int) -> str:
    if number == 0:
        return DIGITS[0]
    text = ""
    gap = False
    digits = str(number)
    for index, digit in enumerate(map(int, digits)):
        place = len(digits) - 1 - index
        if digit:
            text += (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[place % 4]
            gap = False
        else:
            gap = True
        if place and place % 4 == 0 and number // 10**place % 10_000:
            text += GROUPS[place // 4]
    return text


def money(amount: Decimal) -> str:
    """An amount with thousands separators and two decimals."""
    return f"{amount:,.2f}"


def long_date(day: date) -> str:
    """A date as letters carry it."""
    return f"{day.year}年{day.month}月{day.day}日"


def office(address: str, kind: str) -> str:
    """The city's office of a ``kind`` such as 公安局, with the district's branch, for an address."""
    match = re.match(r"(?:.+?省)?(.+?市)(.+?[区县市])?", address)
    if match is None:
        return kind
    city, district = match[1], match[2]
    return (
        f"{city}{kind}{district.removesuffix('区').removesuffix('新')}分局" if district else f"{city}{kind}"
    )
