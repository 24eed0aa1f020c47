"""Files that customers and attackers send, made in code.

REJECT must be refused, each with the code named. CONTROL must pass as it is. SANITISE must pass, and nothing
of what is beside the pixels (`CANARY`) may be in what is shown.
"""

import functools
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from backend.kit.files.errors import Refusal

pillow_heif.register_heif_opener()

CANARY = b"CANARY-7f3a"
WIDTH, HEIGHT = 640, 400
TOP_LEFT, BOTTOM_RIGHT = (200, 30, 30), (30, 30, 200)
ORIENTATION = 0x0112

ALL = bytes(range(256)) * 64


@dataclass(frozen=True)
class Sample:
    name: str
    make: Callable[[], bytes]
    refusal: Refusal | None = None
    size: tuple[int, int] | None = None
    content_type: str | None = None
    page_count: int = 1

    @property
    def data(self) -> bytes:
        return _made(self.make)


@functools.cache
def _made(make: Callable[[], bytes]) -> bytes:
    return make()


REJECT: list[Sample] = []
CONTROL: list[Sample] = []
SANITISE: list[Sample] = []


def rejected(refusal: Refusal) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        REJECT.append(Sample(make.__name__, make, refusal=refusal))
        return make

    return register


def passing(
    samples: list[Sample],
    content_type: str,
    size: tuple[int, int] | None = (WIDTH, HEIGHT),
    page_count: int = 1,
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        samples.append(
            Sample(make.__name__, make, size=size, content_type=content_type, page_count=page_count)
        )
        return make

    return register


@functools.cache
def picture() -> Image.Image:
    """A picture whose corners tell which way is up."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (220, 220, 210))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH // 4, HEIGHT // 4), TOP_LEFT)
    draw.rectangle((WIDTH * 3 // 4, HEIGHT * 3 // 4, WIDTH, HEIGHT), BOTTOM_RIGHT)
    for line in range(120, 300, 20):
        draw.line((200, line, 440, line), (40, 40, 40), 3)
    return image


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def jpeg(**options: Any) -> bytes:
    return encoded(picture(), "JPEG", quality=85, **options)


def png(**options: Any) -> bytes:
    return encoded(picture(), "PNG", **options)


def webp(**options: Any) -> bytes:
    return encoded(picture(), "WEBP", **options)


@functools.cache
def heic() -> bytes:
    return encoded(picture(), "HEIF", quality=70)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with(chunk: bytes) -> bytes:
    """The picture with one more chunk behind the header."""
    data = png()
    return data[:33] + chunk + data[33:]


def blank_png(width: int, height: int) -> bytes:
    """A grey one-bit picture that unpacks to width x height pixels from a few kilobytes."""
    row = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    )


def pdf(
    edit: Callable[[pikepdf.Pdf], None] | None = None, *, pages: int = 1, side: int = 300, **options: Any
) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(side, side))
    if edit is not None:
        edit(document)
    buffer = io.BytesIO()
    document.save(buffer, **options)
    return buffer.getvalue()


def script() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def action(kind: str, **entries: Any) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **entries)


def link(document: pikepdf.Pdf, target: pikepdf.Dictionary) -> None:
    document.pages[0].obj["/Annots"] = pikepdf.Array(
        [
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 100, 100], A=target
            )
        ]
    )


def raw_pdf(objects: Iterable[bytes]) -> bytes:
    """A PDF of the given objects, numbered from 1 with the catalog first, cross-references correct."""
    data = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(offsets) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, len(data))
    )


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>"


def stream(entries: bytes, body: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(body), body)


unsupported = rejected(Refusal.UNSUPPORTED_TYPE)
truncated = rejected(Refusal.TRUNCATED)
unreadable = rejected(Refusal.UNREADABLE)
animated = rejected(Refusal.ANIMATED)
bomb = rejected(Refusal.PIXEL_BOMB)
inflating = rejected(Refusal.INFLATES)
active = rejected(Refusal.ACTIVE_PDF)


@rejected(Refusal.EMPTY)
def no_bytes() -> bytes:
    return b""


@unsupported
def html_page() -> bytes:
    return b"<!DOCTYPE html><html><script>alert(1)</script></html>"


@unsupported
def svg_with_script() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@unsupported
def svg_behind_byte_order_mark() -> bytes:
    return b"\xef\xbb\xbf<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"


@unsupported
def windows_program() -> bytes:
    return b"MZ\x90\x00" + ALL


@unsupported
def linux_program() -> bytes:
    return b"\x7fELF\x02\x01\x01" + ALL


@unsupported
def shell_script() -> bytes:
    return b"#!/bin/sh\nid\n"


@unsupported
def virus_test_string() -> bytes:
    # In two parts, so that this file is not taken for the virus test file itself.
    return rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


@unsupported
def zip_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.jpg", jpeg())
    return buffer.getvalue()


@unsupported
def gzip_archive() -> bytes:
    return b"\x1f\x8b\x08" + ALL


@unsupported
def old_word_document() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + ALL


@unsupported
def video() -> bytes:
    return b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + ALL


@unsupported
def sound() -> bytes:
    return b"RIFF\x24\x00\x00\x00WAVEfmt " + ALL


@unsupported
def gif_picture() -> bytes:
    return encoded(picture(), "GIF")


@unsupported
def bmp_picture() -> bytes:
    return encoded(picture(), "BMP")


@unsupported
def tiff_picture() -> bytes:
    return encoded(picture(), "TIFF")


@unsupported
def icon() -> bytes:
    return encoded(picture(), "ICO")


@unsupported
def jpeg_2000_picture() -> bytes:
    return encoded(picture(), "JPEG2000")


@unsupported
def pcx_picture() -> bytes:
    return encoded(picture(), "PCX")


@unsupported
def avif_picture() -> bytes:
    return encoded(picture(), "AVIF")


@unsupported
def heif_box_without_hevc() -> bytes:
    return b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf" + ALL


@unsupported
def postscript() -> bytes:
    return encoded(picture(), "EPS")


@unsupported
def fits_picture() -> bytes:
    return b"SIMPLE  =                    T" + b" " * 2850


@unsupported
def photoshop_picture() -> bytes:
    return b"8BPS\x00\x01" + ALL


@unsupported
def pdf_behind_html() -> bytes:
    return b"<script>alert(1)</script>\n" + pdf()


@unsupported
def pdf_behind_gif() -> bytes:
    return gif_picture() + pdf()


@truncated
def jpeg_cut_in_half() -> bytes:
    return jpeg()[: len(jpeg()) // 2]


@truncated
def jpeg_without_its_last_tenth() -> bytes:
    return jpeg()[: len(jpeg()) * 9 // 10]


@truncated
def jpeg_without_end_mark() -> bytes:
    return jpeg()[:-2]


@truncated
def progressive_jpeg_cut_in_half() -> bytes:
    data = jpeg(progressive=True)
    return data[: len(data) // 2]


@truncated
def progressive_jpeg_without_last_scan() -> bytes:
    data = jpeg(progressive=True)
    return data[: data.rindex(b"\xff\xda")]


@truncated
def png_cut_in_half() -> bytes:
    return png()[: len(png()) // 2]


@truncated
def png_without_end_chunk() -> bytes:
    return png()[:-12]


@truncated
def png_mark_before_html() -> bytes:
    """Read as the length of a chunk, "<!DO" announces a gigabyte."""
    return b"\x89PNG\r\n\x1a\n" + html_page()


@truncated
def webp_cut_in_half() -> bytes:
    return webp()[: len(webp()) // 2]


@truncated
def heic_cut_in_half() -> bytes:
    return heic()[: len(heic()) // 2]


@truncated
def pdf_cut_in_half() -> bytes:
    data = pdf(pages=20)
    return data[: len(data) // 2]


@truncated
def pdf_without_end_mark() -> bytes:
    return pdf().replace(b"%%EOF", b"")


@unreadable
def jpeg_mark_alone() -> bytes:
    return b"\xff\xd8\xff"


@unreadable
def jpeg_mark_before_html() -> bytes:
    return b"\xff\xd8\xff\xe0" + html_page() + ALL


@unreadable
def webp_mark_before_noise() -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(ALL)) + b"WEBP" + ALL


@unreadable
def heic_mark_before_noise() -> bytes:
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + struct.pack(">I", 8 + len(ALL)) + b"mdat" + ALL


@unreadable
def pdf_marks_around_noise() -> bytes:
    return b"%PDF-1.7\n" + ALL + b"\n%%EOF\n"


@unreadable
def png_with_damaged_pixels() -> bytes:
    data = bytearray(png())
    data[data.index(b"IDAT") + 40] ^= 0xFF
    return bytes(data)


@unreadable
def png_without_pixels() -> bytes:
    data = png()
    return data[:33] + png_chunk(b"IEND", b"")


@unreadable
def pdf_without_pages() -> bytes:
    return pdf(pages=0)


@unreadable
def pdf_whose_page_tree_is_a_circle() -> bytes:
    return raw_pdf([CATALOG, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])


@unreadable
def pdf_whose_pages_are_each_others_children() -> bytes:
    branch = b"<< /Type /Pages /Parent 2 0 R /Kids [%d 0 R] /Count 1 >>"
    return raw_pdf([CATALOG, ONE_PAGE, branch % 4, branch % 3])


@unreadable
def pdf_that_lies_about_its_page_count() -> bytes:
    return raw_pdf([CATALOG, ONE_PAGE.replace(b"/Count 1", b"/Count 7"), PAGE])


@bomb
def png_of_169_megapixels() -> bytes:
    return blank_png(13_000, 13_000)


@bomb
def png_wider_than_allowed() -> bytes:
    return blank_png(16_385, 8)


@bomb
def jpeg_that_claims_four_gigapixels() -> bytes:
    data = bytearray(jpeg())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 65_500, 65_500)
    return bytes(data)


@bomb
def webp_that_claims_268_megapixels() -> bytes:
    canvas = b"\x10\0\0\0" + (16_383).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", len(canvas)) + canvas + webp(lossless=True)[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


@bomb
def heic_that_claims_900_megapixels() -> bytes:
    size = struct.pack(">II", WIDTH, HEIGHT)
    return heic().replace(b"ispe\0\0\0\0" + size, b"ispe\0\0\0\0" + struct.pack(">II", 30_000, 30_000))


@bomb
def png_with_text_bomb() -> bytes:
    return png_with(png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)))


@bomb
def png_with_profile_bomb() -> bytes:
    return png_with(png_chunk(b"iCCP", b"profile\0\0" + zlib.compress(bytes(100_000_000), 9)))


@inflating
def pdf_with_stream_bomb() -> bytes:
    packed = zlib.compress(bytes(300 * 1024 * 1024), 1)
    return raw_pdf(
        [CATALOG, ONE_PAGE, PAGE[:-2] + b"/Contents 4 0 R >>", stream(b"/Filter /FlateDecode", packed)]
    )


@inflating
def pdf_with_many_streams_that_unpack_to_too_much_together() -> bytes:
    packed = zlib.compress(bytes(30 * 1024 * 1024), 1)
    body = stream(b"/Filter /FlateDecode", packed)
    contents = b" ".join(b"%d 0 R" % number for number in range(4, 13))
    return raw_pdf([CATALOG, ONE_PAGE, PAGE[:-2] + b"/Contents [" + contents + b"] >>", *[body] * 9])


@inflating
def pdf_with_stream_bomb_written_as_text() -> bytes:
    packed = zlib.compress(bytes(300 * 1024 * 1024), 9).hex().encode() + b">"
    body = stream(b"/Filter [/ASCIIHexDecode /FlateDecode]", packed)
    return raw_pdf([CATALOG, ONE_PAGE, PAGE[:-2] + b"/Contents 4 0 R >>", body])


@inflating
def pdf_with_stream_packed_twice() -> bytes:
    packed = zlib.compress(zlib.compress(bytes(10_000_000), 9), 9)
    body = stream(b"/Filter [/FlateDecode /FlateDecode]", packed)
    return raw_pdf([CATALOG, ONE_PAGE, PAGE[:-2] + b"/Contents 4 0 R >>", body])


@bomb
def pdf_with_gigapixel_picture() -> bytes:
    packed = zlib.compress(bytes(1000))
    body = stream(
        b"/Type /XObject /Subtype /Image /Width 40000 /Height 40000 /BitsPerComponent 8 "
        b"/ColorSpace /DeviceGray /Filter /FlateDecode",
        packed,
    )
    return raw_pdf([CATALOG, ONE_PAGE, PAGE[:-2] + b"/Resources << /XObject << /I 4 0 R >> >> >>", body])


@bomb
def pdf_with_page_of_six_metres() -> bytes:
    return raw_pdf([CATALOG, ONE_PAGE, PAGE.replace(b"300 300", b"300 16000")])


@bomb
def pdf_with_page_enlarged_by_its_unit() -> bytes:
    return raw_pdf([CATALOG, ONE_PAGE, PAGE[:-2] + b"/UserUnit 100 >>"])


def _two_frames(form: str, **options: Any) -> bytes:
    return encoded(picture(), form, save_all=True, append_images=[picture().rotate(180)], **options)


@animated
def animated_png() -> bytes:
    return _two_frames("PNG", duration=100)


@animated
def animated_webp() -> bytes:
    return _two_frames("WEBP", duration=100)


@animated
def heic_of_two_pictures() -> bytes:
    return _two_frames("HEIF")


@rejected(Refusal.ENCRYPTED_PDF)
def pdf_with_password() -> bytes:
    return pdf(encryption=pikepdf.Encryption(user="secret", owner="secret"))


@rejected(Refusal.ENCRYPTED_PDF)
def pdf_with_restrictions_only() -> bytes:
    return pdf(encryption=pikepdf.Encryption(user="", owner="secret"))


@rejected(Refusal.TOO_MANY_PAGES)
def pdf_of_201_pages() -> bytes:
    return pdf(pages=201)


@active
def pdf_with_script_on_opening() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = script()

    return pdf(edit)


@active
def pdf_with_script_in_name_tree() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        names = pikepdf.Array([pikepdf.String("start"), document.make_indirect(script())])
        document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))

    return pdf(edit)


@active
def pdf_with_script_as_stream() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        code = pikepdf.Stream(document, b"app.alert(1)")
        link(document, pikepdf.Dictionary(S=pikepdf.Name.Rendering, JS=code))

    return pdf(edit)


@active
def pdf_with_script_deep_in_direct_objects() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        nested: Any = script()
        for _ in range(50):
            nested = pikepdf.Dictionary(Inner=pikepdf.Array([nested]))
        document.Root.PieceInfo = nested

    return pdf(edit)


@active
def pdf_with_script_in_object_stream() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        link(document, document.make_indirect(script()))

    return pdf(edit, object_stream_mode=pikepdf.ObjectStreamMode.generate)


@active
def pdf_with_script_under_escaped_name() -> bytes:
    return raw_pdf(
        [
            CATALOG[:-2] + b"/OpenAction << /S /J#61vaScript /J#53 (app.alert\\(1\\)) >> >>",
            ONE_PAGE,
            PAGE,
        ]
    )


@active
def pdf_with_script_added_by_update() -> bytes:
    original = raw_pdf([CATALOG, ONE_PAGE, PAGE])
    update = b"1 0 obj\n%s\nendobj\n" % (CATALOG[:-2] + b"/OpenAction << /S /JavaScript /JS (x) >> >>")
    previous = original.rindex(b"xref\n0 ")
    return original + (
        b"%sxref\n1 1\n%010d 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
        % (update, len(original), previous, len(original) + len(update))
    )


@active
def pdf_with_script_in_circle() -> bytes:
    """The walk must end on references that lead back, and still find what hangs on them."""
    return raw_pdf(
        [
            CATALOG[:-2] + b"/PieceInfo 4 0 R >>",
            ONE_PAGE,
            PAGE,
            b"<< /Next 5 0 R >>",
            b"<< /Next 4 0 R /Back [5 0 R 4 0 R] /Action << /S /JavaScript /JS (x) >> >>",
        ]
    )


@active
def pdf_that_launches_a_program() -> bytes:
    return pdf(lambda document: link(document, action("Launch", F=pikepdf.String("cmd.exe"))))


@active
def pdf_that_submits_a_form() -> bytes:
    return pdf(lambda document: link(document, action("SubmitForm", F=pikepdf.String("https://example.org"))))


@active
def pdf_that_imports_data() -> bytes:
    return pdf(lambda document: link(document, action("ImportData", F=pikepdf.String("a.fdf"))))


@active
def pdf_that_opens_a_remote_file() -> bytes:
    return pdf(lambda document: link(document, action("GoToR", F=pikepdf.String("//host/share"))))


@active
def pdf_that_prints_on_opening() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = action("Named", N=pikepdf.Name.Print)

    return pdf(edit)


@active
def pdf_that_opens_a_web_page_after_opening() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        target = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])
        web = action("URI", URI=pikepdf.String("https://example.org"))
        document.Root.OpenAction = action("GoTo", D=target, Next=web)

    return pdf(edit)


@active
def pdf_with_additional_actions_on_document() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        document.Root.AA = pikepdf.Dictionary(WC=action("URI", URI=pikepdf.String("https://example.org")))

    return pdf(edit)


@active
def pdf_with_additional_actions_on_page() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        document.pages[0].obj["/AA"] = pikepdf.Dictionary(
            O=action("URI", URI=pikepdf.String("https://example.org"))
        )

    return pdf(edit)


@active
def pdf_with_embedded_file() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        document.attachments["a.exe"] = b"MZ" + ALL

    return pdf(edit)


@active
def pdf_with_attachment_on_page() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        content = pikepdf.Stream(document, b"MZ", Type=pikepdf.Name.EmbeddedFile)
        specification = pikepdf.Dictionary(F=pikepdf.String("a.exe"), EF=pikepdf.Dictionary(F=content))
        annotation = pikepdf.Dictionary(
            Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9], FS=specification
        )
        document.pages[0].obj["/Annots"] = pikepdf.Array([annotation])

    return pdf(edit)


@active
def pdf_with_rich_media() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        annotation = pikepdf.Dictionary(Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9])
        document.pages[0].obj["/Annots"] = pikepdf.Array([annotation])

    return pdf(edit)


@active
def pdf_with_xfa_form_as_direct_object() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        parts = pikepdf.Array([pikepdf.String("template"), pikepdf.Stream(document, b"<xdp/>")])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=parts)

    return pdf(edit)


@active
def pdf_with_xfa_form_as_indirect_object() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        form = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pikepdf.Stream(document, b"<xdp/>"))
        document.Root.AcroForm = document.make_indirect(form)

    return pdf(edit)


@passing(CONTROL, "image/jpeg")
def baseline_jpeg() -> bytes:
    return jpeg()


@passing(CONTROL, "image/jpeg")
def progressive_jpeg() -> bytes:
    return jpeg(progressive=True)


@passing(CONTROL, "image/jpeg")
def grey_jpeg() -> bytes:
    return encoded(picture().convert("L"), "JPEG")


@passing(CONTROL, "image/jpeg")
def cmyk_jpeg() -> bytes:
    return encoded(picture().convert("CMYK"), "JPEG")


@passing(CONTROL, "image/jpeg", size=(4032, 3024))
def jpeg_of_12_megapixels() -> bytes:
    return encoded(picture().resize((4032, 3024)), "JPEG", quality=85)


@passing(CONTROL, "image/jpeg", size=(9248, 6936))
def jpeg_of_a_64_megapixel_phone() -> bytes:
    return encoded(Image.new("L", (9248, 6936), 200), "JPEG")


@passing(CONTROL, "image/jpeg")
def multi_picture_jpeg() -> bytes:
    return encoded(picture(), "MPO", save_all=True, append_images=[picture().resize((320, 200))])


@passing(CONTROL, "image/jpeg", size=(1, 1))
def jpeg_of_one_pixel() -> bytes:
    return encoded(Image.new("RGB", (1, 1)), "JPEG")


@passing(CONTROL, "image/png")
def plain_png() -> bytes:
    return png()


@passing(CONTROL, "image/png")
def transparent_png() -> bytes:
    image = picture().convert("RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    return encoded(image, "PNG")


@passing(CONTROL, "image/png")
def palette_png_with_transparency() -> bytes:
    return encoded(picture().quantize(16), "PNG", transparency=0)


@passing(CONTROL, "image/png")
def one_bit_png() -> bytes:
    return encoded(picture().convert("1"), "PNG")


@passing(CONTROL, "image/png", size=(64, 64))
def grey_png_of_16_bits() -> bytes:
    return encoded(Image.new("I;16", (64, 64), 0x8000), "PNG")


@passing(CONTROL, "image/webp")
def lossy_webp() -> bytes:
    return webp()


@passing(CONTROL, "image/webp")
def lossless_webp_with_alpha() -> bytes:
    return encoded(picture().convert("RGBA"), "WEBP", lossless=True)


@passing(CONTROL, "image/heic")
def heic_photo() -> bytes:
    return heic()


@passing(CONTROL, "application/pdf", size=(300, 300), page_count=20)
def pdf_of_20_pages() -> bytes:
    return pdf(pages=20)


@passing(CONTROL, "application/pdf", size=(300, 300), page_count=200)
def pdf_of_200_pages() -> bytes:
    return pdf(pages=200)


@passing(CONTROL, "application/pdf", size=(640, 400), page_count=2)
def scanned_pdf() -> bytes:
    return encoded(picture(), "PDF", save_all=True, append_images=[picture()])


@passing(CONTROL, "application/pdf", size=(300, 300), page_count=3)
def pdf_with_links_and_opening_page() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        target = pikepdf.Array([document.pages[1].obj, pikepdf.Name.Fit])
        document.Root.OpenAction = action("GoTo", D=target)
        link(document, action("URI", URI=pikepdf.String("https://example.org")))
        with document.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Second page", 1))

    return pdf(edit, pages=3)


@passing(CONTROL, "application/pdf", size=(300, 300))
def pdf_that_opens_at_a_destination() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])

    return pdf(edit)


@passing(CONTROL, "application/pdf", size=(300, 300))
def pdf_with_resources_named_like_scripts() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        document.pages[0].obj["/Resources"] = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(AA=font, JS=document.make_indirect(font))
        )

    return pdf(edit)


@passing(CONTROL, "application/pdf", size=(300, 300), page_count=5)
def linearized_pdf() -> bytes:
    return pdf(pages=5, linearize=True)


@passing(CONTROL, "application/pdf", size=(300, 300), page_count=5)
def pdf_with_object_streams() -> bytes:
    return pdf(pages=5, object_stream_mode=pikepdf.ObjectStreamMode.generate)


@passing(CONTROL, "application/pdf", size=(300, 300))
def pdf_padded_behind_its_end() -> bytes:
    return pdf() + b"\r\n" + bytes(4096)


def _exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif[ORIENTATION] = orientation
    location = exif.get_ifd(0x8825)
    location[1], location[2] = "N", (31.0, 14.0, 22.0)
    location[0x1D] = CANARY.decode()
    return exif


def _profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile + CANARY


XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + CANARY + b"</x:xmpmeta>"


@passing(SANITISE, "image/jpeg")
def jpeg_with_place_and_time() -> bytes:
    return jpeg(exif=_exif())


@passing(SANITISE, "image/jpeg")
def jpeg_with_xmp() -> bytes:
    return jpeg(xmp=XMP)


@passing(SANITISE, "image/jpeg")
def jpeg_with_comment() -> bytes:
    return jpeg(comment=CANARY + b"<script>alert(1)</script>")


@passing(SANITISE, "image/jpeg")
def jpeg_with_colour_profile() -> bytes:
    return jpeg(icc_profile=_profile())


@passing(SANITISE, "image/jpeg")
def jpeg_with_unreadable_exif() -> bytes:
    return jpeg(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + CANARY)


@passing(SANITISE, "image/jpeg")
def jpeg_before_video() -> bytes:
    """A motion photo: phones put the clip behind the picture."""
    return jpeg() + video() + CANARY


@passing(SANITISE, "image/jpeg")
def jpeg_before_archive() -> bytes:
    return jpeg() + zip_archive() + CANARY


@passing(SANITISE, "image/jpeg")
def jpeg_before_html() -> bytes:
    return jpeg() + html_page() + CANARY


@passing(SANITISE, "image/jpeg")
def multi_picture_jpeg_with_place() -> bytes:
    return encoded(
        picture(), "MPO", save_all=True, append_images=[picture().resize((320, 200))], exif=_exif()
    )


@passing(SANITISE, "image/png")
def png_with_text() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", CANARY.decode())
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return png(pnginfo=text, exif=_exif())


@passing(SANITISE, "image/png")
def png_with_colour_profile() -> bytes:
    return png(icc_profile=_profile())


@passing(SANITISE, "image/png")
def png_before_html() -> bytes:
    return png() + html_page() + CANARY


@passing(SANITISE, "image/webp")
def webp_with_metadata() -> bytes:
    return webp(exif=_exif(), xmp=XMP, icc_profile=_profile())


@passing(SANITISE, "image/heic")
def heic_with_place() -> bytes:
    return encoded(picture(), "HEIF", exif=_exif().tobytes(), xmp=XMP)


@passing(SANITISE, "application/pdf", size=(300, 300))
def pdf_with_author() -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        document.docinfo["/Author"] = CANARY.decode()

    return pdf(edit)


def oriented(orientation: int) -> bytes:
    """A JPEG whose pixels are stored so that EXIF ``orientation`` shows `picture` upright."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = picture() if orientation == 1 else picture().transpose(undo[orientation])
    return encoded(stored, "JPEG", quality=90, exif=_exif(orientation))
