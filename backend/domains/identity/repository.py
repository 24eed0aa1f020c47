"""The SQL of accounts, roles and sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, delete, func, or_, select, text, update
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.base import ExecutableOption
from uuid_utils.compat import uuid7

from backend.domains.identity.models import LoginFailure, LoginSession, Role, RolePermission, User, user_roles
from backend.domains.identity.schemas import UserListQuery
from backend.kit.auth import Scope
from backend.kit.db.repository import Repository

WITH_ROLES: tuple[ExecutableOption, ...] = (selectinload(User.roles).selectinload(Role.permissions),)
WITH_PERMISSIONS: tuple[ExecutableOption, ...] = (selectinload(Role.permissions),)
_SORT_COLUMNS: dict[str, ColumnElement[Any]] = {
    "username": User.username.expression,
    "display_name": User.display_name.expression,
    "created_at": User.created_at.expression,
    "last_login_at": User.last_login_at.expression,
}


@dataclass(frozen=True)
class OpenSession:
    """A session that goes on, and whose it is."""

    user_id: UUID
    username: str
    display_name: str
    department_id: UUID | None
    expires_at: datetime
    roles: tuple[str, ...]
    grants: tuple[tuple[str, Scope], ...]


def people_table(role: str) -> FromClause:
    """Return the accounts as plain columns, to join for those who play a role in rows of a statement built once."""
    return User.__table__.alias(role)


class UserRepository(Repository[User]):
    """Accounts."""

    model = User

    async def get_by_username(self, username: str, *, lock: bool = False) -> User | None:
        """Fetch an account by its name, whatever the case."""
        statement: Select[User] = select(User).where(func.lower(User.username) == username.lower())
        if lock:
            statement = statement.with_for_update(of=User, key_share=True)
        return await self.one_or_none(statement.options(*WITH_ROLES))

    def matching(self, query: UserListQuery) -> Select[User]:
        """Build the statement of a list."""
        statement: Select[User] = select(User)
        if query.q:
            columns = (User.username, User.display_name, User.phone, User.email)
            statement = statement.where(
                or_(*(column.icontains(query.q, autoescape=True) for column in columns))
            )
        if query.role:
            statement = statement.where(User.roles.any(Role.code.in_(query.role)))
        if query.is_active is not None:
            statement = statement.where(User.is_active == query.is_active)
        return statement

    async def list_users(self, query: UserListQuery) -> tuple[list[User], int]:
        """Fetch one page with roles."""
        statement = self.matching(query).options(*WITH_ROLES)
        rows, total = await self.page(statement, query, self.order(_SORT_COLUMNS, query.sort), User.id)
        return [row[0] for row in rows], total

    async def note_login(self, user: User, now: datetime) -> None:
        """Keep when somebody last signed in; no change of the account, so its version stays."""
        statement = update(User).where(User.id == user.id)
        statement = statement.values(last_login_at=now, updated_at=User.updated_at)
        await self.session.execute(statement.execution_options(synchronize_session=False))
        await self.session.refresh(user, ["last_login_at"])

    async def options(self, q: str | None, limit: int) -> Sequence[tuple[UUID, str]]:
        """Fetch active people whose name or username contains ``q``."""
        statement = select(User.id, User.display_name).where(User.is_active)
        if q:
            matches = (
                User.display_name.icontains(q, autoescape=True),
                User.username.icontains(q, autoescape=True),
            )
            statement = statement.where(or_(*matches))
        rows = await self.session.execute(statement.order_by(User.display_name, User.id).limit(limit))
        return [(user_id, display_name) for user_id, display_name in rows]

    async def lock_administration(self) -> None:
        """Let only one transaction at a time take somebody's rights away."""
        await self.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended('kehui.administration', 0))")
        )

    async def count_active_with(self, permission: str, *, excluding: UUID | None = None) -> int:
        """Count the active accounts, or the other ones, that hold a permission."""
        statement = (
            select(func.count(func.distinct(User.id)))
            .join(user_roles, user_roles.c.user_id == User.id)
            .join(RolePermission, RolePermission.role_id == user_roles.c.role_id)
            .where(User.is_active, RolePermission.permission == permission)
        )
        if excluding is not None:
            statement = statement.where(User.id != excluding)
        return await self.session.scalar(statement) or 0


class RoleRepository(Repository[Role]):
    """Roles with their permissions."""

    model = Role

    async def list_roles(self) -> Sequence[Role]:
        """Fetch all roles, built-in first."""
        statement: Select[Role] = select(Role).options(*WITH_PERMISSIONS)
        return await self.all(statement.order_by(Role.is_builtin.desc(), Role.code))

    async def get_with_permissions(self, role_id: UUID, *, lock: bool = False) -> Role | None:
        """Fetch a role with what it permits."""
        return await self.get(role_id, options=WITH_PERMISSIONS, lock=lock)

    async def get_by_code(self, code: str, *, lock: bool = False) -> Role | None:
        """Fetch a role by its code."""
        statement: Select[Role] = select(Role).where(Role.code == code).options(*WITH_PERMISSIONS)
        return await self.one_or_none(
            statement.with_for_update(of=Role, key_share=True) if lock else statement
        )

    async def member_ids(self, role_id: UUID) -> Sequence[UUID]:
        """Fetch the accounts that have a role."""
        members = select(user_roles.c.user_id).where(user_roles.c.role_id == role_id)
        return (await self.session.scalars(members)).all()

    async def get_by_codes(self, codes: Sequence[str]) -> Sequence[Role]:
        """Fetch the roles with these codes."""
        statement: Select[Role] = select(Role).where(Role.code.in_(codes)).options(*WITH_PERMISSIONS)
        return await self.all(statement.order_by(Role.code))


def _grant(pair: str) -> tuple[str, Scope]:
    permission, _, scope = pair.rpartition(":")
    return permission, Scope(scope)


class SessionRepository(Repository[LoginSession]):
    """Sign-ins and failed sign-ins."""

    model = LoginSession

    async def find_open(self, session_id: UUID, now: datetime) -> OpenSession | None:
        """Fetch what one request needs to know of its session, in a single statement; ``None`` when it has ended."""
        grants = (
            select(func.array_agg(RolePermission.permission + ":" + RolePermission.scope))
            .select_from(user_roles)
            .join(RolePermission, RolePermission.role_id == user_roles.c.role_id)
            .where(user_roles.c.user_id == User.id)
            .scalar_subquery()
        )
        roles = (
            select(func.array_agg(Role.code))
            .select_from(user_roles)
            .join(Role, Role.id == user_roles.c.role_id)
            .where(user_roles.c.user_id == User.id)
            .scalar_subquery()
        )
        statement = (
            select(
                User.id,
                User.username,
                User.display_name,
                User.department_id,
                LoginSession.expires_at,
                roles,
                grants,
            )
            .join(LoginSession, LoginSession.user_id == User.id)
            .where(
                LoginSession.id == session_id,
                LoginSession.ended_at.is_(None),
                LoginSession.expires_at > now,
                User.is_active,
            )
        )
        row = (await self.session.execute(statement)).one_or_none()
        if row is None:
            return None
        user_id, username, display_name, department_id, expires_at, codes, pairs = row
        return OpenSession(
            user_id=user_id,
            username=username,
            display_name=display_name,
            department_id=department_id,
            expires_at=expires_at,
            roles=tuple(codes or ()),
            grants=tuple(_grant(pair) for pair in pairs or ()),
        )

    async def end(
        self, *, user_id: UUID, now: datetime, reason: str, but: UUID | None = None
    ) -> Sequence[UUID]:
        """End an account's open sessions, all ``but`` one, and return their ids."""
        statement = update(LoginSession).where(
            LoginSession.user_id == user_id, LoginSession.ended_at.is_(None)
        )
        if but is not None:
            statement = statement.where(LoginSession.id != but)
        ended = await self.session.scalars(
            statement.values(ended_at=now, end_reason=reason)
            .returning(LoginSession.id)
            .execution_options(synchronize_session=False)
        )
        return ended.all()

    async def count_failures(
        self, *, since: datetime, username: str | None = None, address: str | None = None
    ) -> int:
        """Count refused sign-ins of an account, of an address, or of both together."""
        statement = select(func.count()).select_from(LoginFailure).where(LoginFailure.failed_at > since)
        if username is not None:
            statement = statement.where(LoginFailure.username == username.lower())
        if address is not None:
            statement = statement.where(LoginFailure.address == address)
        return await self.session.scalar(statement) or 0

    async def add_failure(self, username: str, address: str, now: datetime) -> UUID:
        """Count a try as failed and return the count's id."""
        failure = LoginFailure(
            id=uuid7(), username=username.lower()[:60], address=address[:60], failed_at=now
        )
        self.session.add(failure)
        await self.session.flush()
        return failure.id

    async def remove_failure(self, failure_id: UUID) -> None:
        """Take back the count of a try that succeeded."""
        await self.session.execute(delete(LoginFailure).where(LoginFailure.id == failure_id))

    async def forget_old(self, before: datetime) -> None:
        """Drop failed tries and sessions that ended before a moment."""
        await self.session.execute(delete(LoginFailure).where(LoginFailure.failed_at < before))
        await self.session.execute(delete(LoginSession).where(LoginSession.expires_at < before))
