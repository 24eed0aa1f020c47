"""PDF: is it passive and of a sane size, and how is a page drawn. Runs in a sandboxed child only."""

import zlib
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import pikepdf
import pypdfium2

from backend.kit.files.errors import FileRefused, Refusal
from backend.kit.files.images import encode
from backend.kit.files.limits import FileLimits

# Readers look for the end mark in the last 1024 bytes (ISO 32000-1, annex H.3).
END_MARK = b"%%EOF"
END_WINDOW_BYTES = 1024

# ISO 32000-1, 12.6.4: actions that run code, start programs, send or fetch data, or leave the document.
# Following a web link (URI) needs the reader's click, and moves within the document are harmless.
_ACTIVE_ACTIONS = frozenset(
    (
        "/GoToE",
        "/GoToR",
        "/ImportData",
        "/JavaScript",
        "/Launch",
        "/Rendition",
        "/RichMediaExecute",
        "/SubmitForm",
    )
)
_ACTIVE_KEYS = ("/EF", "/EmbeddedFile", "/EmbeddedFiles", "/JavaScript", "/RichMediaContent", "/XFA")
_ACTIVE_SUBTYPES = frozenset(("/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"))
# Tables 194 to 197: the events that an additional-actions dictionary may name. A font or an image may be
# called /AA too, so the name alone tells nothing.
_ON_ANNOTATION = ("/E", "/X", "/D", "/U", "/Fo", "/Bl", "/PO", "/PC", "/PV", "/PI")
_ON_PAGE_OR_FIELD = ("/O", "/C", "/K", "/F", "/V")
_ON_DOCUMENT = ("/WC", "/WS", "/DS", "/WP", "/DP")
_TRIGGERS = frozenset(_ON_ANNOTATION + _ON_PAGE_OR_FIELD + _ON_DOCUMENT)
_PACKING_FILTERS = frozenset(("/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"))
_FLATE_FILTERS = frozenset(("/FlateDecode", "/Fl"))


def inspect_pdf(stream: BinaryIO, limits: FileLimits) -> tuple[int, int, int]:
    """Check the whole document and return its page count and the first page's width and height in points."""
    data = stream.read()
    if END_MARK not in data.rstrip(b"\0\t\n\r ")[-END_WINDOW_BYTES:]:
        raise FileRefused(Refusal.TRUNCATED, "The PDF ends too early; part of it is missing.")
    stream.seek(0)
    try:
        with pikepdf.open(stream) as pdf:
            _check_structure(pdf, limits)
            page_count = len(pdf.pages)
    except pikepdf.PasswordError:
        raise _encrypted() from None
    with pypdfium2.PdfDocument(data) as document:
        # Where two readers disagree, the reviewer may see something else than the file says.
        if len(document) != page_count:
            raise FileRefused(Refusal.UNREADABLE, "The PDF is damaged.")
        width, height = document.get_page_size(0)
    return page_count, round(width), round(height)


def render_page(
    stream: BinaryIO, page: int, variants: Sequence[tuple[int, int]]
) -> list[tuple[bytes, int, int]]:
    """Draw one page, counted from 1, as `backend.kit.files.images.render_image` does a picture."""
    with pypdfium2.PdfDocument(stream.read()) as document:
        if not 1 <= page <= len(document):
            raise FileRefused(Refusal.UNREADABLE, "The PDF has no such page.")
        sheet = document[page - 1]
        scale = max(side for side, _ in variants) / max(sheet.get_size())
        image = sheet.render(scale=scale, rev_byteorder=True).to_pil()
        return encode(image.convert("RGB"), variants)


def _encrypted() -> FileRefused:
    return FileRefused(Refusal.ENCRYPTED_PDF, "The PDF is encrypted. Save it without a password.")


def _check_structure(pdf: pikepdf.Pdf, limits: FileLimits) -> None:
    if pdf.is_encrypted:
        raise _encrypted()
    if not pdf.pages:
        raise FileRefused(Refusal.UNREADABLE, "The PDF has no pages.")
    if len(pdf.pages) > limits.max_pages:
        raise FileRefused(Refusal.TOO_MANY_PAGES, f"The PDF has more than {limits.max_pages} pages.")
    for page in pdf.pages:
        left, bottom, right, top = (float(number) for number in page.mediabox)
        unit = float(page.obj.get("/UserUnit", 1))
        if max(abs(right - left), abs(top - bottom)) * unit > limits.max_page_points:
            raise FileRefused(Refusal.PIXEL_BOMB, "A page of the PDF is too large.")
    unpacked = 0
    for dictionary in _dictionaries(pdf):
        if _is_active(dictionary):
            raise FileRefused(Refusal.ACTIVE_PDF, "The PDF contains scripts, attachments or the like.")
        if isinstance(dictionary, pikepdf.Stream):
            unpacked += _check_stream(dictionary, limits, limits.max_unpacked_bytes - unpacked)


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary and stream, also the direct ones inside others, each indirect object once."""
    seen: set[tuple[int, int]] = set()
    pending: list[object] = [pdf.trailer, *pdf.objects]
    while pending:
        current = pending.pop()
        if not isinstance(current, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
            continue
        if current.is_indirect:
            if current.objgen in seen:
                continue
            seen.add(current.objgen)
        if isinstance(current, pikepdf.Array):
            pending.extend(current)
        else:
            yield current
            pending.extend(value for _, value in current.items())


def _is_active(dictionary: pikepdf.Object) -> bool:
    if any(key in dictionary for key in _ACTIVE_KEYS):
        return True
    if str(dictionary.get("/S")) in _ACTIVE_ACTIONS or str(dictionary.get("/Subtype")) in _ACTIVE_SUBTYPES:
        return True
    if isinstance(dictionary.get("/JS"), pikepdf.String | pikepdf.Stream):
        return True
    additional = dictionary.get("/AA")
    if isinstance(additional, pikepdf.Dictionary) and not _TRIGGERS.isdisjoint(additional.keys()):
        return True
    opening = dictionary.get("/OpenAction")
    return isinstance(opening, pikepdf.Dictionary) and (opening.get("/S") != "/GoTo" or "/Next" in opening)


def _check_stream(stream: pikepdf.Stream, limits: FileLimits, room: int) -> int:
    """Refuse a stream that unpacks to more than is sane, and return what it unpacks to.

    Readers unpack all at once, and some do so for each page again.
    """
    width: Any = stream.get("/Width")
    height: Any = stream.get("/Height")
    if isinstance(width, int) and isinstance(height, int) and width * height > limits.max_pixels:
        raise FileRefused(Refusal.PIXEL_BOMB, "A picture in the PDF has too many pixels.")
    declared: Any = stream.get("/Filter")
    filters = [str(name) for name in declared] if isinstance(declared, pikepdf.Array) else [str(declared)]
    packing = [name for name in filters if name in _PACKING_FILTERS]
    if not packing:
        return 0
    if len(packing) > 1:
        raise FileRefused(Refusal.INFLATES, "A part of the PDF is compressed more than once.")
    size = _unpacked(stream, room) if filters[0] in _FLATE_FILTERS else _decoded(stream)
    if size > room:
        raise FileRefused(Refusal.INFLATES, "The PDF unpacks to too much.")
    return size


def _unpacked(stream: pikepdf.Stream, room: int) -> int:
    """Count what the stream unpacks to, without keeping it and no further than just beyond the room."""
    unpacker = zlib.decompressobj()
    size = 0
    rest = stream.read_raw_bytes()
    try:
        while rest and size <= room:
            size += len(unpacker.decompress(rest, 1024 * 1024))
            rest = unpacker.unconsumed_tail
    except zlib.error:
        # Readers show what came before the damage, so do not refuse for it.
        pass
    return size


def _decoded(stream: pikepdf.Stream) -> int:
    """Count what a rarer packing, or one inside a text encoding, unpacks to; the child's memory bounds it."""
    try:
        return len(stream.read_bytes())
    except pikepdf.PdfError:
        return 0
