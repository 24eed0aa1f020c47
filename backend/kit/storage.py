"""Where file bytes live: a local folder by default, S3 and what speaks its language by setting.

Keys are opaque to this module and carry no names that people chose; uniqueness is the caller's.
"""

import asyncio
import contextlib
import os
import re
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit
from urllib.request import url2pathname

import obstore
from obstore.store import LocalStore, MemoryStore, S3Store

if TYPE_CHECKING:
    # Type stubs only; absent at run time.
    from obstore import GetOptions
    from obstore.store import ObjectStore

CHUNK_BYTES = 256 * 1024

# What no store escapes and no file system interprets. Two dots in a row cannot be written.
_KEY = re.compile(r"[a-z0-9_-]+(?:[./][a-z0-9_-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One stored object, its size in bytes, and when it was written."""

    key: str
    size: int
    written_at: datetime


class Storage:
    """Objects by key; every method raises `FileNotFoundError` for an absent one unless it says otherwise.

    A key is lower-case ASCII letters, digits, ``_`` and ``-`` in parts joined by ``/`` or ``.``; any other
    raises `ValueError`.
    """

    def __init__(self, store: "ObjectStore") -> None:
        self._store = store
        self._root = store.prefix if isinstance(store, LocalStore) else None

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Open ``file:///folder`` (made when absent), ``s3://bucket/prefix`` or, for tests, ``memory:///``.

        S3 takes its endpoint, region and keys from the usual ``AWS_…`` variables.
        """
        parts = urlsplit(url)
        match parts.scheme:
            case "file" if not parts.netloc:
                root = Path(url2pathname(parts.path))
                root.mkdir(mode=0o750, parents=True, exist_ok=True)
                return cls(LocalStore(root))
            case "s3":
                return cls(S3Store.from_url(url))
            case "memory":
                return cls(MemoryStore())
        raise ValueError("A storage URL starts with file:/// or s3://.")

    async def put_file(self, path: Path, key: str) -> None:
        """Copy the file in; readers see all of it or nothing, and it is on disk when this returns."""
        await obstore.put_async(self._store, _checked(key), path)
        await self._make_durable(key)

    async def put_bytes(self, data: bytes, key: str) -> None:
        """As `put_file`."""
        await obstore.put_async(self._store, _checked(key), data)
        await self._make_durable(key)

    async def read(self, key: str) -> bytes:
        """The whole object; for what is known to be small."""
        result = await obstore.get_async(self._store, _checked(key))
        return bytes(await result.bytes_async())

    async def open_range(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Open bytes ``start`` to ``end`` (exclusive; to the last byte by default) as chunks.

        An absent key is known when this returns, before the first chunk. The range must not be empty and must
        start inside the object.
        """
        options: GetOptions = {}
        if end is not None:
            options["range"] = (start, end)
        elif start:
            options["range"] = {"offset": start}
        result = await obstore.get_async(self._store, _checked(key), options=options)
        return result.stream(min_chunk_size=CHUNK_BYTES)

    async def size(self, key: str) -> int:
        """Size in bytes."""
        return int((await obstore.head_async(self._store, _checked(key)))["size"])

    async def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            await self.size(key)
        except FileNotFoundError:
            return False
        return True

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete the objects; those already gone are no error."""
        checked = [_checked(key) for key in keys]
        if self._root is None:
            if checked:
                await obstore.delete_async(self._store, checked)
            return
        for key in checked:
            with contextlib.suppress(FileNotFoundError):
                await obstore.delete_async(self._store, key)

    async def list_objects(self, prefix: str = "") -> AsyncIterator[StoredObject]:
        """All objects whose key starts with the whole parts of ``prefix``, in no order."""
        async for batch in obstore.list(self._store, _checked(prefix) if prefix else None, chunk_size=1000):
            for item in batch:
                yield StoredObject(item["path"], item["size"], item["last_modified"])

    async def remove_unfinished(self, before: datetime) -> int:
        """Delete what writers that were killed before then left half-written; returns how much that was.

        A store elsewhere never shows such pieces and drops them by a rule of its own.
        """
        if self._root is None:
            return 0
        return await asyncio.to_thread(_remove_unfinished, self._root, before.timestamp())

    def local_path(self, key: str) -> Path | None:
        """The path of the object on this machine, for a web server to send; None when it is elsewhere.

        Says nothing about whether the object exists.
        """
        checked = _checked(key)
        return None if self._root is None else self._root / checked

    @contextlib.asynccontextmanager
    async def as_local_file(self, key: str) -> AsyncIterator[Path]:
        """The object as a file for reading: itself when local, else a copy that goes with the block."""
        path = self.local_path(key)
        if path is not None:
            await self.size(key)
            yield path
            return
        with tempfile.NamedTemporaryFile() as copy:
            async for chunk in await self.open_range(key):
                await asyncio.to_thread(copy.write, chunk)
            copy.flush()
            yield Path(copy.name)

    async def _make_durable(self, key: str) -> None:
        """Wait until a local object survives a power cut: the store renames atomically but never syncs."""
        if self._root is not None:
            await asyncio.to_thread(_sync_up_to, self._root / key, self._root)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"Not a storage key: {key!r}")
    return key


def _remove_unfinished(root: Path, before: float) -> int:
    # The store writes to the object's name with a number behind this sign, and then renames.
    left = [path for path in root.rglob("*#*") if path.is_file() and path.stat().st_mtime < before]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _sync_up_to(path: Path, root: Path) -> None:
    """Sync the file and the folders that name it, which may be new."""
    while True:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if path == root:
            return
        path = path.parent
