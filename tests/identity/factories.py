"""Make accounts, and sign people in."""

from collections.abc import Mapping
from typing import Any

from httpx import AsyncClient, Response

from backend.config import Settings
from backend.domains.identity.models import Role, RolePermission
from backend.domains.identity.passwords import hash_password
from backend.domains.identity.permissions import BUILT_IN_ROLES
from backend.domains.identity.repository import RoleRepository
from backend.domains.identity.schemas import UserCreate
from backend.domains.identity.service.accounts import AccountService
from backend.domains.identity.service.roles import RoleService
from backend.domains.identity.service.sessions import Device, SessionService
from backend.kit.auth import Actor, Scope
from backend.kit.db.session import Database
from backend.permissions import DEFAULT_GRANTS

PASSWORD = "four calm herons"
COOKIE = "kehui_refresh"


async def open_account(database: Database, settings: Settings, username: str, *roles: str) -> str:
    """Create an account with these roles, sign it in, and return its access token."""
    async with database.transaction() as session:
        body = UserCreate(
            username=username, display_name=f"测试 {username}", password=PASSWORD, roles=list(roles)
        )
        user = await AccountService(session).create(
            Actor.system("tests"), body, await hash_password(PASSWORD)
        )
        device = Device(address="127.0.0.1", user_agent="tests")
        signed_in = await SessionService(session, settings).open(user.id, remember_me=False, device=device)
    return signed_in.answer.access_token


async def create_role(database: Database, code: str, grants: Mapping[str, Scope]) -> str:
    """Create a role that gives these permissions with these reaches, and return its code."""
    async with database.transaction() as session:
        permissions = [
            RolePermission(permission=permission, scope=scope) for permission, scope in grants.items()
        ]
        session.add(Role(code=code, name=code, permissions=permissions))
    return code


async def change_role(database: Database, code: str, grants: Mapping[str, Scope]) -> None:
    """Let a role permit exactly this, as an administrator would."""
    async with database.transaction() as session:
        role = await RoleRepository(session).get_by_code(code)
        assert role is not None
        await RoleService(session).change_role(Actor.system("tests"), role.id, grants)


async def seed_roles(database: Database, grants: Mapping[str, Mapping[str, Scope]] = DEFAULT_GRANTS) -> None:
    """Bring the roles to the state of a version that grants this by default."""
    async with database.transaction() as session:
        await RoleService(session).seed(Actor.system("tests"), BUILT_IN_ROLES, grants)


async def open_account_with(
    database: Database, settings: Settings, username: str, grants: Mapping[str, Scope]
) -> str:
    """Create an account that holds exactly these permissions and return its access token."""
    return await open_account(
        database, settings, username, await create_role(database, f"role_{username}", grants)
    )


async def user_id_of(client: AsyncClient) -> str:
    """Return the id of whoever the client is signed in as."""
    user_id: str = (await client.get("/auth/me")).json()["id"]
    return user_id


async def sign_in(client: AsyncClient, username: str, password: str = PASSWORD, **more: Any) -> Response:
    """Sign in with JSON; the client keeps no cookie."""
    response = await client.post("/auth/login", json={"username": username, "password": password, **more})
    client.cookies.clear()
    return response


async def refresh(client: AsyncClient, cookie: str | None, **headers: str) -> Response:
    """Exchange a refresh cookie; the client keeps none."""
    if cookie is not None:
        headers["Cookie"] = f"{COOKIE}={cookie}"
    response = await client.post("/auth/refresh", headers=headers)
    client.cookies.clear()
    return response


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries an access token."""
    return {"Authorization": f"Bearer {token}"}
