"""Manage accounts."""

from typing import Any
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
from backend.domains.identity.live import UserEvent
from backend.domains.identity.models import Role, User
from backend.domains.identity.passwords import (
    check_strength,
    hash_new_password,
    hash_password,
    verify_password,
)
from backend.domains.identity.permissions import IdentityPermission
from backend.domains.identity.repository import WITH_ROLES, RoleRepository, SessionRepository, UserRepository
from backend.domains.identity.schemas import (
    PasswordChange,
    PersonOption,
    PersonOptions,
    ProfileUpdate,
    UserCreate,
    UserListQuery,
    UserRead,
    UserUpdate,
)
from backend.domains.identity.service.sessions import actor_of, forget_actors, publish_sessions_ended
from backend.domains.identity.service.throttle import begin_try, forget_try
from backend.kit import clock
from backend.kit.auth import Actor
from backend.kit.db.constraints import conflicts
from backend.kit.db.session import Database
from backend.kit.db.versions import check_version
from backend.kit.listing import Page
from backend.kit.realtime.feed import LiveEvent, publish
from backend.kit.realtime.hub import RIGHTS_CHANGED

OPTIONS = 20


class AccountService:
    """The rules of accounts."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.users = UserRepository(session)
        self.roles = RoleRepository(session)
        self.sessions = SessionRepository(session)

    async def read(self, user_id: UUID) -> UserRead:
        """Return an account, or raise `UserNotFound`."""
        return UserRead.of(await self._get(user_id))

    async def read_own(self, actor: Actor) -> UserRead:
        """Return the actor's own account."""
        return UserRead.of(await self._own(actor))

    async def act_as(self, user_id: UUID) -> Actor:
        """Return an account as an actor outside any session."""
        return actor_of(await self._get(user_id))

    async def list_users(self, query: UserListQuery) -> Page[UserRead]:
        """Return one page of accounts."""
        users, total = await self.users.list_users(query)
        return Page[UserRead].of([UserRead.of(user) for user in users], total, query)

    async def find_people(self, q: str | None) -> PersonOptions:
        """Return the first active people whose name contains ``q``."""
        people = await self.users.options(q, OPTIONS)
        return PersonOptions(items=[PersonOption(id=id_, display_name=name) for id_, name in people])

    async def create(self, actor: Actor, body: UserCreate, password_hash: str) -> UserRead:
        """Open an account; the person changes the given password, hashed before, at will."""
        user = User(
            username=body.username,
            display_name=body.display_name,
            phone=body.phone,
            email=body.email,
            password_hash=password_hash,
            roles=await self._roles(body.roles),
        )
        async with conflicts(self.session, {"users_username_key": UsernameTaken}):
            await self.users.add(user)
        audit.record(self.session, actor, "user.create", _target(user), audit.changes({}, _facts(user)))
        self._tell(actor, user)
        return UserRead.of(user)

    async def update(self, actor: Actor, user_id: UUID, expected_version: int, body: UserUpdate) -> UserRead:
        """Change an account; a change of roles bites at the person's next request."""
        user = await self._get(user_id, lock=True)
        check_version(user.version, expected_version)
        roles = await self._roles(body.roles)
        before = _facts(user)
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
        await self._changed(actor, "user.update", user, before)
        return UserRead.of(user)

    async def update_own(self, actor: Actor, body: ProfileUpdate) -> UserRead:
        """Change the actor's own profile."""
        user = await self._own(actor, lock=True)
        before = _facts(user)
        user.display_name, user.phone, user.email = body.display_name, body.phone, body.email
        await self._changed(actor, "user.update", user, before)
        return UserRead.of(user)

    async def set_active(self, actor: Actor, user_id: UUID, *, active: bool) -> UserRead:
        """Disable an account, which ends its sessions at once, or enable it again."""
        user = await self._get(user_id, lock=True)
        before = _facts(user)
        if not active:
            if user.id == actor.id:
                raise OwnAccount
            await self._keep_an_administrator(user)
            await self._end_sessions(user, "disabled")
        user.is_active = active
        await self._changed(actor, "user.enable" if active else "user.disable", user, before)
        return UserRead.of(user)

    async def set_password(self, actor: Actor, user_id: UUID, password_hash: str) -> None:
        """Give another person a new password, hashed before; all sessions of the account end."""
        user = await self._get(user_id, lock=True)
        user.password_hash = password_hash
        await self._end_sessions(user, "password_reset")
        audit.record(self.session, actor, "user.reset_password", _target(user))

    async def own_password(self, actor: Actor) -> tuple[str, str]:
        """Return the actor's username and the hash of the password."""
        user = await self._own(actor)
        return user.username, user.password_hash

    async def replace_own_password(self, actor: Actor, *, verified: str, password_hash: str) -> None:
        """Replace the actor's password; the other sessions of the account end, this one goes on.

        ``verified`` is the hash that the current password was found to have: if it is the account's no longer,
        somebody has changed the password meanwhile.
        """
        user = await self._own(actor, lock=True)
        if user.password_hash != verified:
            raise WrongPassword
        user.password_hash = password_hash
        await self._end_sessions(user, "password_changed", but=actor.session_id)
        audit.record(self.session, actor, "user.change_password", _target(user))

    async def _get(self, user_id: UUID, *, lock: bool = False) -> User:
        user = await self.users.get(user_id, options=WITH_ROLES, lock=lock)
        if user is None:
            raise UserNotFound
        return user

    async def _own(self, actor: Actor, *, lock: bool = False) -> User:
        if actor.id is None:
            raise UserNotFound
        return await self._get(actor.id, lock=lock)

    async def _roles(self, codes: list[str]) -> list[Role]:
        roles = await self.roles.get_by_codes(codes)
        unknown = sorted(set(codes) - {role.code for role in roles})
        if unknown:
            raise UnknownRole(unknown)
        return list(roles)

    async def _keep_an_administrator(self, user: User) -> None:
        permission = IdentityPermission.USERS_MANAGE
        await self.users.lock_administration()
        if actor_of(user).may(permission) and not await self.users.count_active_with(
            permission, excluding=user.id
        ):
            raise LastAdministrator

    async def _end_sessions(self, user: User, reason: str, *, but: UUID | None = None) -> None:
        ended = await self.sessions.end(user_id=user.id, now=clock.now(), reason=reason, but=but)
        publish_sessions_ended(self.session, list(ended))

    async def _changed(self, actor: Actor, action: str, user: User, before: dict[str, Any]) -> None:
        """Write a change down and tell of it; what changes nothing leaves no trace."""
        changes = audit.changes(before, _facts(user))
        if not changes:
            return
        # A change of roles alone would leave the row, and so its version, untouched.
        user.updated_at = clock.now()
        await self.session.flush()
        audit.record(self.session, actor, action, _target(user), changes)
        if "roles" in changes:
            publish(self.session, LiveEvent(RIGHTS_CHANGED, "", data={"user_ids": [str(user.id)]}))
        self._tell(actor, user)

    def _tell(self, actor: Actor, user: User) -> None:
        forget_actors(self.session)
        event = UserEvent(type="user.updated", actor_id=actor.id, user_id=user.id, version=user.version)
        publish(self.session, LiveEvent.of(event))


async def reset_password(database: Database, actor: Actor, user_id: UUID, new_password: str) -> None:
    """Set another person's password; all sessions of the account end.

    The password is hashed between two transactions: no connection and no lock is held for its 50 ms.
    """
    async with database.reading() as session:
        username = (await AccountService(session).read(user_id)).username
    password_hash = await hash_new_password(new_password, username=username, field="new_password")
    async with database.transaction() as session:
        await AccountService(session).set_password(actor, user_id, password_hash)


async def replace_own_password(
    database: Database, actor: Actor, body: PasswordChange, *, address: str
) -> None:
    """Change the actor's password; raises `WrongPassword`, `WeakPassword` or `LoginThrottled`.

    Several transactions for the reasons of `backend.domains.identity.service.sessions.log_in`: whoever has got hold
    of somebody's open screen cannot try passwords faster here than at the door.
    """
    async with database.transaction() as session:
        username, verified = await AccountService(session).own_password(actor)
        check_strength(body.new_password, username=username, field="new_password")
        failure_id = await begin_try(session, username, address)
    if not await verify_password(body.current_password, verified):
        raise WrongPassword
    password_hash = await hash_password(body.new_password)
    async with database.transaction() as session:
        await forget_try(session, failure_id)
        await AccountService(session).replace_own_password(
            actor, verified=verified, password_hash=password_hash
        )


def _facts(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "display_name": user.display_name,
        "phone": user.phone,
        "email": user.email,
        "roles": sorted(role.code for role in user.roles),
        "is_active": user.is_active,
    }


def _target(user: User) -> audit.Target:
    return audit.Target("user", str(user.id), user.username)
