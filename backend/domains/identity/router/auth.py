"""Routes of signing in and of one's own account."""

from typing import Annotated

from fastapi import Cookie, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from backend.config import AppSettings, Settings
from backend.domains.identity.errors import (
    InvalidCredentials,
    LoginThrottled,
    SessionEnded,
    WeakPassword,
    WrongPassword,
)
from backend.domains.identity.schemas import (
    LoginRequest,
    PasswordChange,
    ProfileUpdate,
    TokenResponse,
    UserRead,
)
from backend.domains.identity.service.accounts import AccountService, replace_own_password
from backend.domains.identity.service.sessions import Device, SessionService, SignedIn, log_in, renew
from backend.kit.auth import Actor, Requires, credentials_of
from backend.kit.db.session import AppDatabase, ReadSession, Session
from backend.kit.errors import Forbidden, UnsupportedType
from backend.kit.http import json_response
from backend.kit.problems import responses
from backend.kit.routing import Router

router = Router(prefix="/auth", tags=["auth"])

COOKIE = "kehui_refresh"
COOKIE_PATH = "/api/v1/auth"
SignedInActor = Annotated[Actor, Requires()]
RefreshCookie = Annotated[str | None, Cookie(alias=COOKIE)]


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


def _refuse_cross_site(request: Request, settings: Settings) -> None:
    # These routes set or act on a cookie; a page of another site must not sign anybody in or out. Browsers say where
    # they come from in one of two headers, programs in none.
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", settings.public_origin)
    if site not in {"same-origin", "none"} or (settings.public_origin and origin != settings.public_origin):
        raise Forbidden("Requests from other sites are refused.")


def _device(request: Request) -> Device:
    return Device(
        address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", ""),
    )


def _answer(signed_in: SignedIn, settings: Settings) -> Response:
    response = json_response(signed_in.answer, headers={"Cache-Control": "no-store"})
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


@router.post(
    "/login",
    response_model=TokenResponse,
    openapi_extra=_LOGIN_BODY,
    responses=responses(InvalidCredentials, LoginThrottled),
)
async def log_in_with_password(
    request: Request,
    credentials: Annotated[LoginRequest, Depends(_login_request)],
    database: AppDatabase,
    settings: AppSettings,
) -> Response:
    """Sign in with a username and password.

    Answers an access token to send as `Authorization: Bearer …`, and sets the refresh token as an HttpOnly cookie
    for `POST /auth/refresh`. Ten wrong passwords within 15 minutes from one address pause the account there.
    """
    _refuse_cross_site(request, settings)
    signed_in = await log_in(
        database,
        settings,
        username=credentials.username,
        password=credentials.password,
        remember_me=credentials.remember_me,
        device=_device(request),
    )
    return _answer(signed_in, settings)


@router.post("/refresh", response_model=TokenResponse, responses=responses(SessionEnded))
async def refresh_session(
    request: Request, database: AppDatabase, settings: AppSettings, kehui_refresh: RefreshCookie = None
) -> Response:
    """Exchange the refresh cookie for a new access token and a new cookie.

    A cookie that was already exchanged (more than ten seconds ago) ends the session: it was copied.
    """
    _refuse_cross_site(request, settings)
    return _answer(await renew(database, settings, kehui_refresh), settings)


@router.post("/logout", status_code=204)
async def log_out(
    request: Request, session: Session, settings: AppSettings, kehui_refresh: RefreshCookie = None
) -> Response:
    """End this session on the server and drop the cookie; also succeeds when there is none.

    The session is the one of the cookie, and the one of the access token when the request carries one.
    """
    _refuse_cross_site(request, settings)
    scheme, credentials = credentials_of(request)
    access_token = credentials if scheme == "bearer" else None
    await SessionService(session, settings).close(kehui_refresh, access_token)
    response = Response(status_code=204)
    response.delete_cookie(
        COOKIE, path=COOKIE_PATH, secure=settings.secure_cookies, httponly=True, samesite="strict"
    )
    return response


@router.get("/me")
async def read_own_account(actor: SignedInActor, session: ReadSession) -> UserRead:
    """Return your account, its roles and what they permit."""
    return await AccountService(session).read_own(actor)


@router.put("/me")
async def update_own_account(body: ProfileUpdate, actor: SignedInActor, session: Session) -> UserRead:
    """Change your name, phone and e-mail."""
    return await AccountService(session).update_own(actor, body)


@router.put("/me/password", status_code=204, responses=responses(WrongPassword, WeakPassword, LoginThrottled))
async def change_own_password(
    request: Request, body: PasswordChange, actor: SignedInActor, database: AppDatabase
) -> None:
    """Change your password; your sessions on other devices end.

    Wrong current passwords are counted like those of `POST /auth/login`.
    """
    await replace_own_password(database, actor, body, address=_device(request).address)
