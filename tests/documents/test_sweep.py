"""Bytes that belong to no document are removed, and no others."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from httpx import AsyncClient
from uuid_utils.compat import uuid7

from backend.domains.documents.service.sweep import LEFT_FOR, sweep_files
from backend.kit.db.session import Database
from tests.documents.factories import create_document, path_of, storage, stored_keys

Customer = dict[str, Any]


def age(path: Path, by: timedelta) -> None:
    """Let the file have been written that long ago."""
    then = time.time() - by.total_seconds()
    os.utime(path, (then, then))


async def stored(key: str, *, since: timedelta) -> str:
    """Store an object of that age."""
    await storage().put_bytes(b"x", key)
    age(path_of(key), since)
    return key


async def test_what_was_left_behind_goes_after_a_day(
    staff: AsyncClient, customer: Customer, database: Database
) -> None:
    long, short = LEFT_FOR + timedelta(minutes=1), LEFT_FOR - timedelta(minutes=1)
    kept = await create_document(staff, customer["id"])
    deleted = await create_document(staff, customer["id"])
    await staff.delete(f"/documents/{deleted['id']}")
    for document in (kept, deleted):
        age(path_of(f"{document['id']}/original"), long)
    left = {await stored(f"{uuid7()}/{name}", since=long) for name in ("original", "1-preview.webp")}
    fresh = await stored(f"{uuid7()}/original", since=short)
    foreign = await stored("readme/original", since=long)

    await sweep_files(database)

    keys = await stored_keys()
    assert keys.isdisjoint(left)
    assert {f"{kept['id']}/original", f"{deleted['id']}/original", fresh, foreign} <= keys


async def test_what_was_half_written_goes_after_a_day(database: Database) -> None:
    folder = path_of(await stored(f"{uuid7()}/original", since=timedelta())).parent
    old, fresh = folder / "original#7", folder / "original#8"
    for half, since in ((old, LEFT_FOR * 2), (fresh, timedelta())):
        half.write_bytes(b"x")
        age(half, since)

    await sweep_files(database)

    assert not old.exists()
    assert fresh.exists()
