"""What the identity routes take and give."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.domains.identity.models import Role, User
from backend.domains.identity.passwords import MAXIMUM_LENGTH
from backend.kit.listing import ListQuery, SearchText
from backend.kit.schemas import Body, OptionalEmail, OptionalMobile, Text60, vocabulary

Username = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{1,59}$")]
PermissionName = Annotated[str, vocabulary("Permission")]
Password = Annotated[str, StringConstraints(min_length=1, max_length=MAXIMUM_LENGTH)]


class LoginRequest(Body):
    """Sign in; ``remember_me`` keeps the session for 30 days instead of until the browser closes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"username": "staff", "password": "a long secret", "remember_me": False}]
        },
    )

    username: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    password: Password
    remember_me: bool = False


class UserRead(BaseModel):
    """An account, with what its roles permit."""

    id: UUID
    username: str
    display_name: str
    phone: str | None
    email: str | None
    roles: list[str] = Field(description="Role codes.")
    permissions: list[PermissionName] = Field(description="What the roles permit together.")
    is_active: bool
    last_login_at: datetime | None
    created_at: datetime
    version: int

    @classmethod
    def of(cls, user: User) -> Self:
        """Describe an account that was fetched with its roles."""
        return cls(
            id=user.id,
            username=user.username,
            display_name=user.display_name,
            phone=user.phone,
            email=user.email,
            roles=[role.code for role in user.roles],
            permissions=sorted({item.permission for role in user.roles for item in role.permissions}),
            is_active=user.is_active,
            last_login_at=user.last_login_at,
            created_at=user.created_at,
            version=user.version,
        )


class TokenResponse(BaseModel):
    """A fresh access token and who it stands for; the refresh token is in an HttpOnly cookie."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int = Field(description="Seconds the access token lives.")
    user: UserRead
    last_event_id: str = Field(
        description="Where the event stream stands now: open it with this as `Last-Event-ID`, and no change is missed "
        "to what is fetched in the meantime."
    )


class ProfileUpdate(Body):
    """What people may change of their own account."""

    display_name: Text60
    phone: OptionalMobile = None
    email: OptionalEmail = None


class PasswordChange(Body):
    """Change one's own password; every other session of the account ends."""

    current_password: Password
    new_password: Password


class PasswordReset(Body):
    """Set another account's password; all its sessions end."""

    new_password: Password


class UserCreate(Body):
    """A new account."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "username": "wangfang",
                    "display_name": "王芳",
                    "phone": "13800138000",
                    "email": "wangfang@example.com",
                    "password": "three quiet rivers",
                    "roles": ["staff"],
                }
            ]
        },
    )

    username: Username
    display_name: Text60
    phone: OptionalMobile = None
    email: OptionalEmail = None
    password: Password
    roles: list[str] = Field(min_length=1, description="Role codes.")


class UserUpdate(Body):
    """The changeable part of an account; every field is set as sent."""

    display_name: Text60
    phone: OptionalMobile = None
    email: OptionalEmail = None
    roles: list[str] = Field(min_length=1, description="Role codes.")


UserSort = Literal[
    "username",
    "-username",
    "display_name",
    "-display_name",
    "created_at",
    "-created_at",
    "last_login_at",
    "-last_login_at",
]


class UserListQuery(ListQuery):
    """Search, filters and order of the account list."""

    q: SearchText | None = Field(None, description="Part of the username, name, phone or e-mail.")
    role: list[str] = Field([], description="Any of these role codes.")
    is_active: bool | None = None
    sort: list[UserSort] = ["username"]


class RoleRead(BaseModel):
    """A role and what it permits."""

    id: UUID
    code: str
    name: str
    is_builtin: bool
    permissions: list[PermissionName]

    @classmethod
    def of(cls, role: Role) -> Self:
        """Describe a role that was fetched with its permissions."""
        return cls(
            id=role.id,
            code=role.code,
            name=role.name,
            is_builtin=role.is_builtin,
            permissions=sorted(item.permission for item in role.permissions),
        )


class RoleList(BaseModel):
    """All roles."""

    items: list[RoleRead]


class PersonOption(BaseModel):
    """A choice in a picker of people."""

    id: UUID
    display_name: str


class PersonOptions(BaseModel):
    """The first matching people."""

    items: list[PersonOption]
