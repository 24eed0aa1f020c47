"""Record who did what, in the transaction of the act.

The entries form a hash chain: an entry that is changed, removed or slipped in later breaks it, as long as the last
hash is also noted somewhere that the tamperer cannot reach; `kehui verify-audit` prints it.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit.models import AuditEntry
from backend.domains.audit.repository import AuditRepository
from backend.kit.auth import Actor
from backend.kit.db.session import Phase, before_commit

GENESIS = "0" * 64
_PENDING = "audit_chain"


@dataclass(frozen=True)
class Target:
    """What was acted on, with a label that stays readable when the object is gone."""

    type: str
    id: str
    label: str


@dataclass(frozen=True)
class _Act:
    actor: Actor
    action: str
    target: Target
    details: dict[str, Any]


def record(
    session: AsyncSession, actor: Actor, action: str, target: Target, details: dict[str, Any] | None = None
) -> None:
    """Add an entry to the chain when this transaction commits.

    ``action`` reads ``subject.verb`` ("customer.reveal"). ``details`` hold what changed and why; never the value of
    a protected field.
    """
    session.info.setdefault(_PENDING, []).append(_Act(actor, action, target, details or {}))
    before_commit(session, Phase.AUDIT, _append)


async def _append(session: AsyncSession) -> None:
    acts: list[_Act] = session.info.pop(_PENDING, [])
    repository = AuditRepository(session)
    previous = await repository.lock_chain() or GENESIS
    for act in acts:
        entry = AuditEntry(
            at=datetime.now(UTC),
            actor_id=act.actor.id,
            actor_name=act.actor.display_name,
            action=act.action,
            target_type=act.target.type,
            target_id=act.target.id,
            target_label=act.target.label,
            details=act.details,
            previous_hash=previous,
        )
        entry.hash = previous = chain_hash(entry)
        await repository.add(entry)


def chain_hash(entry: AuditEntry) -> str:
    """Return the SHA-256 over the previous hash and the entry's content in canonical JSON."""
    content = {
        "previous_hash": entry.previous_hash,
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor_id": str(entry.actor_id) if entry.actor_id else None,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "target": asdict(Target(entry.target_type, entry.target_id, entry.target_label)),
        "details": entry.details,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


async def verify_chain(session: AsyncSession) -> tuple[int, str, int | None]:
    """Recompute the whole chain; returns how many entries hold, the last good hash, and the id of the first bad one."""
    previous, count = GENESIS, 0
    async for entry in AuditRepository(session).oldest_first():
        if entry.previous_hash != previous or entry.hash != chain_hash(entry):
            return count, previous, entry.id
        previous, count = entry.hash, count + 1
    return count, previous, None
