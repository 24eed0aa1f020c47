"""Who acts, and the first of the two gates: may they do this at all?

The second gate, whether they may see the row, is ``visible_to(actor)`` in each repository.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from backend.kit.errors import Forbidden, Unauthenticated


class Scope(StrEnum):
    """How far a permission reaches."""

    OWN = "own"
    ALL = "all"


@dataclass(frozen=True)
class Actor:
    """The person or process behind a request; ``grants`` maps each permission to its reach."""

    id: UUID | None
    display_name: str
    grants: Mapping[str, Scope] = field(default_factory=dict)
    username: str = ""
    roles: tuple[str, ...] = ()
    session_id: UUID | None = None
    session_expires_at: datetime | None = None
    is_system: bool = False

    @classmethod
    def system(cls, name: str) -> "Actor":
        """Return the actor of a job or command: it may do everything and is nobody's account."""
        return cls(id=None, display_name=name, is_system=True)

    def may(self, permission: str) -> bool:
        """Tell whether the permission is held with any reach."""
        return self.is_system or permission in self.grants

    def reach(self, permission: str) -> Scope | None:
        """Tell how far the permission reaches; ``None`` when it is not held."""
        return Scope.ALL if self.is_system else self.grants.get(permission)

    def may_on(self, permission: str, owner_ids: Collection[UUID]) -> bool:
        """Tell whether the permission covers a row that belongs to these people."""
        match self.reach(permission):
            case Scope.ALL:
                return True
            case Scope.OWN:
                return self.id in owner_ids
            case _:
                return False


class Authenticate(Protocol):
    """Turns a bearer token into an `Actor`, or raises `Unauthenticated`."""

    async def __call__(self, token: str) -> Actor: ...


# The login route itself reads the form, so Swagger UI can sign in with a username and password.
bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/login", auto_error=False)


class PermissionMissing(Forbidden):
    """The role lacks a permission; member ``permission`` names it."""

    code = "auth.forbidden"
    message = "Your role does not allow this."


class RequiresPermission:
    """The gate of a route: signed in, and holding at least one of the permissions (none: any signed-in person)."""

    def __init__(self, *permissions: str) -> None:
        self.permissions = tuple(str(permission) for permission in permissions)

    async def __call__(self, request: Request, token: str | None = Depends(bearer)) -> Actor:
        """Return the actor, or raise 401 or 403."""
        if not token:
            raise Unauthenticated
        authenticate: Authenticate = request.app.state.authenticate
        actor = await authenticate(token)
        if self.permissions and not any(actor.may(permission) for permission in self.permissions):
            raise PermissionMissing(permission=self.permissions[0])
        return actor


def Requires(*permissions: str) -> Any:  # noqa: N802
    """Gate a route; used as the metadata of its ``Annotated[Actor, …]`` parameter."""
    return Depends(RequiresPermission(*permissions))
