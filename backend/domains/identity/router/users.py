"""Routes of accounts and roles."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from backend.domains.identity.errors import (
    LastAdministrator,
    OwnAccount,
    UnknownRole,
    UsernameTaken,
    UserNotFound,
    WeakPassword,
)
from backend.domains.identity.passwords import hash_new_password
from backend.domains.identity.permissions import IdentityPermission
from backend.domains.identity.schemas import (
    PasswordReset,
    PersonOptions,
    RoleList,
    UserCreate,
    UserListQuery,
    UserRead,
    UserUpdate,
)
from backend.domains.identity.service.accounts import AccountService, reset_password
from backend.domains.identity.service.roles import RoleService
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import AppDatabase, ReadSession, Session
from backend.kit.errors import StaleVersion, VersionRequired
from backend.kit.http import ExpectedVersion, created, etag
from backend.kit.idempotency import OncePerKey
from backend.kit.listing import Page, SearchText
from backend.kit.problems import responses
from backend.kit.routing import Router

router = Router(tags=["users"])

SignedInActor = Annotated[Actor, Requires()]
Manager = Annotated[Actor, Requires(IdentityPermission.USERS_MANAGE)]
Reader = Annotated[Actor, Requires(IdentityPermission.USERS_READ)]


@router.get("/users")
async def list_users(
    query: Annotated[UserListQuery, Query()], actor: Reader, session: ReadSession
) -> Page[UserRead]:
    """List accounts."""
    del actor
    return await AccountService(session).list_users(query)


@router.get("/users/options")
async def list_user_options(
    actor: SignedInActor, session: ReadSession, q: Annotated[SearchText | None, Query()] = None
) -> PersonOptions:
    """Find people by part of their name, for pickers; the first 20."""
    del actor
    return await AccountService(session).find_people(q)


@router.post(
    "/users",
    status_code=201,
    response_model=UserRead,
    responses=responses(UsernameTaken, UnknownRole, WeakPassword),
)
async def create_user(
    body: UserCreate, actor: Manager, database: AppDatabase, replay: OncePerKey
) -> Response:
    """Open an account."""
    password_hash = await hash_new_password(body.password, username=body.username, field="password")
    async with database.transaction() as session:

        async def produce() -> Response:
            user = await AccountService(session).create(actor, body, password_hash)
            return created(user, location=f"/api/v1/users/{user.id}", version=user.version)

        content = body.model_dump_json(exclude={"password"}).encode()
        return await replay.once(session, actor, produce, content=content)


@router.get("/users/{user_id}", responses=responses(UserNotFound))
async def read_user(user_id: UUID, actor: Reader, session: ReadSession, response: Response) -> UserRead:
    """Return an account."""
    del actor
    user = await AccountService(session).read(user_id)
    response.headers["ETag"] = etag(user.version)
    return user


@router.put(
    "/users/{user_id}",
    responses=responses(UserNotFound, UnknownRole, LastAdministrator, StaleVersion, VersionRequired),
)
async def update_user(
    user_id: UUID,
    body: UserUpdate,
    actor: Manager,
    session: Session,
    version: ExpectedVersion,
    response: Response,
) -> UserRead:
    """Change an account; a change of roles bites at the person's next request."""
    user = await AccountService(session).update(actor, user_id, version, body)
    response.headers["ETag"] = etag(user.version)
    return user


@router.post(
    "/users/{user_id}/disable",
    responses=responses(UserNotFound, OwnAccount, LastAdministrator),
)
async def disable_user(user_id: UUID, actor: Manager, session: Session) -> UserRead:
    """Disable an account; its sessions end at once."""
    return await AccountService(session).set_active(actor, user_id, active=False)


@router.post("/users/{user_id}/enable", responses=responses(UserNotFound))
async def enable_user(user_id: UUID, actor: Manager, session: Session) -> UserRead:
    """Enable a disabled account."""
    return await AccountService(session).set_active(actor, user_id, active=True)


@router.put("/users/{user_id}/password", status_code=204, responses=responses(UserNotFound, WeakPassword))
async def reset_user_password(
    user_id: UUID, body: PasswordReset, actor: Manager, database: AppDatabase
) -> None:
    """Set a new password for somebody who lost theirs; all sessions of the account end."""
    await reset_password(database, actor, user_id, body.new_password)


@router.get("/roles")
async def list_roles(actor: Reader, session: ReadSession) -> RoleList:
    """List the roles and what each permits."""
    del actor
    return await RoleService(session).list_roles()
