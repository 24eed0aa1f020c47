"""Pictures of a file's pages that are safe to show: made here, upright, without a byte of the original."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.kit.files.limits import FileLimits
from backend.kit.files.sandbox import Sandbox, default_sandbox

CONTENT_TYPE = "image/webp"


@dataclass(frozen=True, slots=True)
class Variant:
    """A size to draw: ``longest_side`` in pixels, WebP ``quality`` 0 to 100."""

    longest_side: int
    quality: int = 80


THUMBNAIL = Variant(longest_side=320, quality=75)
PREVIEW = Variant(longest_side=2000, quality=82)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A WebP picture; ``width`` and ``height`` in pixels."""

    data: bytes
    width: int
    height: int


async def render(
    path: Path,
    content_type: str,
    *,
    page: int = 1,
    longest_side: int,
    quality: int = 80,
    sandbox: Sandbox | None = None,
) -> Rendered:
    """Draw one page, counted from 1; see `render_variants`."""
    variant = Variant(longest_side, quality)
    return (await render_variants(path, content_type, page=page, variants=[variant], sandbox=sandbox))[0]


async def render_variants(
    path: Path,
    content_type: str,
    *,
    page: int = 1,
    variants: Sequence[Variant] = (THUMBNAIL, PREVIEW),
    sandbox: Sandbox | None = None,
) -> list[Rendered]:
    """Draw one page of an inspected file in several sizes, decoding it once; pictures are never enlarged.

    Args:
        path: The file.
        content_type: What `backend.kit.files.inspect.inspect` found it to be.
        page: From 1; always 1 for an image.
        variants: The sizes, in the order of the answer.
        sandbox: Where to decode; the process's own by default.

    Raises:
        FileRefused: the file cannot be drawn within the limits of time and memory.
    """
    job = {
        "task": "render",
        "content_type": content_type,
        "limits": dataclasses.asdict(FileLimits()),
        "page": page,
        "variants": [dataclasses.asdict(variant) for variant in variants],
    }
    reply = await (sandbox or default_sandbox()).run(job, path)
    sizes = reply.header["sizes"]
    return [
        Rendered(data, int(width), int(height))
        for data, (width, height) in zip(reply.parts, sizes, strict=True)
    ]
