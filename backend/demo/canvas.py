"""Paper, ink, stamps and faces for the documents of the demo data.

The font is a subset of Noto Sans CJK SC (SIL Open Font License, ``assets/OFL.txt``), so that nothing depends on the
fonts of the machine. It holds ``assets/characters.txt``: GB 2312 level 1 and what names and amounts add. Made by::

    pyftsubset NotoSansCJK-Regular.ttc --font-number=2 --text-file=characters.txt --unicodes=20 --no-hinting
      --notdef-outline --layout-features= --drop-tables+=BASE,GDEF,GPOS,GSUB,VORG,vhea,vmtx --name-IDs='*'
      --name-languages=0x409 --output-file=NotoSansCJKsc-subset.otf
"""

import functools
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]

FONT_FILE = Path(__file__).with_name("assets") / "NotoSansCJKsc-subset.otf"
WATERMARK = "样本 SAMPLE"
JPEG_QUALITY = 85
CLOSING = "，。；：、）”》"

INK: Colour = (38, 38, 42)
FADED: Colour = (112, 112, 118)
RULE: Colour = (150, 150, 156)
SEAL_RED: Colour = (200, 38, 42)


@functools.cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font of all documents; ``size`` in pixels."""
    return ImageFont.truetype(FONT_FILE, size)


class Sheet:
    """A piece of paper to write on; all lengths in pixels."""

    def __init__(self, size: tuple[int, int], paper: Colour = (252, 251, 248)) -> None:
        self.image = Image.new("RGB", size, paper)
        self.draw = ImageDraw.Draw(self.image)

    def text(
        self,
        position: Point,
        text: str,
        size: int,
        *,
        colour: Colour = INK,
        weight: float = 0,
        anchor: str = "la",
        tracking: float = 0,
    ) -> None:
        """Write one line; ``weight`` thickens the strokes, ``tracking`` widens the gaps between characters."""
        if not tracking:
            self.draw.text(position, text, colour, font(size), anchor, stroke_width=weight)
            return
        widths = [font(size).getlength(character) + tracking for character in text]
        x, y = position
        if anchor[0] == "m":
            x -= (sum(widths) - tracking) / 2
        elif anchor[0] == "r":
            x -= sum(widths) - tracking
        for character, width in zip(text, widths, strict=True):
            self.draw.text((x, y), character, colour, font(size), "l" + anchor[1], stroke_width=weight)
            x += width

    def paragraph(
        self,
        position: Point,
        text: str,
        size: int,
        width: float,
        *,
        leading: float = 1.8,
        colour: Colour = INK,
    ) -> float:
        """Write lines of at most ``width`` and return where the next line would start."""
        x, y = position
        for line in wrapped(text, size, width):
            self.text((x, y), line, size, colour=colour)
            y += size * leading
        return y

    def table(
        self,
        position: Point,
        widths: Sequence[int],
        rows: Sequence[Sequence[str]],
        *,
        size: int,
        height: int,
        head: Colour | None = None,
        right: frozenset[int] = frozenset(),
        rule: Colour = RULE,
    ) -> float:
        """Draw a ruled table and return its bottom; columns in ``right`` are set flush right."""
        left, top = position
        bottom = top + height * len(rows)
        total = sum(widths)
        if head is not None:
            self.draw.rectangle((left, top, left + total, top + height), head)
        for number, row in enumerate(rows):
            middle = top + height * (number + 0.5)
            x = left
            for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
                flush = column in right
                self.text(
                    (x + width - 12 if flush else x + 12, middle),
                    cell,
                    size,
                    anchor="rm" if flush else "lm",
                    weight=0.5 if head is not None and not number else 0,
                )
                x += width
            self.draw.line((left, top + height * number, left + total, top + height * number), rule)
        self.draw.line((left, bottom, left + total, bottom), rule)
        x = left
        for width in (0, *widths):
            x += width
            self.draw.line((x, top, x, bottom), rule)
        return bottom

    def stamp(self, centre: Point, name: str, kind: str, random: Random, diameter: int = 250) -> None:
        """Press a round company seal, a little turned and unevenly inked."""
        seal = _seal(name, kind, diameter).rotate(random.uniform(-14, 14), Image.Resampling.BICUBIC)
        ink = _grain(seal.size, random, coarse=5).point(lambda value: 120 + value // 2)
        self.image.paste(
            SEAL_RED,
            (round(centre[0] - seal.width / 2), round(centre[1] - seal.height / 2)),
            ImageChops.multiply(seal, ink),
        )

    def finish(self, random: Random, *, grain: int = 4) -> Image.Image:
        """The sheet with its 样本 watermark and the grain of paper, ``grain`` steps of 256 deep."""
        self.image.paste((128, 128, 140), mask=_watermark(self.image.size))
        return with_grain(self.image, random, grain)


def wrapped(text: str, size: int, width: float) -> list[str]:
    """Break a text into lines: anywhere but before closing punctuation and inside numbers and Latin words."""
    lines, line = [], ""
    for piece in re.findall(r"[￥!-~]+|.|\n", text):
        if piece == "\n":
            lines.append(line)
            line = ""
        elif piece not in CLOSING and font(size).getlength(line + piece) > width:
            lines.append(line)
            line = piece
        else:
            line += piece
    return [*lines, line]


def jpeg(image: Image.Image, *, exif: Image.Exif | None = None) -> bytes:
    """The picture, on white where it is transparent, as a phone or a scanner would save it."""
    if image.mode == "RGBA":
        page = Image.new("RGB", image.size, "white")
        page.paste(image, mask=image.getchannel("A"))
        image = page
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=JPEG_QUALITY, dpi=(150, 150), exif=exif or Image.Exif())
    return buffer.getvalue()


def with_grain(image: Image.Image, random: Random, depth: int) -> Image.Image:
    """Add noise of plus or minus ``depth`` to all channels alike."""
    noise = _grain(image.size, random).point(lambda value: 128 + round((value - 128) * depth / 128))
    return ImageChops.add(image, Image.merge("RGB", [noise] * 3), offset=-128)


def waves(sheet: Sheet, box: tuple[int, int, int, int], colours: Sequence[Colour], random: Random) -> None:
    """Fill a box with the fine wavy lines of security paper."""
    left, top, right, bottom = box
    for index, y in enumerate(range(top - 20, bottom + 20, 9)):
        phase = random.uniform(0, 0.4) + index * 0.35
        line = [
            (x, y + 7 * math.sin(x / 46 + phase) + 4 * math.sin(x / 19 - phase))
            for x in range(left, right + 12, 12)
        ]
        sheet.draw.line(line, colours[index % len(colours)], 1)


def rosette(sheet: Sheet, centre: Point, radius: float, colour: Colour, petals: int = 12) -> None:
    """An ornament where a real document carries an emblem."""
    steps = 360
    for turn in range(5):
        points = []
        for step in range(steps + 1):
            angle = 2 * math.pi * step / steps
            reach = radius * (0.74 + 0.22 * math.cos(petals * angle + turn * math.pi / 5))
            points.append((centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle)))
        sheet.draw.line(points, colour, 2)
    for reach in (radius, radius * 0.4):
        x, y = centre
        sheet.draw.ellipse((x - reach, y - reach, x + reach, y + reach), outline=colour, width=3)


def portrait(size: tuple[int, int], random: Random, *, is_female: bool, backdrop: Colour) -> Image.Image:
    """A drawn head and shoulders, recognisably nobody."""
    width, height = size
    image = Image.new("RGB", size, backdrop)
    draw = ImageDraw.Draw(image)
    skin = random.choice(((238, 205, 180), (229, 192, 164), (242, 214, 192)))
    shade = (skin[0] - 22, skin[1] - 26, skin[2] - 28)
    hair = random.choice(((34, 30, 30), (44, 36, 34), (28, 28, 32)))
    coat = random.choice(((46, 56, 78), (62, 62, 68), (84, 60, 62), (52, 74, 72)))

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        return left * width, top * height, right * width, bottom * height

    if is_female:
        draw.rounded_rectangle(box(0.24, 0.16, 0.76, 0.74), 0.24 * width, hair)
    draw.ellipse(box(0.04, 0.72, 0.96, 1.45), coat)
    collar = [(0.40 * width, 0.74 * height), (0.60 * width, 0.74 * height), (0.5 * width, 0.92 * height)]
    draw.polygon(collar, (246, 246, 246))
    draw.rounded_rectangle(box(0.42, 0.56, 0.58, 0.80), 0.05 * width, shade)
    draw.ellipse(box(0.265, 0.36, 0.325, 0.48), shade)
    draw.ellipse(box(0.675, 0.36, 0.735, 0.48), shade)
    draw.ellipse(box(0.29, 0.17, 0.71, 0.67), skin)
    draw.pieslice(box(0.26, 0.12, 0.74, 0.56) if is_female else box(0.28, 0.125, 0.72, 0.56), 180, 360, hair)
    parting = (
        (0.33, 0.255, 0.60, 0.46, 0.44, 0.265, 0.69, 0.46)
        if is_female
        else (0.31, 0.25, 0.52, 0.42, 0.40, 0.235, 0.69, 0.44)
    )
    draw.ellipse(box(*parting[:4]), skin)
    draw.ellipse(box(*parting[4:]), skin)
    for eye in (0.405, 0.595):
        draw.line(
            [((eye - 0.055) * width, 0.372 * height), ((eye + 0.055) * width, 0.368 * height)],
            hair,
            max(2, width // 80),
        )
        draw.ellipse(box(eye - 0.032, 0.402, eye + 0.032, 0.428), (250, 248, 246))
        draw.ellipse(box(eye - 0.017, 0.401, eye + 0.017, 0.429), hair)
    draw.line(
        [(0.5 * width, 0.43 * height), (0.488 * width, 0.508 * height), (0.512 * width, 0.512 * height)],
        shade,
        3,
    )
    draw.arc(box(0.44, 0.535, 0.56, 0.59), 20, 160, (176, 96, 92), max(2, width // 70))
    return image.filter(ImageFilter.GaussianBlur(width / 220))


def _grain(size: tuple[int, int], random: Random, coarse: int = 1) -> Image.Image:
    """Grey noise; ``coarse`` is the size of its spots in pixels."""
    width, height = -(-size[0] // coarse), -(-size[1] // coarse)
    noise = Image.frombytes("L", (width, height), random.randbytes(width * height))
    return noise if coarse == 1 else noise.resize(size, Image.Resampling.BILINEAR)


@functools.cache
def _watermark(size: tuple[int, int]) -> Image.Image:
    """The mask of the word across the whole sheet, faint enough to read through."""
    width, height = size
    reach = round(math.hypot(width, height))
    letters = round(min(width, height) / 11)
    mask = Image.new("L", (reach, reach))
    draw = ImageDraw.Draw(mask)
    step = font(letters).getlength(WATERMARK) + letters * 2
    for row, y in enumerate(range(0, reach, letters * 4)):
        for column in range(-1, round(reach / step) + 1):
            draw.text(((column + row % 2 / 2) * step, y), WATERMARK, 46, font(letters))
    turned = mask.rotate(28, Image.Resampling.BILINEAR)
    left, top = (reach - width) // 2, (reach - height) // 2
    return turned.crop((left, top, left + width, top + height))


@functools.cache
def _seal(name: str, kind: str, diameter: int) -> Image.Image:
    """The mask of a seal: a ring, the name around a star, what it is for below."""
    side = diameter * 2
    mask = Image.new("L", (side, side))
    draw = ImageDraw.Draw(mask)
    middle, radius = side / 2, side / 2 - 8
    draw.ellipse((8, 8, side - 8, side - 8), outline=255, width=round(side * 0.022))
    star = [
        (
            middle + radius * (0.3 if corner % 2 == 0 else 0.115) * math.sin(corner * math.pi / 5),
            middle - radius * (0.3 if corner % 2 == 0 else 0.115) * math.cos(corner * math.pi / 5),
        )
        for corner in range(10)
    ]
    draw.polygon(star, fill=255)
    spread = min(236.0, 21.0 * len(name))
    letters = round(radius * min(0.26, 3.1 / max(len(name), 1)))
    for index, character in enumerate(name):
        angle = -spread / 2 + spread * index / max(len(name) - 1, 1)
        tile = Image.new("L", (letters * 2, letters * 2))
        ImageDraw.Draw(tile).text(
            (letters, letters), character, 255, font(letters), "mm", stroke_width=letters / 40
        )
        tile = tile.rotate(-angle, Image.Resampling.BICUBIC)
        reach = radius * 0.92 - letters / 2 - side * 0.02
        x = middle + reach * math.sin(math.radians(angle)) - letters
        y = middle - reach * math.cos(math.radians(angle)) - letters
        mask.paste(255, (round(x), round(y)), tile)
    draw.text((middle, middle + radius * 0.6), kind, 255, font(round(radius * 0.16)), "mm", stroke_width=1)
    return mask.resize((diameter, diameter), Image.Resampling.LANCZOS)
