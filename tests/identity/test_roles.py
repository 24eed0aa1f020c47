"""What roles permit, how that changes, and what each version adds to it."""

import asyncio
from uuid import uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select, text

from backend.config import Settings
from backend.domains.audit.models import AuditEntry
from backend.domains.identity.errors import LastAdministrator, RoleNotFound
from backend.domains.identity.service.roles import RoleService
from backend.kit.auth import Actor, Scope
from backend.kit.db.session import Database
from backend.kit.realtime.feed import FeedEntry
from backend.kit.realtime.hub import RIGHTS_CHANGED
from backend.permissions import DEFAULT_GRANTS
from backend.seeds import seed
from tests.audit.factories import entries_of
from tests.identity.factories import change_role, create_role, open_account, seed_roles, user_id_of

ACTOR = Actor.system("tests")
NARROW = {"customers:read": Scope.OWN, "documents:read": Scope.ALL}


async def permissions_of(client: AsyncClient) -> set[str]:
    return set((await client.get("/auth/me")).json()["permissions"])


async def traces(database: Database) -> tuple[int, int]:
    """Count what an act leaves: audit entries and events."""
    async with database.reading() as session:
        return (
            await session.scalar(select(func.count()).select_from(AuditEntry)) or 0,
            await session.scalar(select(func.count()).select_from(FeedEntry)) or 0,
        )


async def test_a_change_bites_at_the_next_request_of_every_member(
    staff: AsyncClient, staff2: AsyncClient, auditor: AsyncClient, database: Database
) -> None:
    await change_role(database, "staff", NARROW)

    for member in (staff, staff2):
        assert await permissions_of(member) == NARROW.keys()
        assert (await member.post("/customers", json={"kind": "person", "name": "张伟"})).status_code == 403
    assert await permissions_of(auditor) == DEFAULT_GRANTS["auditor"].keys()


async def test_a_change_is_told_to_the_members_and_leaves_what_was_and_what_is(
    staff: AsyncClient, staff2: AsyncClient, database: Database
) -> None:
    await create_role(database, "narrow", {**NARROW, "users:read": Scope.ALL})
    await change_role(database, "narrow", NARROW | {"documents:read": Scope.DEPARTMENT})
    await change_role(database, "staff", NARROW)

    async with database.reading() as session:
        told = await session.scalars(select(FeedEntry).where(FeedEntry.type == RIGHTS_CHANGED))
        [event] = told.all()
    # Nobody has the role "narrow".
    assert set(event.data["user_ids"]) == {await user_id_of(staff), await user_id_of(staff2)}
    assert (await entries_of(database, "role.update"))[-2].details == {
        "documents:read": ["all", "department"],
        "users:read": ["all", None],
    }


async def test_a_change_to_what_is_already_so_leaves_no_trace(database: Database) -> None:
    before = await traces(database)

    await change_role(database, "staff", DEFAULT_GRANTS["staff"])

    assert await traces(database) == before


async def test_a_role_that_does_not_exist_is_not_changed(database: Database) -> None:
    with pytest.raises(RoleNotFound):
        async with database.transaction() as session:
            await RoleService(session).change_role(ACTOR, uuid4(), NARROW)


async def test_somebody_must_be_left_who_manages_accounts(database: Database, settings: Settings) -> None:
    others = {name: scope for name, scope in DEFAULT_GRANTS["admin"].items() if name != "users:manage"}
    with pytest.raises(LastAdministrator):
        await change_role(database, "admin", others)

    managers = await create_role(database, "managers", {"users:manage": Scope.ALL})
    await open_account(database, settings, "manager", managers)
    await change_role(database, "admin", others)


async def test_seeding_again_leaves_no_trace(database: Database) -> None:
    before = await traces(database)

    async with database.transaction() as session:
        await seed(session)

    assert await traces(database) == before


async def test_a_grant_that_was_removed_or_narrowed_does_not_come_back(
    staff: AsyncClient, database: Database
) -> None:
    await change_role(database, "staff", NARROW)

    await seed_roles(database)

    assert await permissions_of(staff) == NARROW.keys()
    async with database.reading() as session:
        scope = await session.scalar(
            text(
                "SELECT scope FROM role_permissions JOIN roles ON roles.id = role_id "
                "WHERE code = 'staff' AND permission = 'customers:read'"
            )
        )
    assert scope == "own"


async def test_a_new_permission_reaches_the_roles_it_is_meant_for(
    staff: AsyncClient, auditor: AsyncClient, database: Database
) -> None:
    await change_role(database, "staff", NARROW)
    newer = {**DEFAULT_GRANTS, "staff": {**DEFAULT_GRANTS["staff"], "tickets:write": Scope.DEPARTMENT}}

    await seed_roles(database, newer)

    assert await permissions_of(staff) == {*NARROW, "tickets:write"}
    assert await permissions_of(auditor) == DEFAULT_GRANTS["auditor"].keys()
    # Taken away it stays away.
    await change_role(database, "staff", NARROW)
    await seed_roles(database, newer)
    assert await permissions_of(staff) == NARROW.keys()


async def test_a_grant_made_by_hand_before_its_version_keeps_its_reach(
    staff: AsyncClient, database: Database
) -> None:
    await change_role(database, "staff", {"tickets:write": Scope.OWN})

    await seed_roles(database, {"staff": {"tickets:write": Scope.ALL}})

    details = (await entries_of(database, "role.update"))[-1].details
    assert details["tickets:write"] == [None, "own"]
    assert details["customers:read"] == ["all", None]
    assert await permissions_of(staff) == {"tickets:write"}


async def test_two_who_seed_at_the_same_time_seed_once(live_database: Database) -> None:
    newer = {**DEFAULT_GRANTS, "staff": {**DEFAULT_GRANTS["staff"], "tickets:write": Scope.ALL}}
    before = len(await entries_of(live_database, "role.update"))

    await asyncio.gather(*(seed_roles(live_database, newer) for _ in range(4)))

    assert len(await entries_of(live_database, "role.update")) == before + 1


async def test_a_built_in_role_that_is_missing_is_made_with_all_it_permits(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(
            text("DELETE FROM user_roles USING roles WHERE role_id = roles.id AND code = 'auditor'")
        )
        await session.execute(text("DELETE FROM roles WHERE code = 'auditor'"))

    await seed_roles(database)

    async with database.transaction() as session:
        roles = {role.code: role for role in (await RoleService(session).list_roles()).items}
    assert set(roles["auditor"].permissions) == DEFAULT_GRANTS["auditor"].keys()
    assert roles["auditor"].is_builtin
