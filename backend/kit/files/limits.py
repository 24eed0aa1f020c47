"""How much of a file is looked at before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Sizes in bytes, pixels, pages and points (1/72 inch).

    ``max_pixels`` is 64 Mi and not 64 million: a 64-megapixel phone makes 9248 x 6936 = 64 144 128 pixels.
    14 400 points is the largest page that ISO 32000-1, annex C, knows.
    """

    max_bytes: int = 10 * 1024 * 1024
    max_pixels: int = 64 * 1024 * 1024
    max_side: int = 16_384
    max_pages: int = 200
    max_page_points: int = 14_400
    max_unpacked_bytes: int = 256 * 1024 * 1024
    """What the compressed streams of a PDF may unpack to, all together."""
