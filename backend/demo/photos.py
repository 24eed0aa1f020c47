"""How documents arrive: photographed on a desk, or scanned."""

import io
from datetime import date
from random import Random

from PIL import Image, ImageFilter

from backend.demo.canvas import WATERMARK, jpeg, with_grain

DESKS = (((150, 112, 78), (126, 92, 62)), ((96, 92, 90), (78, 76, 76)), ((196, 178, 150), (176, 156, 126)))
PHOTO_LONG_SIDE = 1600
MARGIN = 0.14
"""How much desk is seen on each side, as a share of the document's longer side."""
SCAN_QUALITY = 60
SCAN_SIZE = (992, 1403)
SCAN_DOTS_PER_INCH = 120
ORIENTATION, DATE_TIME = 0x0112, 0x0132
ROTATED_RIGHT = 6
"""EXIF: the stored picture must be turned 90 degrees clockwise to stand upright."""


def phone_photo(document: Image.Image, random: Random, today: date) -> bytes:
    """A hand-held photo of the document on a desk, as the JPEG of a phone.

    Like most phones, it stores what the sensor saw and says in EXIF which way is up.
    """
    scene = _on_desk(document, random)
    width, height = scene.size
    corners: list[float] = []
    for x, y in ((0, 0), (0, height), (width, height), (width, 0)):
        corners += (
            x + (width / 2 - x) * random.uniform(0, 0.07),
            y + (height / 2 - y) * random.uniform(0, 0.07),
        )
    shot = scene.transform(scene.size, Image.Transform.QUAD, corners, Image.Resampling.BILINEAR)
    shot = with_grain(_lit(shot, random), random, 6)
    exif = Image.Exif()
    exif[ORIENTATION] = ROTATED_RIGHT
    exif[DATE_TIME] = f"{today:%Y:%m:%d} {random.randint(9, 17):02d}:{random.randint(0, 59):02d}:00"
    return jpeg(shot.transpose(Image.Transpose.ROTATE_90), exif=exif)


def scanned_pdf(pages: list[Image.Image], random: Random, today: date) -> bytes:
    """The pages as an office scanner makes them: grey, a little askew, one picture a page."""
    scans = []
    for page in pages:
        scan = page.convert("L").resize(SCAN_SIZE, Image.Resampling.BILINEAR, reducing_gap=2)
        scan = scan.rotate(random.uniform(-0.9, 0.9), Image.Resampling.BILINEAR, fillcolor=236)
        edge = scan.crop((0, 0, random.randint(6, 16), scan.height))
        scan.paste(edge.point(lambda value: round(value * 0.8)), (0, 0))
        scans.append(scan)
    buffer = io.BytesIO()
    scans[0].save(
        buffer,
        "PDF",
        save_all=True,
        append_images=scans[1:],
        resolution=SCAN_DOTS_PER_INCH,
        quality=SCAN_QUALITY,
        title=WATERMARK,
        creationDate=today.timetuple(),
        modDate=today.timetuple(),
    )
    return buffer.getvalue()


def _on_desk(document: Image.Image, random: Random) -> Image.Image:
    """Lay the document, a little turned and with its shadow, on a desk of wood or stone."""
    document = document.convert("RGBA")
    side = PHOTO_LONG_SIDE / (1 + 2 * MARGIN)
    document.thumbnail((side, side))
    margin = round(max(document.size) * MARGIN)
    size = (document.width + 2 * margin, document.height + 2 * margin)
    light, dark = random.choice(DESKS)
    rows = size[1] // 3
    fibres = Image.frombytes("L", (9, rows), random.randbytes(9 * rows))
    fibres = fibres.resize(size, Image.Resampling.BICUBIC)
    desk = Image.composite(Image.new("RGB", size, light), Image.new("RGB", size, dark), fibres)
    turned = document.rotate(random.uniform(-5, 5), Image.Resampling.BILINEAR, expand=True)
    outline = turned.getchannel("A")
    left, top = (size[0] - turned.width) // 2, (size[1] - turned.height) // 2
    shade = Image.new("L", (size[0] // 4, size[1] // 4))
    shade.paste(150, (left // 4 + 4, top // 4 + 5), outline.reduce(4))
    desk.paste((20, 16, 12), mask=shade.filter(ImageFilter.GaussianBlur(5)).resize(size))
    desk.paste(turned, (left, top), outline)
    return desk


def _lit(shot: Image.Image, random: Random) -> Image.Image:
    """Let the light come from one side."""
    slope = Image.linear_gradient("L").rotate(random.uniform(0, 360), Image.Resampling.BILINEAR)
    slope = slope.crop((64, 64, 192, 192)).resize(shot.size)
    return Image.composite(shot, shot.point(lambda value: round(value * 0.72)), slope)
