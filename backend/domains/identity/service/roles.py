"""What roles permit."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.identity.errors import LastAdministrator, RoleNotFound
from backend.domains.identity.models import Role, RolePermission
from backend.domains.identity.permissions import IdentityPermission
from backend.domains.identity.repository import RoleRepository, UserRepository
from backend.domains.identity.schemas import RoleList, RoleRead
from backend.domains.identity.service.sessions import forget_actors
from backend.kit.auth import Actor, Scope
from backend.kit.db.seeding import never_seeded
from backend.kit.realtime.feed import LiveEvent, publish
from backend.kit.realtime.hub import RIGHTS_CHANGED

Grants = Mapping[str, Scope]


class RoleService:
    """The rules of roles."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.roles = RoleRepository(session)
        self.users = UserRepository(session)

    async def list_roles(self) -> RoleList:
        """Return all roles and what they permit."""
        return RoleList(items=[RoleRead.of(role) for role in await self.roles.list_roles()])

    async def change_role(self, actor: Actor, role_id: UUID, grants: Grants) -> RoleRead:
        """Let a role permit exactly this, on every screen and stream of its members from the commit on."""
        role = await self.roles.get_with_permissions(role_id, lock=True)
        if role is None:
            raise RoleNotFound
        await self._grant(actor, role, grants)
        return RoleRead.of(role)

    async def seed(self, actor: Actor, names: Mapping[str, str], grants: Mapping[str, Grants]) -> None:
        """Create the built-in roles that are missing, and give each what it was never given before.

        A grant that an administrator took away was given once, and so never comes back.
        """
        keys = {(code, permission) for code in names for permission in grants.get(code, {})}
        new = await never_seeded(self.session, "grant", (f"{code}:{permission}" for code, permission in keys))
        for code, name in names.items():
            wanted = grants.get(code, {})
            role = await self.roles.get_by_code(code, lock=True)
            if role is None:
                role = await self.roles.add(Role(code=code, name=name, is_builtin=True, permissions=[]))
                audit.record(self.session, actor, "role.create", _target(role))
            else:
                wanted = {item: scope for item, scope in wanted.items() if f"{code}:{item}" in new}
            await self._grant(actor, role, {**wanted, **_grants(role)})

    async def _grant(self, actor: Actor, role: Role, grants: Grants) -> None:
        before = _grants(role)
        if before == grants:
            return
        takes_administration = IdentityPermission.USERS_MANAGE in before.keys() - grants.keys()
        if takes_administration:
            await self.users.lock_administration()
        kept = [item for item in role.permissions if item.permission in grants]
        for item in kept:
            item.scope = grants[item.permission]
        added = [
            RolePermission(permission=str(permission), scope=scope)
            for permission, scope in grants.items()
            if permission not in before
        ]
        role.permissions = [*kept, *added]
        await self.session.flush()
        if takes_administration and not await self.users.count_active_with(IdentityPermission.USERS_MANAGE):
            raise LastAdministrator
        audit.record(self.session, actor, "role.update", _target(role), audit.changes(before, grants))
        forget_actors(self.session)
        members = await self.roles.member_ids(role.id)
        if members:
            data = {"user_ids": [str(member) for member in members]}
            publish(self.session, LiveEvent(RIGHTS_CHANGED, "", data=data))


def _grants(role: Role) -> dict[str, Scope]:
    return {item.permission: item.scope for item in role.permissions}


def _target(role: Role) -> audit.Target:
    return audit.Target("role", str(role.id), role.name)
