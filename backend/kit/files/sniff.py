"""What a file is, by its first bytes; its name and the type its sender declared count for nothing."""

from dataclasses import dataclass
from enum import StrEnum

from backend.kit.files.errors import FileRefused, Refusal

HEAD_BYTES = 128
"""How many leading bytes `sniff` needs."""


class FileKind(StrEnum):
    """How a file is shown: one picture, or pages."""

    IMAGE = "image"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class FileType:
    """One accepted type; ``extension`` has no dot."""

    content_type: str
    extension: str
    kind: FileKind


JPEG = FileType("image/jpeg", "jpg", FileKind.IMAGE)
PNG = FileType("image/png", "png", FileKind.IMAGE)
WEBP = FileType("image/webp", "webp", FileKind.IMAGE)
HEIC = FileType("image/heic", "heic", FileKind.IMAGE)
PDF = FileType("application/pdf", "pdf", FileKind.PDF)

ACCEPTED_TYPES = (JPEG, PNG, WEBP, HEIC, PDF)

# ISO/IEC 23008-12, annex B: still pictures coded in HEVC. "mif1" alone says only "a picture in a HEIF box",
# which AVIF is too, so it counts when an HEVC brand stands beside it.
_HEVC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
_GENERIC_BRAND = b"mif1"


def sniff(head: bytes) -> FileType:
    """Return the type of the file that starts with ``head`` (`HEAD_BYTES` of it, or all of a shorter one).

    Raises:
        FileRefused: ``empty`` when there are no bytes, ``unsupported_type`` for everything not accepted.
    """
    if not head:
        raise FileRefused(Refusal.EMPTY, "The file is empty.")
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head[4:8] == b"ftyp" and _is_heic(head):
        return HEIC
    raise FileRefused(Refusal.UNSUPPORTED_TYPE, "Only JPEG, PNG, WebP, HEIC and PDF files are accepted.")


def _is_heic(head: bytes) -> bool:
    box = head[: int.from_bytes(head[:4])]
    major = box[8:12]
    compatible = {box[start : start + 4] for start in range(16, len(box), 4)}
    return major in _HEVC_BRANDS or (major == _GENERIC_BRAND and not compatible.isdisjoint(_HEVC_BRANDS))
