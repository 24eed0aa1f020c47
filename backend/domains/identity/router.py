"""Routes of sign-in and accounts."""

from typing import Annotated
from uuid import UUID

from fastapi import Cookie, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from backend.config import AppSettings, Settings
from backend.domains.identity.errors import (
    InvalidCredentials,
    LastAdministrator,
    LoginThrottled,
    OwnAccount,
    SessionEnded,
    UnknownRole,
    UsernameTaken,
    UserNotFound,
    WeakPassword,
    WrongPassword,
)
from backend.domains.identity.models import Role, User
from backend.domains.identity.permissions import IdentityPermission
from backend.domains.identity.repository import UserRepository
from backend.domains.identity.schemas import (
    LoginRequest,
    PasswordChange,
    PasswordReset,
    PersonOption,
    PersonOptions,
    ProfileUpdate,
    RoleList,
    RoleRead,
    TokenResponse,
    UserCreate,
    UserListQuery,
    UserRead,
    UserUpdate,
)
from backend.domains.identity.service.accounts import AccountService
from backend.domains.identity.service.roles import RoleService
from backend.domains.identity.service.sessions import Device, SessionService, SignedIn, grants_of, log_in
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import ReadSession, Session, get_database
from backend.kit.errors import Forbidden, StaleVersion, UnsupportedType, VersionRequired
from backend.kit.http import ExpectedVersion, OncePerKey, created, etag, json_response
from backend.kit.listing import Page, SearchText
from backend.kit.problems import responses
from backend.kit.routing import Router

auth_router = Router(prefix="/auth", tags=["auth"])
users_router = Router(tags=["users"])

COOKIE = "kehui_refresh"
COOKIE_PATH = "/api/v1/auth"
SignedInActor = Annotated[Actor, Requires()]
Manager = Annotated[Actor, Requires(IdentityPermission.USERS_MANAGE)]
Reader = Annotated[Actor, Requires(IdentityPermission.USERS_READ)]
RefreshCookie = Annotated[str | None, Cookie(alias=COOKIE)]


def user_read(user: User) -> UserRead:
    """Shape an account for an answer."""
    return UserRead(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        phone=user.phone,
        email=user.email,
        roles=[role.code for role in user.roles],
        permissions=sorted(grants_of(user)),
        is_active=user.is_active,
        last_login_at=user.last_login_at,
        created_at=user.created_at,
        version=user.version,
    )


async def _login_request(request: Request) -> LoginRequest:
    """Read the credentials from JSON, or from the OAuth2 password form that Swagger UI sends."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    try:
        if media_type == "application/x-www-form-urlencoded":
            form = await request.form(max_files=0, max_fields=10)
            return LoginRequest(
                username=str(form.get("username", "")),
                password=str(form.get("password", "")),
                remember_me="remember_me" in str(form.get("scope", "")).split(),
            )
        if media_type == "application/json":
            return LoginRequest.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(
            [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        ) from None
    raise UnsupportedType("Send the credentials as JSON or as an OAuth2 password form.")


def _refuse_cross_site(request: Request) -> None:
    # These routes set or act on a cookie; a page of another site must not sign anybody in or out.
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Forbidden("Requests from other sites are refused.")


def _device(request: Request) -> Device:
    return Device(
        address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", ""),
    )


def _answer(signed_in: SignedIn, settings: Settings) -> Response:
    body = TokenResponse(
        access_token=signed_in.access_token,
        token_type="bearer",  # noqa: S106
        expires_in=signed_in.expires_in,
        user=user_read(signed_in.user),
    )
    response = json_response(body, headers={"Cache-Control": "no-store"})
    response.set_cookie(
        COOKIE,
        signed_in.refresh_token.text,
        max_age=signed_in.cookie_max_age,
        path=COOKIE_PATH,
        secure=settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )
    return response


_LOGIN_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": LoginRequest.model_json_schema()},
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["username", "password"],
                    "properties": {
                        "grant_type": {"type": "string", "const": "password"},
                        "username": {"type": "string"},
                        "password": {"type": "string", "format": "password"},
                        "scope": {"type": "string", "description": "`remember_me` or nothing."},
                    },
                }
            },
        },
    }
}


@auth_router.post(
    "/login",
    response_model=TokenResponse,
    openapi_extra=_LOGIN_BODY,
    responses=responses(InvalidCredentials, LoginThrottled),
)
async def log_in_with_password(
    request: Request, credentials: Annotated[LoginRequest, Depends(_login_request)], settings: AppSettings
) -> Response:
    """Sign in with a username and password.

    Answers an access token to send as `Authorization: Bearer …`, and sets the refresh token as an HttpOnly cookie
    for `POST /auth/refresh`. Ten wrong passwords within 15 minutes from one address pause the account there.
    """
    _refuse_cross_site(request)
    signed_in = await log_in(
        get_database(request),
        settings,
        username=credentials.username,
        password=credentials.password,
        remember_me=credentials.remember_me,
        device=_device(request),
    )
    return _answer(signed_in, settings)


@auth_router.post("/refresh", response_model=TokenResponse, responses=responses(SessionEnded))
async def refresh_session(
    request: Request, settings: AppSettings, kehui_refresh: RefreshCookie = None
) -> Response:
    """Exchange the refresh cookie for a new access token and a new cookie.

    A cookie that was already exchanged (more than ten seconds ago) ends the session: it was copied.
    """
    _refuse_cross_site(request)
    database = get_database(request)
    try:
        async with database.transaction() as session:
            signed_in = await SessionService(session, settings).renew(kehui_refresh)
    except SessionEnded:
        # In a transaction of its own: the refusal rolled the first one back, and the end must last.
        async with database.transaction() as session:
            await SessionService(session, settings).end_if_copied(kehui_refresh)
        raise
    return _answer(signed_in, settings)


@auth_router.post("/logout", status_code=204)
async def log_out(
    request: Request, session: Session, settings: AppSettings, kehui_refresh: RefreshCookie = None
) -> Response:
    """End this session on the server and drop the cookie; also succeeds when there is none."""
    _refuse_cross_site(request)
    await SessionService(session, settings).close(kehui_refresh)
    response = Response(status_code=204, headers={"Clear-Site-Data": '"cache", "storage"'})
    response.delete_cookie(
        COOKIE, path=COOKIE_PATH, secure=settings.secure_cookies, httponly=True, samesite="strict"
    )
    return response


@auth_router.get("/me")
async def read_own_account(actor: SignedInActor, session: ReadSession) -> UserRead:
    """Return your account, its roles and what they permit."""
    if actor.id is None:
        raise UserNotFound
    return user_read(await AccountService(session).get(actor.id))


@auth_router.put("/me")
async def update_own_account(body: ProfileUpdate, actor: SignedInActor, session: Session) -> UserRead:
    """Change your name, phone and e-mail."""
    return user_read(await AccountService(session).update_own(actor, body))


@auth_router.put("/me/password", status_code=204, responses=responses(WrongPassword, WeakPassword))
async def change_own_password(body: PasswordChange, actor: SignedInActor, session: Session) -> None:
    """Change your password; your sessions on other devices end."""
    await AccountService(session).change_own_password(actor, body)


@users_router.get("/users")
async def list_users(
    query: Annotated[UserListQuery, Query()], actor: Reader, session: ReadSession
) -> Page[UserRead]:
    """List accounts."""
    del actor
    users, total = await AccountService(session).list_users(query)
    return Page[UserRead].of([user_read(user) for user in users], total, query)


@users_router.get("/users/options")
async def list_user_options(
    actor: SignedInActor, session: ReadSession, q: Annotated[SearchText | None, Query()] = None
) -> PersonOptions:
    """Find people by part of their name, for pickers; the first 20."""
    del actor
    rows = await UserRepository(session).options(q, 20)
    return PersonOptions(items=[PersonOption(id=row.id, display_name=row.display_name) for row in rows])


@users_router.post(
    "/users",
    status_code=201,
    response_model=UserRead,
    responses=responses(UsernameTaken, UnknownRole, WeakPassword),
)
async def create_user(
    body: UserCreate,
    actor: Manager,
    session: Session,
    replay: OncePerKey,
) -> Response:
    """Open an account."""

    async def produce() -> Response:
        user = await AccountService(session).create(actor, body)
        return created(user_read(user), location=f"/api/v1/users/{user.id}", version=user.version)

    return await replay.once(session, actor, produce)


@users_router.get("/users/{user_id}", responses=responses(UserNotFound))
async def read_user(user_id: UUID, actor: Reader, session: ReadSession, response: Response) -> UserRead:
    """Return an account."""
    del actor
    user = await AccountService(session).get(user_id)
    response.headers["ETag"] = etag(user.version)
    return user_read(user)


@users_router.put(
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
    return user_read(user)


@users_router.post(
    "/users/{user_id}/disable",
    responses=responses(UserNotFound, OwnAccount, LastAdministrator),
)
async def disable_user(user_id: UUID, actor: Manager, session: Session) -> UserRead:
    """Disable an account; its sessions end at once."""
    return user_read(await AccountService(session).set_active(actor, user_id, active=False))


@users_router.post("/users/{user_id}/enable", responses=responses(UserNotFound))
async def enable_user(user_id: UUID, actor: Manager, session: Session) -> UserRead:
    """Enable a disabled account."""
    return user_read(await AccountService(session).set_active(actor, user_id, active=True))


@users_router.put(
    "/users/{user_id}/password", status_code=204, responses=responses(UserNotFound, WeakPassword)
)
async def reset_user_password(user_id: UUID, body: PasswordReset, actor: Manager, session: Session) -> None:
    """Set a new password for somebody who lost theirs; all sessions of the account end."""
    await AccountService(session).reset_password(actor, user_id, body.new_password)


@users_router.get("/roles")
async def list_roles(actor: Reader, session: ReadSession) -> RoleList:
    """List the roles and what each permits."""
    del actor
    return RoleList(items=[_role_read(role) for role in await RoleService(session).list_roles()])


def _role_read(role: Role) -> RoleRead:
    return RoleRead(
        id=role.id,
        code=role.code,
        name=role.name,
        is_builtin=role.is_builtin,
        permissions=sorted(item.permission for item in role.permissions),
    )
