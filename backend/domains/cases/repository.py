"""The SQL of case moves and requirements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from backend.domains.cases.models import CaseMove, CaseRequirement
from backend.domains.identity.models import User
from backend.kit.db.repository import AnyRow, Repository
from backend.kit.listing import ListQuery


class CaseRepository(Repository[CaseMove]):
    """The history of files, and what was asked for anew."""

    model = CaseMove

    async def history(self, customer_id: UUID, query: ListQuery) -> tuple[Sequence[AnyRow], int]:
        """Fetch one page of a file's moves with names, newest first."""
        statement = (
            select(CaseMove, User.display_name.label("actor_name"))
            .outerjoin(User, User.id == CaseMove.actor_id)
            .where(CaseMove.customer_id == customer_id)
        )
        return await self.page(statement, query, [], CaseMove.id)

    async def requirements(self, customer_id: UUID) -> Sequence[AnyRow]:
        """Fetch what was asked for anew, with the asker's name."""
        statement = (
            select(CaseRequirement, User.display_name.label("requester_name"))
            .join(User, User.id == CaseRequirement.requested_by_id)
            .where(CaseRequirement.customer_id == customer_id)
        )
        return (await self.session.execute(statement)).all()

    async def require(
        self, customer_id: UUID, document_types: Sequence[str], *, at: datetime, by: UUID, reason: str
    ) -> None:
        """Ask for document types anew; asking again moves the time on."""
        rows = [
            {
                "customer_id": customer_id,
                "document_type": code,
                "requested_at": at,
                "requested_by_id": by,
                "reason": reason,
            }
            for code in document_types
        ]
        statement = insert(CaseRequirement)
        changed = {name: statement.excluded[name] for name in ("requested_at", "requested_by_id", "reason")}
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=["customer_id", "document_type"], set_=changed),
            rows,
        )
