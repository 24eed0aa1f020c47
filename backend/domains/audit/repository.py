"""The audit trail's SQL."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, text, tuple_

from backend.domains.audit.models import AuditEntry, AuditSeal
from backend.kit.db.repository import Repository
from backend.kit.db.transaction_ids import HORIZON, NOT_YET_GIVEN

_place = tuple_(AuditEntry.transaction_id, AuditEntry.id)
_IN_ORDER = (AuditEntry.transaction_id, AuditEntry.id)
_BACKWARDS = (AuditEntry.transaction_id.desc(), AuditEntry.id.desc())
_IS_SETTLED = AuditEntry.transaction_id < HORIZON
_SEAL_OF_ENTRY = AuditSeal.entry_id == AuditEntry.id


class AuditRepository(Repository[AuditEntry]):
    """Appends entries and seals, and reads both back."""

    model = AuditEntry

    async def append(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add entries."""
        await self.session.execute(insert(AuditEntry), rows)

    async def try_to_be_the_sealer(self) -> bool:
        """Be the only one who seals until this transaction ends; ``False`` while somebody else is."""
        statement = text("SELECT pg_try_advisory_xact_lock(hashtextextended('kehui.audit_sealer', 0))")
        return bool(await self.session.scalar(statement))

    async def last_seal(self) -> AuditSeal | None:
        """Fetch the end of the chain."""
        return await self.session.scalar(select(AuditSeal).order_by(AuditSeal.sequence.desc()).limit(1))

    async def seal_at(self, sequence: int) -> AuditSeal | None:
        """Fetch the seal with this number."""
        return await self.session.get(AuditSeal, sequence)

    async def unsealed(self, *, limit: int) -> Sequence[AuditEntry]:
        """Fetch what is to be sealed next: in the order of the transactions, as far as none can come before it."""
        last = (
            select(AuditEntry.transaction_id, AuditEntry.id)
            .join(AuditSeal, _SEAL_OF_ENTRY)
            .where(_IS_SETTLED)
            .order_by(*_BACKWARDS)
            .limit(1)
        )
        position = (await self.session.execute(last)).one_or_none()
        after = [] if position is None else [_place > tuple(position)]
        return await self._unsealed(_IS_SETTLED, *after, limit=limit)

    async def foreign_unsealed(self, *, limit: int) -> Sequence[AuditEntry]:
        """Fetch unsealed entries that came with a restored database, whose transactions this server does not know."""
        return await self._unsealed(AuditEntry.transaction_id >= NOT_YET_GIVEN, limit=limit)

    async def _unsealed(self, *criteria: ColumnElement[bool], limit: int) -> Sequence[AuditEntry]:
        return await self.all(
            select(AuditEntry)
            .outerjoin(AuditSeal, _SEAL_OF_ENTRY)
            .where(AuditSeal.entry_id.is_(None), *criteria)
            .order_by(*_IN_ORDER)
            .limit(limit)
        )

    async def add_seals(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Continue the chain."""
        await self.session.execute(insert(AuditSeal), rows)

    async def take_all_the_time(self) -> None:
        """Let the statements of this transaction run for as long as the trail is."""
        await self.session.execute(text("SET LOCAL statement_timeout = 0"))

    async def chain(self) -> AsyncIterator[tuple[AuditSeal, AuditEntry | None]]:
        """Stream the seals from the beginning, each with its entry if that is still there."""
        statement = (
            select(AuditSeal, AuditEntry).outerjoin(AuditEntry, _SEAL_OF_ENTRY).order_by(AuditSeal.sequence)
        )
        stream = await self.session.stream(statement.execution_options(yield_per=500))
        async for seal, entry in stream:
            yield seal, entry

    async def count_unsealed(self) -> tuple[int, datetime | None]:
        """Return how many entries have no seal, and when the oldest of them was made."""
        statement = select(func.count(), func.min(AuditEntry.at)).outerjoin(AuditSeal, _SEAL_OF_ENTRY)
        row = (await self.session.execute(statement.where(AuditSeal.entry_id.is_(None)))).one()
        return row[0], row[1]
