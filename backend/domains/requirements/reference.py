"""What other domains may use of requirements; everything else in this package is private."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.requirements.errors import ContradictorySet
from backend.domains.requirements.events import RequirementsChanged
from backend.domains.requirements.permissions import RequirementPermission
from backend.domains.requirements.repository import RequirementRepository
from backend.domains.requirements.rules import CONDITION_FIELDS, Needed, Set, Subject, needed
from backend.domains.requirements.schemas import RequirementSetFields

__all__ = [
    "CONDITION_FIELDS",
    "ContradictorySet",
    "Needed",
    "RequirementPermission",
    "RequirementSetFields",
    "Requirements",
    "RequirementsChanged",
    "Set",
    "Subject",
    "needed",
]


class Requirements:
    """What the sets in use ask for."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def needed(self, subject: Subject) -> tuple[Needed, ...]:
        """Put together what is asked of the subject now."""
        return needed(await RequirementRepository(self._session).list_sets(in_use=True), subject)
