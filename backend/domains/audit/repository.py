"""The audit trail's SQL."""

from collections.abc import AsyncIterator

from sqlalchemy import select, text

from backend.domains.audit.models import AuditEntry
from backend.kit.db.repository import Repository


class AuditRepository(Repository[AuditEntry]):
    """Appends to the chain and reads it back."""

    model = AuditEntry

    async def lock_chain(self) -> str | None:
        """Hold the end of the chain until the transaction ends and return the last hash, if there is one."""
        await self.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended('kehui.audit_chain', 0))"),
        )
        statement = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
        return await self.session.scalar(statement)

    async def oldest_first(self) -> AsyncIterator[AuditEntry]:
        """Stream the whole chain from its beginning."""
        stream = await self.session.stream_scalars(
            select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)
        )
        async for entry in stream:
            yield entry
