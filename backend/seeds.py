"""What every installation starts with: collected from the domains, and planted after each migration."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.identity.permissions import BUILT_IN_ROLES
from backend.domains.identity.service.roles import RoleService
from backend.kit.auth import Actor
from backend.manifests import DOMAINS
from backend.permissions import DEFAULT_GRANTS

_ACTOR = Actor.system("kehui-migrate")


async def seed(session: AsyncSession) -> None:
    """Add what this version brings and this installation never had; what people removed stays removed."""
    await RoleService(session).seed(_ACTOR, BUILT_IN_ROLES, DEFAULT_GRANTS)
    for domain in DOMAINS:
        if domain.seed is not None:
            await domain.seed(session)
