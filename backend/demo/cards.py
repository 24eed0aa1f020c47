"""Both sides of an identity card, in its proportions of 85.6 by 54 mm."""

from datetime import date
from random import Random

from PIL import Image, ImageDraw

from backend.demo.canvas import SEAL_RED, Colour, Sheet, font, portrait, rosette, waves, wrapped
from backend.demo.people import DemoPerson
from backend.demo.wording import office

SIZE = (1400, 883)
CORNER = 48
LABEL: Colour = (56, 108, 168)
PAPER: Colour = (232, 240, 246)
EDGE: Colour = (188, 198, 206)
WAVES: tuple[Colour, ...] = ((206, 222, 236), (226, 214, 224), (210, 228, 222))
SEXES = {"male": "男", "female": "女"}

# Identity Card Law, article 5: valid for ten years from 16, twenty from 26, for good from 46.
AGE_FOR_TWENTY_YEARS = 26
AGE_FOR_GOOD = 46


def id_card_front(person: DemoPerson, random: Random, today: date) -> Image.Image:
    """The side with the portrait; ``today`` has no place on it."""
    del today
    sheet = _card(random)
    label, value = 38, 44
    for y, name, content in (
        (118, "姓名", person.name),
        (208, "性别", SEXES[person.sex]),
        (298, "出生", ""),
        (392, "住址", ""),
    ):
        sheet.text((110, y), name, label, colour=LABEL)
        sheet.text((222, y - 5), content, value + (6 if name == "姓名" else 0), tracking=3)
    sheet.text((372, 208), "民族", label, colour=LABEL)
    sheet.text((484, 203), "汉", value)
    x = 222.0
    birth = person.birth_date
    for number, unit in ((birth.year, "年"), (birth.month, "月"), (birth.day, "日")):
        sheet.text((x, 293), str(number), value)
        x += font(value).getlength(str(number)) + 62
        sheet.text((x - 34, 298), unit, label, colour=LABEL)
        x += 40
    for row, line in enumerate(wrapped(person.address, value, 590)):
        sheet.text((222, 387 + row * 62), line, value, tracking=1)
    sheet.text((110, 730), "公民身份号码", label, colour=LABEL)
    sheet.text((420, 722), person.id_number, 52, tracking=7, weight=0.6)
    photo = portrait((360, 450), random, is_female=person.sex == "female", backdrop=(236, 241, 245))
    sheet.image.paste(photo, (930, 150), _rounded(photo.size, 26))
    return _cut(sheet.finish(random, grain=4))


def id_card_back(person: DemoPerson, random: Random, today: date) -> Image.Image:
    """The side with the issuing office and the validity, in force on ``today``."""
    sheet = _card(random)
    rosette(sheet, (236, 214), 128, (206, 92, 88))
    sheet.text((236, 214), "样", 62, colour=SEAL_RED, anchor="mm", weight=1)
    sheet.text((820, 150), "样本证件专用", 62, anchor="mm", tracking=26)
    sheet.text((820, 274), "居民身份证", 104, anchor="mm", tracking=30, weight=1.4)
    issued = date(today.year - random.randint(1, 9), random.randint(1, 12), random.randint(1, 28))
    sheet.text((330, 634), "签发机关", 38, colour=LABEL)
    sheet.text((530, 629), office(person.address, "公安局"), 46, tracking=2)
    sheet.text((330, 734), "有效期限", 38, colour=LABEL)
    sheet.text((530, 729), f"{issued:%Y.%m.%d}-{_expiry(person.birth_date, issued)}", 46, tracking=2)
    return _cut(sheet.finish(random, grain=4))


def _expiry(birth: date, issued: date) -> str:
    age = issued.year - birth.year - ((issued.month, issued.day) < (birth.month, birth.day))
    if age >= AGE_FOR_GOOD:
        return "长期"
    return f"{issued.replace(year=issued.year + (20 if age >= AGE_FOR_TWENTY_YEARS else 10)):%Y.%m.%d}"


def _card(random: Random) -> Sheet:
    sheet = Sheet(SIZE, PAPER)
    waves(sheet, (0, 0, *SIZE), WAVES, random)
    return sheet


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, 255)
    return mask


def _cut(card: Image.Image) -> Image.Image:
    """Cut the card out: transparent behind its round corners."""
    ImageDraw.Draw(card).rounded_rectangle((1, 1, SIZE[0] - 2, SIZE[1] - 2), CORNER, outline=EDGE, width=2)
    card.putalpha(_rounded(SIZE, CORNER))
    return card
