"""The demo's documents: readable everywhere, marked as samples, and acceptable to the upload they are made for."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageDraw

from backend.demo import canvas, cards
from backend.demo.canvas import FONT_FILE, font, wrapped
from backend.demo.drawings import (
    DRAWINGS,
    draw,
    draw_business_license,
    draw_photo,
    draw_scanned_statement,
)
from backend.demo.people import DemoCompany, DemoPerson, companies, people
from backend.demo.transactions import account_history
from backend.demo.wording import capital_amount, office
from backend.kit.files.inspect import inspect
from backend.kit.files.limits import FileLimits

TODAY = date(2026, 11, 16)
MISSING = "\U0010ffff"
SOURCES = Path(canvas.__file__).parent


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a repeatable drawing is the point


@pytest.fixture(scope="module")
def person() -> DemoPerson:
    return next(people(seeded(1)))


@pytest.fixture(scope="module")
def company() -> DemoCompany:
    return next(companies(seeded(2), people(seeded(2))))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is drawn from now on; seals and tracked lines come a character at a time."""
    texts: list[str] = []
    original = ImageDraw.ImageDraw.text

    def text(
        self: ImageDraw.ImageDraw, xy: tuple[float, float], text: str, *args: object, **kwargs: object
    ) -> None:
        texts.append(text)
        original(self, xy, text, *args, **kwargs)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    canvas._watermark.cache_clear()
    canvas._seal.cache_clear()
    return texts


def glyph(character: str) -> bytes:
    return bytes(font(40).getmask(character))


def missing_from_font(characters: set[str]) -> set[str]:
    box = glyph(MISSING)
    return {character for character in characters if character.isprintable() and glyph(character) == box}


def test_font_is_small_free_and_has_every_listed_character() -> None:
    assert FONT_FILE.stat().st_size < 1024 * 1024
    assert "SIL OPEN FONT LICENSE" in (FONT_FILE.parent / "OFL.txt").read_text()
    assert missing_from_font(set((FONT_FILE.parent / "characters.txt").read_text())) == set()


def test_font_has_every_character_of_the_demo() -> None:
    texts = "".join(path.read_text() for path in SOURCES.glob("*.py"))
    assert missing_from_font(set(texts)) == set()


def test_missing_character_would_be_noticed() -> None:
    assert missing_from_font({"样", "龘"}) == {"龘"}


@pytest.mark.parametrize("document_type", DRAWINGS)
def test_document_is_legible_about_its_person_and_marked(
    document_type: str, person: DemoPerson, written: list[str]
) -> None:
    data = draw(document_type, person, seeded(3), today=TODAY)
    assert missing_from_font(set("".join(written))) == set()
    assert canvas.WATERMARK in written
    text = "".join(written)
    if document_type == "id_card_back":
        assert "公安局" in text
    else:
        assert person.name in text
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    assert 1200 <= image.width <= 2000
    assert 100_000 < len(data) < 600_000


@pytest.mark.parametrize("document_type", DRAWINGS)
def test_same_seed_draws_the_same_bytes(document_type: str, person: DemoPerson) -> None:
    first = draw(document_type, person, seeded(4), today=TODAY)
    assert first == draw(document_type, person, seeded(4), today=TODAY)
    assert first != draw(document_type, person, seeded(5), today=TODAY)


async def test_photo_is_upright_only_by_its_orientation(person: DemoPerson, tmp_path: Path) -> None:
    data = draw_photo("id_card_front", person, seeded(6), today=TODAY)
    assert data == draw_photo("id_card_front", person, seeded(6), today=TODAY)
    stored = Image.open(io.BytesIO(data))
    assert stored.getexif()[0x0112] == 6
    assert stored.height > stored.width
    path = tmp_path / "IMG_0001.JPG"
    path.write_bytes(data)
    facts = await inspect(path, limits=FileLimits())
    assert (facts.width, facts.height) == (stored.height, stored.width)


async def test_scanned_statement_is_a_passive_pdf(person: DemoPerson, tmp_path: Path) -> None:
    data = draw_scanned_statement(person, seeded(7), today=TODAY)
    assert data == draw_scanned_statement(person, seeded(7), today=TODAY)
    assert len(data) < 2_000_000
    path = tmp_path / "scan.pdf"
    path.write_bytes(data)
    facts = await inspect(path, limits=FileLimits())
    assert facts.content_type == "application/pdf"
    assert facts.page_count == 6


def test_business_license_names_the_company(company: DemoCompany, written: list[str]) -> None:
    data = draw_business_license(company, seeded(8), today=TODAY)
    assert Image.open(io.BytesIO(data)).format == "JPEG"
    assert {company.name, company.credit_code, company.representative.name, canvas.WATERMARK} <= set(written)
    assert missing_from_font(set("".join(written))) == set()


@pytest.mark.parametrize("seed", range(20))
def test_account_adds_up_and_is_never_overdrawn(seed: int) -> None:
    holder = next(people(seeded(seed)))
    history = account_history(holder, seeded(seed), until=TODAY, lines=200)
    assert len(history) == 200
    for before, after in pairwise(history):
        assert after.balance == before.balance + after.amount
        assert after.day >= before.day
    assert all(line.balance > 0 and line.balance == round(line.balance, 2) for line in history)
    assert history[-1].day <= TODAY
    assert {line.counterparty for line in history if line.summary == "工资"} == {holder.employer}


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("7", "柒元整"),
        ("10", "壹拾元整"),
        ("100.05", "壹佰元零伍分"),
        ("1004.10", "壹仟零肆元壹角整"),
        ("18500", "壹万捌仟伍佰元整"),
        ("18500.56", "壹万捌仟伍佰元伍角陆分"),
        ("10010", "壹万零壹拾元整"),
        ("1000500", "壹佰万零伍佰元整"),
        ("100000000", "壹亿元整"),
        ("100010000", "壹亿零壹万元整"),
        ("19500000", "壹仟玖佰伍拾万元整"),
    ],
)
def test_amount_in_capitals(amount: str, text: str) -> None:
    assert capital_amount(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("上海市浦东新区张杨路8弄1号101室", "上海市公安局浦东分局"),
        ("上海市徐汇区虹桥路100号", "上海市公安局徐汇分局"),
        ("江苏省苏州市虎丘区滨河路6号", "苏州市公安局虎丘分局"),
        ("某地", "公安局"),
    ],
)
def test_office_of_an_address(address: str, name: str) -> None:
    assert office(address, "公安局") == name


@pytest.mark.parametrize(
    ("age", "expiry"),
    [(16, "2030.05.06"), (25, "2030.05.06"), (26, "2040.05.06"), (45, "2040.05.06"), (46, "长期")],
)
def test_card_is_valid_for_as_long_as_the_law_says(age: int, expiry: str) -> None:
    issued = date(2020, 5, 6)
    assert cards._expiry(date(2020 - age, 5, 6), issued) == expiry
    day_before_birthday = date(2020 - age - 1, 5, 6) + timedelta(days=1)
    assert cards._expiry(day_before_birthday, issued) == expiry


def test_lines_break_where_they_may() -> None:
    lines = wrapped("月收入为人民币￥18,500.00元，大写壹万捌仟伍佰元整。", 30, 300)
    assert "".join(lines) == "月收入为人民币￥18,500.00元，大写壹万捌仟伍佰元整。"
    assert any("￥18,500.00" in line for line in lines)
    assert not any(re.match("[，。]", line) for line in lines)
    assert all(font(30).getlength(line.rstrip("，。")) <= 300 for line in lines)
    assert wrapped("甲\n乙", 30, 300) == ["甲", "乙"]
