"""Who acts, whose a row is, and the first of the two gates: may they do this at all?

The second gate is whose the row is. One rule judges it: `Actor.covers` in Python, and its twin in SQL,
`backend.kit.db.ownership.covered`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from structlog.contextvars import bind_contextvars

from backend.kit.errors import Forbidden, Unauthenticated


class Permission(StrEnum):
    """Base of each domain's permissions, ``resource:action``; a bare text is no permission."""


class Scope(StrEnum):
    """How far a permission reaches, from narrow to wide; each reach includes the ones before it."""

    OWN = "own"
    DEPARTMENT = "department"
    DEPARTMENT_AND_BELOW = "department_and_below"
    ALL = "all"


# What roles, by their code, are given when an installation first learns of a permission.
DefaultGrants: TypeAlias = Mapping[str, Mapping[Permission, Scope]]

_WIDTH: Mapping[Scope, int] = {scope: width for width, scope in enumerate(Scope)}


def merge_grants(grants: Iterable[tuple[str, Scope]]) -> dict[str, Scope]:
    """Put the grants of several roles together; the widest reach of a permission counts."""
    merged: dict[str, Scope] = {}
    for permission, scope in grants:
        known = merged.get(permission)
        if known is None or _WIDTH[known] < _WIDTH[scope]:
            merged[permission] = scope
    return merged


class ActorKind(StrEnum):
    """What stands behind a request or a job."""

    STAFF = "staff"
    SYSTEM = "system"
    CUSTOMER = "customer"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose a row or an event is: people by the id they act with, and departments."""

    people: tuple[UUID, ...] = ()
    departments: tuple[UUID, ...] = ()

    @classmethod
    def of(cls, *people: UUID | None, department: UUID | None = None) -> "Ownership":
        """Name the owners, leaving out what is not set."""
        return cls(
            tuple(dict.fromkeys(person for person in people if person is not None)),
            () if department is None else (department,),
        )

    def __or__(self, other: "Ownership") -> "Ownership":
        """Return the owners of both, such as those before and after a hand-over."""
        return Ownership(
            tuple(dict.fromkeys((*self.people, *other.people))),
            tuple(dict.fromkeys((*self.departments, *other.departments))),
        )


NOBODYS = Ownership()


@dataclass(frozen=True)
class Actor:
    """Who is behind a request or a job; ``grants`` maps each permission to its reach.

    ``id`` is the account's, the customer's or the partner's, by ``kind``; the system has none. ``departments_below``
    holds the actor's own department and all below it.
    """

    id: UUID | None
    display_name: str
    grants: Mapping[str, Scope] = field(default_factory=dict)
    kind: ActorKind = ActorKind.STAFF
    username: str = ""
    roles: tuple[str, ...] = ()
    department_id: UUID | None = None
    departments_below: frozenset[UUID] = frozenset()
    session_id: UUID | None = None
    session_expires_at: datetime | None = None

    @classmethod
    def system(cls, name: str) -> "Actor":
        """Return the actor of a job or command: it may do everything and is nobody's account."""
        return cls(id=None, display_name=name, kind=ActorKind.SYSTEM)

    @property
    def is_system(self) -> bool:
        """Whether no person or partner is behind it."""
        return self.kind is ActorKind.SYSTEM

    def may(self, permission: Permission) -> bool:
        """Tell whether the permission is held with any reach."""
        return self.is_system or permission in self.grants

    def reach(self, permission: str) -> Scope | None:
        """Tell how far the permission reaches; ``None`` when it is not held."""
        return Scope.ALL if self.is_system else self.grants.get(permission)

    def covers(self, permission: str, ownership: Ownership) -> bool:
        """Tell whether the permission reaches what belongs to these owners."""
        match self.reach(permission):
            case None:
                return False
            case Scope.ALL:
                return True
            case Scope.OWN:
                departments: frozenset[UUID] = frozenset()
            case Scope.DEPARTMENT:
                departments = frozenset() if self.department_id is None else frozenset({self.department_id})
            case Scope.DEPARTMENT_AND_BELOW:
                departments = self.departments_below
        return self.id in ownership.people or not departments.isdisjoint(ownership.departments)


class Authenticator(Protocol):
    """Turns the credentials of one scheme into an `Actor`, or raises `Unauthenticated`."""

    async def __call__(self, credentials: str) -> Actor: ...


def credentials_of(request: Request) -> tuple[str, str]:
    """Return the scheme, in lower case, and the credentials of the ``Authorization`` header; empty without one."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    return scheme.lower(), credentials.strip()


async def identify(request: Request) -> Actor:
    """Find out who asks, from the ``Authorization`` header, or raise `Unauthenticated`.

    ``app.state.authenticators`` maps each scheme, in lower case, to what understands its credentials.
    """
    scheme, credentials = credentials_of(request)
    authenticators: Mapping[str, Authenticator] = request.app.state.authenticators
    authenticator = authenticators.get(scheme)
    if authenticator is None or not credentials:
        raise Unauthenticated
    return await authenticator(credentials)


# Only describes the scheme to the API's readers; the login route reads the form, so Swagger UI can sign in.
bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/login", auto_error=False)


class PermissionMissing(Forbidden):
    """The role lacks a permission; member ``permission`` names it."""

    extension = ("permission",)
    code = "auth.forbidden"
    message = "Your role does not allow this."


_ADMITTED = "kehui.admitted"


class RequiresPermission:
    """The gate of a route: signed in, and holding at least one of the permissions (none: any signed-in actor)."""

    def __init__(self, *permissions: Permission) -> None:
        self.permissions = permissions

    async def __call__(self, request: Request, _token: str | None = Depends(bearer)) -> Actor:
        """Return the actor, or raise 401 or 403."""
        return await self.admit(request)

    async def admit(self, request: Request) -> Actor:
        """Return the actor, or raise 401 or 403; asked again for the same request, it remembers."""
        admitted: dict[RequiresPermission, Actor] = request.scope.setdefault(_ADMITTED, {})
        if self not in admitted:
            actor = await identify(request)
            bind_contextvars(actor_id=str(actor.id))
            if self.permissions and not any(actor.may(permission) for permission in self.permissions):
                raise PermissionMissing(permission=self.permissions[0].value)
            admitted[self] = actor
        return admitted[self]


def Requires(*permissions: Permission) -> Any:  # noqa: N802
    """Gate a route; used as the metadata of its ``Annotated[Actor, …]`` parameter."""
    return Depends(RequiresPermission(*permissions))
