"""Pictures: is the file whole and harmless, and how is it drawn. Runs in a sandboxed child only."""

import contextlib
import io
import warnings
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import pillow_heif
from PIL import Image, ImageOps

from backend.kit.files.errors import FileRefused, Refusal
from backend.kit.files.limits import FileLimits
from backend.kit.files.sniff import HEIC, JPEG, PNG, WEBP

# Plugins load at the first picture otherwise, which would be in each child anew.
Image.init()
# One thread each: as many children run at once as there are processors.
pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
warnings.simplefilter("error", Image.DecompressionBombWarning)

_FORMATS = {
    # Phones write several pictures into one JPEG (MPO: depth, motion, wide colour) and call it .jpg.
    JPEG.content_type: ("JPEG", "MPO"),
    PNG.content_type: ("PNG",),
    WEBP.content_type: ("WEBP",),
    HEIC.content_type: ("HEIF",),
}
WEBP_METHOD = 2
"""Effort of the encoder, 0 to 6; 2 takes half the time of the default 4 for 3 % more bytes."""


def inspect_image(stream: BinaryIO, content_type: str, limits: FileLimits) -> tuple[int, int]:
    """Decode the whole picture once and return its width and height as they are shown."""
    _require_all_bytes(stream, content_type)
    with _refusing():
        if content_type == PNG.content_type:
            # Decoding stops at the last pixel and checks no checksum behind it.
            Image.open(stream, formats=("PNG",)).verify()
        image = _open(stream, content_type, limits)
        if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
            raise FileRefused(Refusal.ANIMATED, "Animated pictures are not accepted.")
        image.load()
    return _upright(image).size


def render_image(
    stream: BinaryIO, content_type: str, limits: FileLimits, variants: Sequence[tuple[int, int]]
) -> list[tuple[bytes, int, int]]:
    """Draw the picture upright, on white and without metadata.

    ``variants`` are (longest side, WebP quality) of each drawing; none is larger than the picture. The answer
    has (WebP bytes, width, height) for each.
    """
    with _refusing():
        image = _open(stream, content_type, limits)
        if content_type == JPEG.content_type:
            # JPEG only: HEIC answers a draft with its embedded thumbnail, which may show another picture.
            image.draft(None, fit(image.size, max(side for side, _ in variants)))
        image.load()
    return encode(_on_white(_upright(image)), variants)


def encode(image: Image.Image, variants: Sequence[tuple[int, int]]) -> list[tuple[bytes, int, int]]:
    """Scale an RGB picture down to each (longest side, quality) and encode it as WebP without metadata."""
    image.info = {}
    drawings = {}
    for side, quality in sorted(set(variants), reverse=True):
        size = fit(image.size, side)
        if size != image.size:
            image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=quality, method=WEBP_METHOD)
        drawings[side, quality] = (buffer.getvalue(), *image.size)
    return [drawings[side, quality] for side, quality in variants]


def fit(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    """The size, scaled down so that its longer side has at most this many pixels."""
    scale = min(1.0, longest_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _open(stream: BinaryIO, content_type: str, limits: FileLimits) -> Image.Image:
    """Read the header; the caller has not decoded a pixel when the limits are checked."""
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    stream.seek(0)
    image = Image.open(stream, formats=_FORMATS[content_type])
    if image.width * image.height > limits.max_pixels or max(image.size) > limits.max_side:
        raise FileRefused(Refusal.PIXEL_BOMB, "The picture has too many pixels.")
    return image


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise FileRefused(Refusal.PIXEL_BOMB, "The picture has too many pixels.") from None
    except (OSError, SyntaxError, ValueError) as error:
        if "too large" in str(error):
            raise FileRefused(Refusal.PIXEL_BOMB, "The picture's metadata unpack to too much.") from None
        if "truncated" in str(error).lower():
            raise _truncated() from None
        raise FileRefused(Refusal.UNREADABLE, "The picture is damaged and cannot be opened.") from None


def _truncated() -> FileRefused:
    return FileRefused(Refusal.TRUNCATED, "The file ends too early; part of it is missing.")


def _require_all_bytes(stream: BinaryIO, content_type: str) -> None:
    """Refuse containers that announce more bytes than there are; their decoders do not always notice."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if content_type == WEBP.content_type and 8 + int.from_bytes(stream.read(8)[4:], "little") > size:
        raise _truncated()
    if content_type == HEIC.content_type:
        offset = 0
        while offset < size:
            stream.seek(offset)
            length = int.from_bytes(stream.read(4))
            kind = stream.read(4)
            if length == 1:
                length = int.from_bytes(stream.read(8))
            if length == 0 and kind:
                return
            if offset + length > size:
                raise _truncated()
            offset += max(length, 8)


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - unreadable EXIF says nothing about the pixels; show them as stored
        return image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "I" or image.mode.startswith("I;16"):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        with_alpha = image.convert("RGBA")
        page = Image.new("RGB", image.size, "white")
        page.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return page
    return image.convert("RGB")
