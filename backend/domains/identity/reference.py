"""What other domains may use of identity; everything else in this package is private."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from backend.domains.identity.models import User
from backend.domains.identity.repository import UserRepository, people_table

__all__ = ["is_active_account", "people", "people_table"]


def people(role: str) -> type[User]:
    """Return the accounts to join for the ``id`` and ``display_name`` of those who play a role in a row."""
    return aliased(User, name=role)


async def is_active_account(session: AsyncSession, user_id: UUID) -> bool:
    """Tell whether there is such an account and it is not disabled."""
    user = await UserRepository(session).get(user_id)
    return user is not None and user.is_active
