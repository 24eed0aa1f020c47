"""Accounts, roles, permissions and sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, String, Table, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.kit.auth import Scope
from backend.kit.db.base import Base, Identified, Timestamped, Versioned, text_enum

user_roles = Table(
    "user_roles",
    Base.metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("roles.id", ondelete="RESTRICT"), primary_key=True, index=True),
)


class RolePermission(Base):
    """A permission that a role gives, and how far it reaches."""

    __tablename__ = "role_permissions"

    role_id: Mapped[UUID] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True)
    permission: Mapped[str] = mapped_column(String(60), primary_key=True)
    scope: Mapped[Scope] = mapped_column(text_enum(Scope), default=Scope.ALL)


class Role(Identified, Timestamped, Base):
    """A named set of permissions; built-in roles cannot be removed."""

    __tablename__ = "roles"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    is_builtin: Mapped[bool] = mapped_column(default=False)
    permissions: Mapped[list[RolePermission]] = relationship(lazy="raise", cascade="all, delete-orphan")


class User(Identified, Timestamped, Versioned, Base):
    """A person who signs in."""

    __tablename__ = "users"
    __table_args__ = (Index("users_username_key", func.lower(Column("username")), unique=True),)

    username: Mapped[str] = mapped_column(String(60))
    display_name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(30))
    email: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str]
    department_id: Mapped[UUID | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    last_login_at: Mapped[datetime | None]
    roles: Mapped[list[Role]] = relationship(secondary=user_roles, lazy="raise", order_by=Role.code)


class LoginSession(Identified, Base):
    """A sign-in on one device, from login to logout: the family of its refresh tokens.

    Only hashes are kept. ``previous_token_hash`` is the token replaced last: two tabs may both present it within
    seconds, but later it can only be a copy, and the session ends.
    """

    __tablename__ = "login_sessions"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str]
    previous_token_hash: Mapped[str | None]
    rotated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    remember_me: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))
    user_agent: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(60))


class LoginFailure(Identified, Base):
    """A refused sign-in, counted to slow guessing down."""

    __tablename__ = "login_failures"
    __table_args__ = (
        Index(None, "username", "failed_at"),
        Index(None, "address", "failed_at"),
    )

    username: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(60))
    failed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
