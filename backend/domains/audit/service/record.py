"""Record who did what, in the transaction of the act.

Entries are only ever added. A moment later a worker seals them into a hash chain (`chain`), whose end is also noted
outside the database (`head`), so that an entry that is changed, removed or slipped in later shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit.repository import AuditRepository
from backend.kit.auth import Actor
from backend.kit.context import origin, request_id
from backend.kit.db.session import Phase, before_commit

FORMAT = 2
_PENDING = "audit_entries"


@dataclass(frozen=True)
class Target:
    """What was acted on, with a label that stays readable when the object is gone."""

    type: str
    id: str
    label: str


def record(
    session: AsyncSession, actor: Actor, action: str, target: Target, details: dict[str, Any] | None = None
) -> None:
    """Add an entry when this transaction commits.

    ``action`` reads ``subject.verb`` ("customer.reveal"). ``details`` hold what changed (`changes`) and why; never the
    value of a protected field.
    """
    before_commit(session, Phase.AUDIT, _append)
    session.info.setdefault(_PENDING, []).append(
        {
            "format": FORMAT,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "actor_name": actor.display_name,
            "action": action,
            "target_type": target.type,
            "target_id": target.id,
            "target_label": target.label,
            "details": details or {},
            "request_id": request_id.get()[:64],
            "origin": origin.get()[:100],
        }
    )


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return each field that differs with its value before and after, for the details of an entry."""
    return {
        name: [_plain(before.get(name)), _plain(after.get(name))]
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }


def _plain(value: Any) -> Any:
    """Return the value as JSON can hold it."""
    match value:
        case None | bool() | int() | str():
            return value
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted(_plain(item) for item in value)
    return str(value)


async def _append(session: AsyncSession) -> None:
    acts: list[dict[str, Any]] = session.info.pop(_PENDING, [])
    now = datetime.now(UTC)
    await AuditRepository(session).append([{**act, "at": now} for act in acts])
