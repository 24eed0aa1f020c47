"""Manage accounts and one's own profile."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.identity.errors import (
    LastAdministrator,
    OwnAccount,
    UnknownRole,
    UsernameTaken,
    UserNotFound,
    WrongPassword,
)
from backend.domains.identity.models import Role, User
from backend.domains.identity.passwords import check_strength, hash_password, verify_password
from backend.domains.identity.permissions import IdentityPermission
from backend.domains.identity.repository import WITH_ROLES, RoleRepository, SessionRepository, UserRepository
from backend.domains.identity.schemas import (
    PasswordChange,
    ProfileUpdate,
    UserCreate,
    UserListQuery,
    UserUpdate,
)
from backend.domains.identity.service.sessions import grants_of, publish_sessions_ended
from backend.kit import clock
from backend.kit.auth import Actor
from backend.kit.db.constraints import conflicts
from backend.kit.http import check_version
from backend.kit.realtime.feed import LiveEvent, publish
from backend.kit.realtime.hub import RIGHTS_CHANGED


class AccountService:
    """The rules of accounts."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.users = UserRepository(session)
        self.roles = RoleRepository(session)
        self.sessions = SessionRepository(session)

    async def get(self, user_id: UUID, *, lock: bool = False) -> User:
        """Fetch an account with its roles, or raise `UserNotFound`."""
        user = await self.users.get(user_id, options=WITH_ROLES, lock=lock)
        if user is None:
            raise UserNotFound
        return user

    async def is_active(self, user_id: UUID) -> bool:
        """Tell whether there is such an account and it is not disabled."""
        user = await self.users.get(user_id)
        return user is not None and user.is_active

    async def list_users(self, query: UserListQuery) -> tuple[list[User], int]:
        """Fetch one page of accounts."""
        return await self.users.list_users(query)

    async def create(self, actor: Actor, body: UserCreate) -> User:
        """Open an account; the person changes the given password at will."""
        check_strength(body.password, username=body.username, field="password")
        user = User(
            username=body.username,
            display_name=body.display_name,
            phone=body.phone,
            email=body.email,
            password_hash=await hash_password(body.password),
            roles=await self._roles(body.roles),
        )
        async with conflicts(self.session, {"users_username_key": UsernameTaken}):
            await self.users.add(user)
        audit.record(self.session, actor, "user.create", _target(user), {"roles": body.roles})
        self._tell(actor, user)
        return user

    async def update(self, actor: Actor, user_id: UUID, expected_version: int, body: UserUpdate) -> User:
        """Change an account; a change of roles bites at the person's next request."""
        user = await self.get(user_id, lock=True)
        check_version(user.version, expected_version)
        roles = await self._roles(body.roles)
        before = [role.code for role in user.roles]
        if IdentityPermission.USERS_MANAGE not in {
            item.permission for role in roles for item in role.permissions
        }:
            await self._keep_an_administrator(user)
        user.display_name, user.phone, user.email, user.roles = (
            body.display_name,
            body.phone,
            body.email,
            roles,
        )
        # A change of roles alone would leave the row, and so its version, untouched.
        user.updated_at = clock.now()
        await self.session.flush()
        audit.record(self.session, actor, "user.update", _target(user), {"roles": [before, body.roles]})
        if before != body.roles:
            publish(self.session, LiveEvent(RIGHTS_CHANGED, "", data={"user_ids": [str(user.id)]}))
        self._tell(actor, user)
        return user

    async def set_active(self, actor: Actor, user_id: UUID, *, active: bool) -> User:
        """Disable an account, which ends its sessions at once, or enable it again."""
        user = await self.get(user_id, lock=True)
        if not active:
            if user.id == actor.id:
                raise OwnAccount
            await self._keep_an_administrator(user)
            await self._end_sessions(user, "disabled")
        user.is_active = active
        await self.session.flush()
        audit.record(self.session, actor, "user.enable" if active else "user.disable", _target(user))
        self._tell(actor, user)
        return user

    async def reset_password(self, actor: Actor, user_id: UUID, new_password: str) -> None:
        """Set another person's password; all sessions of the account end."""
        user = await self.get(user_id, lock=True)
        check_strength(new_password, username=user.username, field="new_password")
        user.password_hash = await hash_password(new_password)
        await self._end_sessions(user, "password_reset")
        audit.record(self.session, actor, "user.reset_password", _target(user))

    async def change_own_password(self, actor: Actor, body: PasswordChange) -> None:
        """Change the actor's password; the other sessions of the account end, this one goes on."""
        user = await self._own(actor, lock=True)
        if not await verify_password(body.current_password, user.password_hash):
            raise WrongPassword
        check_strength(body.new_password, username=user.username, field="new_password")
        user.password_hash = await hash_password(body.new_password)
        await self._end_sessions(user, "password_changed", but=actor.session_id)
        audit.record(self.session, actor, "user.change_password", _target(user))

    async def update_own(self, actor: Actor, body: ProfileUpdate) -> User:
        """Change the actor's own profile."""
        user = await self._own(actor, lock=True)
        user.display_name, user.phone, user.email = body.display_name, body.phone, body.email
        await self.session.flush()
        self._tell(actor, user)
        return user

    async def _own(self, actor: Actor, *, lock: bool) -> User:
        if actor.id is None:
            raise UserNotFound
        return await self.get(actor.id, lock=lock)

    async def _roles(self, codes: list[str]) -> list[Role]:
        roles = await self.roles.get_by_codes(codes)
        unknown = sorted(set(codes) - {role.code for role in roles})
        if unknown:
            raise UnknownRole(unknown)
        return list(roles)

    async def _keep_an_administrator(self, user: User) -> None:
        permission = IdentityPermission.USERS_MANAGE
        await self.users.lock_administration()
        if permission in grants_of(user) and not await self.users.count_active_with(
            permission, excluding=user.id
        ):
            raise LastAdministrator

    async def _end_sessions(self, user: User, reason: str, *, but: UUID | None = None) -> None:
        ended = await self.sessions.end(user_id=user.id, now=clock.now(), reason=reason, but=but)
        publish_sessions_ended(self.session, list(ended))

    def _tell(self, actor: Actor, user: User) -> None:
        data = {"user_id": str(user.id), "actor_id": str(actor.id) if actor.id else None}
        publish(self.session, LiveEvent("user.updated", IdentityPermission.USERS_READ, data=data))


def _target(user: User) -> audit.Target:
    return audit.Target("user", str(user.id), user.username)
