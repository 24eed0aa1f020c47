"""Read the audit trail."""

from sqlalchemy import select

from backend.domains.audit.models import AuditEntry
from backend.kit.db.session import Database


async def entries_of(database: Database, action: str) -> list[AuditEntry]:
    """Fetch the entries of an action, oldest first."""
    async with database.reading() as session:
        statement = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
        return list(await session.scalars(statement))
