"""What people see of a file: upright, complete, and nothing but pixels."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from backend.kit.files.errors import FileRefused, Refusal
from backend.kit.files.render import PREVIEW, THUMBNAIL, Rendered, Variant, render, render_variants
from tests.kit.files import corpus
from tests.kit.files.corpus import CONTROL, SANITISE, Sample

Stored = Callable[..., Path]


def opened(drawing: Rendered) -> Image.Image:
    image = Image.open(io.BytesIO(drawing.data), formats=["WEBP"])
    assert image.size == (drawing.width, drawing.height)
    assert image.mode == "RGB"
    return image


def is_close(image: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    pixel = image.getpixel(place)
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 24 for one, other in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("sample", [*CONTROL, *SANITISE], ids=lambda sample: sample.name)
async def test_every_accepted_file_is_drawn_without_anything_beside_the_pixels(
    sample: Sample, stored: Stored
) -> None:
    file = stored(sample.data)
    assert sample.content_type is not None
    thumbnail, preview = await render_variants(file, sample.content_type)
    for drawing, variant in ((thumbnail, THUMBNAIL), (preview, PREVIEW)):
        image = opened(drawing)
        assert max(image.size) <= variant.longest_side
        assert not image.getexif()
        assert {"exif", "xmp", "icc_profile"}.isdisjoint(image.info)
        assert corpus.CANARY not in drawing.data


@pytest.mark.parametrize("sample", SANITISE, ids=lambda sample: sample.name)
def test_corpus_carries_what_must_not_be_shown(sample: Sample) -> None:
    if sample.make is corpus.png_with_colour_profile:
        # The one place where it is stored compressed.
        assert corpus.CANARY in Image.open(io.BytesIO(sample.data)).info["icc_profile"]
    else:
        assert corpus.CANARY in sample.data


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_orientation_is_applied(orientation: int, stored: Stored) -> None:
    file = stored(corpus.oriented(orientation))
    image = opened(await render(file, "image/jpeg", longest_side=320))
    assert image.size == (320, 200)
    assert is_close(image, (10, 10), corpus.TOP_LEFT)
    assert is_close(image, (310, 190), corpus.BOTTOM_RIGHT)


@pytest.mark.parametrize(
    ("make", "content_type"),
    [
        (corpus.cmyk_jpeg, "image/jpeg"),
        (corpus.multi_picture_jpeg, "image/jpeg"),
        (corpus.heic_photo, "image/heic"),
        (corpus.lossless_webp_with_alpha, "image/webp"),
        (corpus.jpeg_of_12_megapixels, "image/jpeg"),
        (corpus.scanned_pdf, "application/pdf"),
    ],
)
async def test_colours_survive(make: Callable[[], bytes], content_type: str, stored: Stored) -> None:
    file = stored(make())
    image = opened(await render(file, content_type, longest_side=320))
    assert is_close(image, (10, 10), corpus.TOP_LEFT)
    assert is_close(image, (image.width - 10, image.height - 10), corpus.BOTTOM_RIGHT)


async def test_transparent_parts_are_white(stored: Stored) -> None:
    file = stored(corpus.transparent_png())
    assert is_close(opened(await render(file, "image/png", longest_side=320)), (10, 10), (255, 255, 255))


async def test_sixteen_bit_grey_keeps_its_tones(stored: Stored) -> None:
    file = stored(corpus.grey_png_of_16_bits())
    assert is_close(opened(await render(file, "image/png", longest_side=64)), (32, 32), (128, 128, 128))


async def test_picture_is_never_enlarged_but_a_page_is(stored: Stored) -> None:
    file = stored(corpus.plain_png())
    assert (await render(file, "image/png", longest_side=5000)).width == corpus.WIDTH
    file = stored(corpus.pdf_of_20_pages())
    assert (await render(file, "application/pdf", longest_side=1500)).width == 1500


async def test_variants_come_in_the_order_asked(stored: Stored) -> None:
    file = stored(corpus.baseline_jpeg())
    sides = [100, 400, 200, 100]
    drawings = await render_variants(file, "image/jpeg", variants=[Variant(side) for side in sides])
    assert [drawing.width for drawing in drawings] == sides


async def test_quality_changes_the_size(stored: Stored) -> None:
    file = stored(corpus.baseline_jpeg())
    low = await render(file, "image/jpeg", longest_side=640, quality=20)
    high = await render(file, "image/jpeg", longest_side=640, quality=95)
    assert len(low.data) < len(high.data)


async def test_each_page_is_its_own(stored: Stored) -> None:
    pages = [Image.new("RGB", (200, 300), colour) for colour in ("red", "green", "blue")]
    file = stored(corpus.encoded(pages[0], "PDF", save_all=True, append_images=pages[1:]))
    for number, colour in enumerate([(255, 0, 0), (0, 128, 0), (0, 0, 255)], start=1):
        image = opened(await render(file, "application/pdf", page=number, longest_side=90))
        assert image.size == (60, 90)
        assert is_close(image, (30, 45), colour)


@pytest.mark.parametrize("page", [0, 21, -1])
async def test_absent_page_is_refused(page: int, stored: Stored) -> None:
    file = stored(corpus.pdf_of_20_pages())
    with pytest.raises(FileRefused) as caught:
        await render(file, "application/pdf", page=page, longest_side=90)
    assert caught.value.code == Refusal.UNREADABLE


async def test_rotated_page_stands_upright(stored: Stored) -> None:
    rotated = io.BytesIO()
    with pikepdf.open(io.BytesIO(corpus.scanned_pdf())) as document:
        document.pages[0].rotate(90, relative=True)
        document.save(rotated)
    file = stored(rotated.getvalue())
    image = opened(await render(file, "application/pdf", longest_side=320))
    assert image.size == (200, 320)
    assert is_close(image, (190, 10), corpus.TOP_LEFT)


async def test_stored_file_that_went_bad_is_refused(stored: Stored) -> None:
    file = stored(corpus.jpeg_cut_in_half())
    with pytest.raises(FileRefused):
        await render(file, "image/jpeg", longest_side=90)
