"""The hash chain over the audit trail: one sealer continues it, anybody can verify it.

A seal numbers an entry and covers it, its number and the seal before. Entries are sealed in the order of their
transactions as far as no older one is under way, so the chain needs no lock that those who act would wait for.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit.models import AuditEntry
from backend.domains.audit.repository import AuditRepository
from backend.domains.audit.service.head import Head

GENESIS = "0" * 64
BATCH = 1_000
# What is not sealed, or not noted outside the database, for longer than this is a fault.
PATIENCE = timedelta(minutes=1)


def chain_hash(entry: AuditEntry, sequence: int, previous: str) -> str:
    """Return the SHA-256 over the entry's content and its place, in canonical JSON."""
    content: dict[str, Any] = {
        "previous_hash": previous,
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor_id": str(entry.actor_id) if entry.actor_id else None,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "target": {"type": entry.target_type, "id": entry.target_id, "label": entry.target_label},
        "details": entry.details,
    }
    # The first format had neither.
    if entry.format > 1:
        content |= {
            "format": entry.format,
            "sequence": sequence,
            "id": entry.id,
            "actor_kind": entry.actor_kind,
            "request_id": entry.request_id,
            "origin": entry.origin,
        }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


async def seal(session: AsyncSession, *, foreign: bool = False) -> int:
    """Continue the chain by up to a thousand entries, unless somebody else is at it; returns by how many.

    ``foreign`` takes what a restored database brought along instead.
    """
    repository = AuditRepository(session)
    if not await repository.try_to_be_the_sealer():
        return 0
    find = repository.foreign_unsealed if foreign else repository.unsealed
    entries = await find(limit=BATCH)
    if not entries:
        return 0
    last = await repository.last_seal()
    sequence, previous = (0, GENESIS) if last is None else (last.sequence, last.hash)
    rows = []
    for entry in entries:
        sequence += 1
        previous = chain_hash(entry, sequence, previous)
        rows.append({"sequence": sequence, "entry_id": entry.id, "hash": previous})
    await repository.add_seals(rows)
    return len(rows)


@dataclass(frozen=True)
class Verification:
    """What verifying found."""

    # How many entries hold, and the hash of the last of them.
    count: int
    last_hash: str
    unsealed: int
    # In words; empty when all is well.
    faults: tuple[str, ...]


async def verify(session: AsyncSession, head: Head | None, now: datetime) -> Verification:
    """Recompute the whole chain and compare its end with what was noted outside the database."""
    repository = AuditRepository(session)
    await repository.take_all_the_time()
    faults: list[str] = []
    previous, count = GENESIS, 0
    hash_at_head: str | None = None
    first_beyond_head: datetime | None = None
    async for seal_, entry in repository.chain():
        expected = None if entry is None else chain_hash(entry, count + 1, previous)
        if seal_.sequence != count + 1 or seal_.hash != expected:
            faults.append(
                f"Entry {seal_.entry_id} does not continue the chain; {count} entries before it hold."
            )
            break
        previous, count = seal_.hash, count + 1
        if head is not None and count == head.sequence:
            hash_at_head = previous
        elif first_beyond_head is None and (head is None or count > head.sequence):
            first_beyond_head = seal_.sealed_at
    else:
        faults += _against_head(head, count, hash_at_head)
        if first_beyond_head is not None and now - first_beyond_head > PATIENCE:
            faults.append("The end of the chain is not noted outside the database.")
    unsealed, oldest = await repository.count_unsealed()
    if oldest is not None and now - oldest > PATIENCE:
        faults.append(f"Entries are not sealed since {oldest.isoformat()}: no worker is running.")
    return Verification(count, previous, unsealed, tuple(faults))


def _against_head(head: Head | None, count: int, hash_at_head: str | None) -> list[str]:
    if head is None:
        return []
    if head.sequence > count:
        return [f"The end of the chain was cut off: entry {head.sequence} was noted, and {count} are there."]
    if head.hash != hash_at_head:
        return [f"Entry {head.sequence} is another one than was noted outside the database."]
    return []


async def continues(session: AsyncSession, head: Head | None) -> bool:
    """Tell whether the chain still holds what was noted of it."""
    if head is None:
        return True
    noted = await AuditRepository(session).seal_at(head.sequence)
    return noted is not None and noted.hash == head.hash
