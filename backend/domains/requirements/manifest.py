"""What requirement sets bring into the house."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.requirements import models
from backend.domains.requirements.live import RequirementsEvent
from backend.domains.requirements.permissions import RequirementPermission
from backend.domains.requirements.router import router
from backend.domains.requirements.service.sets import RequirementService
from backend.kit.manifest import Domain


async def seed(session: AsyncSession) -> None:
    """Add the sets that come with this version."""
    await RequirementService(session).seed()


MANIFEST = Domain(
    models=models,
    router=router,
    permissions=RequirementPermission,
    live=(RequirementsEvent,),
    seed=seed,
)
