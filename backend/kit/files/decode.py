"""The jobs that sandboxed children do on hostile files."""

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from backend.kit.files.images import inspect_image, render_image
from backend.kit.files.limits import FileLimits
from backend.kit.files.pdfs import inspect_pdf, render_page
from backend.kit.files.sniff import PDF


def run(job: Mapping[str, Any], stream: BinaryIO) -> tuple[dict[str, Any], Sequence[bytes]]:
    """Inspect or render, as ``job["task"]`` says; the answers are read by the modules of the same names."""
    limits = FileLimits(**job["limits"])
    content_type = job["content_type"]
    if job["task"] == "inspect":
        if content_type == PDF.content_type:
            page_count, width, height = inspect_pdf(stream, limits)
        else:
            page_count = 1
            width, height = inspect_image(stream, content_type, limits)
        return {"page_count": page_count, "width": width, "height": height}, ()
    variants = [(variant["longest_side"], variant["quality"]) for variant in job["variants"]]
    if content_type == PDF.content_type:
        drawings = render_page(stream, job["page"], variants)
    else:
        drawings = render_image(stream, content_type, limits, variants)
    sizes = [(width, height) for _, width, height in drawings]
    return {"sizes": sizes}, [drawn for drawn, _, _ in drawings]
