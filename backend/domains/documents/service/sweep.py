"""Remove stored bytes that no document has: what a process left that was killed between storing and committing."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from backend.domains.documents.models import owner_of
from backend.domains.documents.repository import DocumentRepository
from backend.kit import clock
from backend.kit.db.session import Database
from backend.kit.storage import Storage
from backend.resources import resources_of

log = logging.getLogger("kehui.documents")

# Far longer than any upload takes from storing its bytes to its commit.
LEFT_FOR = timedelta(days=1)
AT_ONCE = 500


async def sweep_files(database: Database) -> None:
    """Delete what has been stored for a day and belongs to no document; what is named otherwise is not ours."""
    storage, before = resources_of(database).storage, clock.now() - LEFT_FOR
    removed = await storage.remove_unfinished(before)
    owners: dict[str, UUID] = {}
    async for item in storage.list_objects():
        owner = owner_of(item.key)
        if owner is not None and item.written_at < before:
            owners[item.key] = owner
        if len(owners) == AT_ONCE:
            removed += await _remove_orphans(database, storage, owners)
            owners = {}
    removed += await _remove_orphans(database, storage, owners)
    if removed:
        log.info("documents.swept", extra={"removed": removed})


async def _remove_orphans(database: Database, storage: Storage, owners: Mapping[str, UUID]) -> int:
    async with database.reading() as session:
        known = await DocumentRepository(session).known_among(set(owners.values()))
    orphans = [key for key, owner in owners.items() if owner not in known]
    await storage.delete(orphans)
    return len(orphans)
