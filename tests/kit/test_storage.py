"""Bytes in, the same bytes out; nothing outside the folder."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.kit.storage import CHUNK_BYTES, Storage

DATA = bytes(range(256)) * 4096


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "文件"


@pytest.fixture(params=["local", "memory"])
def storage(request: pytest.FixtureRequest, root: Path) -> Storage:
    return Storage.from_url(root.as_uri() if request.param == "local" else "memory:///")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def joined(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_file_comes_back_unchanged(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(DATA)
    await storage.put_file(source, "originals/0a/0a1b2c.jpg")
    assert await storage.read("originals/0a/0a1b2c.jpg") == DATA
    assert await storage.size("originals/0a/0a1b2c.jpg") == len(DATA)
    assert source.read_bytes() == DATA


async def test_large_file_goes_in_parts(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(DATA * 12)
    await storage.put_file(source, "large")
    assert await joined(await storage.open_range("large")) == DATA * 12


async def test_second_put_replaces_the_first(storage: Storage) -> None:
    await storage.put_bytes(DATA, "a")
    await storage.put_bytes(b"new", "a")
    assert await storage.read("a") == b"new"


@pytest.mark.parametrize(
    ("start", "end"), [(0, None), (0, 1), (1, 300_000), (len(DATA) - 1, None), (5, 10**9)]
)
async def test_range_is_exact_and_comes_in_chunks(storage: Storage, start: int, end: int | None) -> None:
    await storage.put_bytes(DATA, "a")
    chunks = [chunk async for chunk in await storage.open_range("a", start, end)]
    assert b"".join(chunks) == DATA[start:end]
    assert max(map(len, chunks)) <= CHUNK_BYTES or len(chunks) == 1


async def test_absent_object(storage: Storage) -> None:
    assert not await storage.exists("absent")
    for attempt in (storage.read("absent"), storage.size("absent"), storage.open_range("absent")):
        with pytest.raises(FileNotFoundError):
            await attempt
    with pytest.raises(FileNotFoundError):
        async with storage.as_local_file("absent"):
            pass


async def test_delete_forgives_what_is_gone(storage: Storage) -> None:
    await storage.put_bytes(b"1", "a")
    await storage.put_bytes(b"2", "b/c")
    await storage.delete(["absent", "a", "b/c"])
    await storage.delete([])
    assert [item async for item in storage.list_objects()] == []


async def test_list_goes_by_whole_parts(storage: Storage) -> None:
    for key in ("a/1", "a/b/2", "ab/3"):
        await storage.put_bytes(key.encode(), key)
    assert {item.key async for item in storage.list_objects("a")} == {"a/1", "a/b/2"}
    assert {(item.key, item.size) async for item in storage.list_objects()} == {
        ("a/1", 3),
        ("a/b/2", 5),
        ("ab/3", 4),
    }


@pytest.mark.parametrize(
    "key", ["", "/a", "a/", "../a", "a/../b", "a//b", ".", "a b", "a#1", "%2e%2e", "A", "é", "a\n", "a\0"]
)
async def test_hostile_key_is_the_callers_mistake(storage: Storage, root: Path, key: str) -> None:
    with pytest.raises(ValueError, match="Not a storage key"):
        await storage.put_bytes(b"x", key)
    with pytest.raises(ValueError, match="Not a storage key"):
        storage.local_path(key)
    assert files_in(root.parent) == []


async def test_local_file_of_any_store(storage: Storage) -> None:
    await storage.put_bytes(DATA, "a/b.pdf")
    async with storage.as_local_file("a/b.pdf") as path:
        assert path.read_bytes() == DATA
    assert path.exists() == (storage.local_path("a/b.pdf") is not None)
    assert await storage.exists("a/b.pdf")


async def test_local_path_is_where_the_bytes_are(root: Path) -> None:
    storage = Storage.from_url(root.as_uri())
    await storage.put_bytes(DATA, "a/b.pdf")
    assert storage.local_path("a/b.pdf") == root / "a" / "b.pdf"
    assert (root / "a" / "b.pdf").read_bytes() == DATA
    assert files_in(root) == [root / "a" / "b.pdf"]


async def test_local_put_is_synced_with_its_new_folders(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []

    def note(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    storage = Storage.from_url(root.as_uri())
    monkeypatch.setattr(os, "fsync", note)
    await storage.put_bytes(b"x", "a/b/c")
    assert synced == [root / "a/b/c", root / "a/b", root / "a", root]


async def test_failed_put_leaves_nothing(root: Path, tmp_path: Path) -> None:
    storage = Storage.from_url(root.as_uri())
    with pytest.raises(FileNotFoundError):
        await storage.put_file(tmp_path / "absent", "a")
    assert files_in(root) == []


def test_folder_is_closed_to_others(root: Path) -> None:
    Storage.from_url(root.as_uri())
    assert root.stat().st_mode & 0o007 == 0


def test_s3_is_opened_by_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "cn-shanghai")
    assert Storage.from_url("s3://bucket/prefix").local_path("a") is None


@pytest.mark.parametrize("url", ["", "/srv/files", "files", "https://example.org/", "file://host/files"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="storage URL"):
        Storage.from_url(url)
