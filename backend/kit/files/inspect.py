"""Is this file accepted, and what is it?"""

import asyncio
import dataclasses
from dataclasses import dataclass
from pathlib import Path

from backend.kit.files.errors import FileRefused, Refusal
from backend.kit.files.limits import FileLimits
from backend.kit.files.sandbox import Sandbox, default_sandbox
from backend.kit.files.sniff import HEAD_BYTES, FileKind, FileType, sniff


@dataclass(frozen=True, slots=True)
class FileFacts:
    """An accepted file: ``size`` in bytes, ``width`` and ``height`` as shown.

    They count pixels for an image, after its orientation is applied, and points of the first page for a PDF.
    """

    content_type: str
    extension: str
    kind: FileKind
    size: int
    width: int
    height: int
    page_count: int


async def inspect(path: Path, *, limits: FileLimits, sandbox: Sandbox | None = None) -> FileFacts:
    """Look at every byte of the file in a sandboxed child, which takes at most ten seconds.

    Raises:
        FileRefused: it is not an accepted, whole, harmless file.
    """
    size, file_type = await asyncio.to_thread(_glance, path, limits)
    job = {"task": "inspect", "content_type": file_type.content_type, "limits": dataclasses.asdict(limits)}
    header = (await (sandbox or default_sandbox()).run(job, path)).header
    return FileFacts(
        content_type=file_type.content_type,
        extension=file_type.extension,
        kind=file_type.kind,
        size=size,
        width=int(header["width"]),
        height=int(header["height"]),
        page_count=int(header["page_count"]),
    )


def _glance(path: Path, limits: FileLimits) -> tuple[int, FileType]:
    """Size and type, before anything is decoded."""
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise FileRefused(Refusal.TOO_LARGE, f"The file is larger than {limits.max_bytes} bytes.")
    with path.open("rb") as stream:
        return size, sniff(stream.read(HEAD_BYTES))
