"""What is done with accounts and roles stays on record, with what was and what is."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from backend.domains.identity.service.accounts import AccountService
from backend.domains.identity.service.roles import RoleService
from backend.domains.identity.service.sessions import SessionService
from backend.kit.auth import Scope
from backend.kit.clock import clock, now
from backend.kit.db.session import Database
from tests.audit.factories import entries_of
from tests.identity.factories import (
    COOKIE,
    PASSWORD,
    bearer,
    change_role,
    refresh,
    seed_roles,
    sign_in,
    user_id_of,
)

NEW_PASSWORD = "five quick otters"
NEWCOMER = {"username": "wangfang", "display_name": "王芳", "password": PASSWORD, "roles": ["staff"]}


class Office:
    """Who acts on whom, through the API where there is a route."""

    def __init__(
        self, admin: AsyncClient, staff: AsyncClient, anonymous: AsyncClient, database: Database
    ) -> None:
        self.admin, self.staff, self.anonymous, self.database = admin, staff, anonymous, database

    async def user(self) -> dict[str, Any]:
        user: dict[str, Any] = (await self.staff.get("/auth/me")).json()
        return user

    async def put(self, **changes: Any) -> None:
        user = await self.user()
        body = {name: user[name] for name in ("display_name", "phone", "email", "roles")}
        headers = {"If-Match": f'"{user["version"]}"'}
        await self._done(self.admin.put(f"/users/{user['id']}", json={**body, **changes}, headers=headers))

    async def disable(self) -> None:
        await self._done(self.admin.post(f"/users/{await user_id_of(self.staff)}/disable"))

    async def create(self) -> None:
        await self._done(self.admin.post("/users", json=NEWCOMER))

    async def update_own(self, display_name: str = "赵敏 审核") -> None:
        await self._done(self.staff.put("/auth/me", json={"display_name": display_name}))

    async def set_password(self) -> None:
        path = f"/users/{await user_id_of(self.staff)}/password"
        await self._done(self.admin.put(path, json={"new_password": NEW_PASSWORD}))

    async def change_own_password(self) -> None:
        body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
        await self._done(self.staff.put("/auth/me/password", json=body))

    async def change_role(self) -> None:
        await change_role(self.database, "staff", {"documents:read": Scope.OWN})

    async def seed(self) -> None:
        await seed_roles(self.database, {"staff": {"tickets:read": Scope.ALL}})

    async def sign_in(self) -> Response:
        return await sign_in(self.anonymous, "staff")

    async def sign_out(self) -> None:
        token = (await self.sign_in()).json()["access_token"]
        await self._done(self.anonymous.post("/auth/logout", headers=bearer(token)))

    async def use_a_copied_cookie(self) -> None:
        with clock.stopped(now()):
            first = await self.sign_in()
            second = await refresh(self.anonymous, first.cookies[COOKIE])
            await refresh(self.anonymous, second.cookies[COOKIE])
            assert (await refresh(self.anonymous, first.cookies[COOKIE])).status_code == 401

    @staticmethod
    async def _done(sent: Awaitable[Response]) -> None:
        response = await sent
        assert response.is_success, response.text


@pytest.fixture
def office(admin: AsyncClient, staff: AsyncClient, anonymous: AsyncClient, database: Database) -> Office:
    return Office(admin, staff, anonymous, database)


Act = Callable[[Office], Awaitable[object]]
# What each writing method of the services leaves, and an act that runs it.
LEAVES: Mapping[tuple[type[object], str], tuple[str, Act]] = {
    (AccountService, "create"): ("user.create", Office.create),
    (AccountService, "update"): ("user.update", lambda office: office.put(display_name="李四")),
    (AccountService, "update_own"): ("user.update", Office.update_own),
    (AccountService, "set_active"): ("user.disable", Office.disable),
    (AccountService, "set_password"): ("user.reset_password", Office.set_password),
    (AccountService, "replace_own_password"): ("user.change_password", Office.change_own_password),
    (RoleService, "change_role"): ("role.update", Office.change_role),
    (RoleService, "seed"): ("role.update", Office.seed),
    (SessionService, "open"): ("session.open", Office.sign_in),
    (SessionService, "close"): ("session.end", Office.sign_out),
    (SessionService, "end_if_copied"): ("session.end", Office.use_a_copied_cookie),
}
# These change nothing that anybody would ask about later.
READING = {
    (AccountService, "act_as"),
    (AccountService, "find_people"),
    (AccountService, "list_users"),
    (AccountService, "own_password"),
    (AccountService, "read"),
    (AccountService, "read_own"),
    (RoleService, "list_roles"),
    (SessionService, "renew"),
}


def test_every_method_of_the_services_is_known() -> None:
    methods = {
        (service, name)
        for service in (AccountService, RoleService, SessionService)
        for name, _ in inspect.getmembers(service, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }

    assert methods == LEAVES.keys() | READING


@pytest.mark.parametrize("method", LEAVES, ids=lambda method: f"{method[0].__name__}.{method[1]}")
async def test_every_writing_method_leaves_an_entry(office: Office, method: tuple[type[object], str]) -> None:
    action, act = LEAVES[method]
    before = len(await entries_of(office.database, action))

    await act(office)

    assert len(await entries_of(office.database, action)) == before + 1


async def test_a_renamed_person_is_found_by_the_former_name(office: Office) -> None:
    own_id = await user_id_of(office.staff)

    await office.update_own()

    [entry] = await entries_of(office.database, "user.update")
    assert entry.details == {"display_name": ["测试 staff", "赵敏 审核"]}
    assert (entry.actor_id, entry.target_id) == (UUID(own_id), own_id)


async def test_a_change_by_an_administrator_tells_what_was_and_what_is(office: Office) -> None:
    await office.put(display_name="李四", phone="13912345678", roles=["auditor"])

    [entry] = await entries_of(office.database, "user.update")
    assert entry.details == {
        "display_name": ["测试 staff", "李四"],
        "phone": [None, "13912345678"],
        "roles": [["staff"], ["auditor"]],
    }
    assert entry.actor_name == "测试 admin"


async def test_what_changes_nothing_leaves_no_trace_and_the_version(office: Office) -> None:
    user = await office.user()

    await office.put()
    await office.update_own(user["display_name"])
    await office.admin.post(f"/users/{user['id']}/enable")

    assert await office.user() == user
    assert await entries_of(office.database, "user.update") == []
    assert await entries_of(office.database, "user.enable") == []


async def test_no_entry_holds_a_password(office: Office) -> None:
    await office.create()
    await office.change_own_password()
    await office.set_password()

    for action in ("user.create", "user.change_password", "user.reset_password"):
        for entry in await entries_of(office.database, action):
            assert not {PASSWORD, NEW_PASSWORD} & set(map(str, entry.details.values()))
            assert "password" not in str(entry.details)
