"""The SQL of requirement sets."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from backend.domains.requirements.models import RequirementSet
from backend.kit.db.repository import Repository


class RequirementRepository(Repository[RequirementSet]):
    """Sets with their items; the code is the key."""

    model = RequirementSet

    async def list_sets(self, *, in_use: bool = False, lock: bool = False) -> Sequence[RequirementSet]:
        """Fetch all sets, or those in use, in their order."""
        statement: Select[RequirementSet] = select(RequirementSet).order_by(
            RequirementSet.sort_order, RequirementSet.code
        )
        if in_use:
            statement = statement.where(RequirementSet.is_active)
        return await self.all(statement.with_for_update(of=RequirementSet) if lock else statement)

    async def get_by_code(self, code: str, *, lock: bool = False) -> RequirementSet | None:
        """Fetch a set, in use or not."""
        statement: Select[RequirementSet] = select(RequirementSet).where(RequirementSet.code == code)
        return await self.one_or_none(statement.with_for_update(of=RequirementSet) if lock else statement)

    async def last_place(self) -> int:
        """Return the highest place in the order that is taken."""
        return await self.session.scalar(select(func.max(RequirementSet.sort_order))) or 0

    async def remove(self, requirement_set: RequirementSet) -> None:
        """Delete a set with its items."""
        await self.session.delete(requirement_set)
        await self.session.flush()
