"""What is accepted and what is refused, over the whole corpus."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backend.kit.files.errors import HTTP_STATUS, FileRefused, Refusal
from backend.kit.files.inspect import inspect
from backend.kit.files.limits import FileLimits
from backend.kit.files.sniff import FileKind
from tests.kit.files import corpus
from tests.kit.files.corpus import CONTROL, REJECT, SANITISE, Sample

Stored = Callable[..., Path]

LIMITS = FileLimits()


def by_name(sample: Sample) -> str:
    return sample.name


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def refusal_of(path: Path, limits: FileLimits = LIMITS) -> Refusal:
    with pytest.raises(FileRefused) as caught:
        await inspect(path, limits=limits)
    assert caught.value.detail
    return caught.value.code


@pytest.mark.parametrize("sample", REJECT, ids=by_name)
async def test_hostile_file_is_refused_with_its_code_and_leaves_nothing(
    sample: Sample, stored: Stored
) -> None:
    file = stored(sample.data)
    assert await refusal_of(file) == sample.refusal
    assert names_in(file.parent) == [file.name]


@pytest.mark.parametrize("sample", [*CONTROL, *SANITISE], ids=by_name)
async def test_honest_file_passes(sample: Sample, stored: Stored) -> None:
    file = stored(sample.data)
    facts = await inspect(file, limits=LIMITS)
    assert facts.content_type == sample.content_type
    assert (facts.width, facts.height) == sample.size
    assert facts.page_count == sample.page_count
    assert facts.size == len(sample.data)
    assert facts.kind == (FileKind.PDF if sample.content_type == "application/pdf" else FileKind.IMAGE)


def test_corpus_covers_every_reason_but_size() -> None:
    assert {sample.refusal for sample in REJECT} == set(Refusal) - {Refusal.TOO_LARGE}
    assert len(REJECT) >= 40
    assert set(HTTP_STATUS) == set(Refusal)


@pytest.mark.parametrize(
    ("make", "extension"),
    [
        (corpus.baseline_jpeg, "jpg"),
        (corpus.plain_png, "png"),
        (corpus.lossy_webp, "webp"),
        (corpus.heic_photo, "heic"),
        (corpus.pdf_of_20_pages, "pdf"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("name", ["scan.exe", "scan.png", "no extension", "照片.jpg"])
async def test_name_counts_for_nothing(
    make: Callable[[], bytes], extension: str, name: str, stored: Stored
) -> None:
    path = stored(make(), name)
    assert (await inspect(path, limits=LIMITS)).extension == extension


async def test_size_limit_is_inclusive(stored: Stored) -> None:
    data = corpus.baseline_jpeg()
    file = stored(data)
    assert (await inspect(file, limits=replace(LIMITS, max_bytes=len(data)))).size == len(data)
    assert await refusal_of(file, replace(LIMITS, max_bytes=len(data) - 1)) == Refusal.TOO_LARGE


async def test_pixel_limit_is_inclusive(stored: Stored) -> None:
    file = stored(corpus.plain_png())
    pixels = corpus.WIDTH * corpus.HEIGHT
    await inspect(file, limits=replace(LIMITS, max_pixels=pixels, max_side=corpus.WIDTH))
    assert await refusal_of(file, replace(LIMITS, max_pixels=pixels - 1)) == Refusal.PIXEL_BOMB
    assert await refusal_of(file, replace(LIMITS, max_side=corpus.WIDTH - 1)) == Refusal.PIXEL_BOMB


async def test_page_limit_is_inclusive(stored: Stored) -> None:
    file = stored(corpus.pdf_of_20_pages())
    assert (await inspect(file, limits=replace(LIMITS, max_pages=20))).page_count == 20
    assert await refusal_of(file, replace(LIMITS, max_pages=19)) == Refusal.TOO_MANY_PAGES


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_size_is_that_of_the_upright_picture(orientation: int, stored: Stored) -> None:
    file = stored(corpus.oriented(orientation))
    facts = await inspect(file, limits=LIMITS)
    assert (facts.width, facts.height) == (corpus.WIDTH, corpus.HEIGHT)


@pytest.mark.parametrize("kept", [1, 8, 20, 60, 200])
async def test_any_cut_of_any_type_is_refused(kept: int, stored: Stored) -> None:
    """Cut near the head every parser meets its own kind of end; none may fail otherwise than by refusing."""
    for make in (corpus.jpeg, corpus.png, corpus.webp, corpus.heic, corpus.pdf_of_20_pages):
        file = stored(make()[:kept])
        await refusal_of(file)


async def test_missing_file_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await inspect(tmp_path / "absent", limits=LIMITS)
