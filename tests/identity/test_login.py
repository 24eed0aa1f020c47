"""Signing in: what it answers, the cookie it sets, and what it tells nobody."""

from datetime import timedelta
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
from httpx import AsyncClient, Response

from backend.app import create_app
from backend.config import Settings
from backend.kit.clock import clock, now
from backend.kit.db.session import Database
from backend.permissions import DEFAULT_GRANTS
from tests.conftest import client_of
from tests.identity.factories import COOKIE, PASSWORD, bearer, refresh, sign_in, user_id_of


def cookie_of(response: Response) -> "Morsel[str]":
    cookies: SimpleCookie = SimpleCookie(response.headers["set-cookie"])
    return cookies[COOKIE]


def told(response: Response) -> tuple[int, dict[str, Any], dict[str, str]]:
    """What an answer tells, but for the id of the request."""
    body = {key: value for key, value in response.json().items() if key != "request_id"}
    headers = {key: value for key, value in response.headers.items() if key != "x-request-id"}
    return response.status_code, body, headers


async def test_a_password_in_json_answers_a_token_and_who_it_stands_for(
    anonymous: AsyncClient, settings: Settings
) -> None:
    response = await sign_in(anonymous, "staff")

    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    answer = response.json()
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == settings.access_token_minutes * 60
    assert answer["user"]["username"] == "staff"
    assert answer["user"]["display_name"] == "测试 staff"
    assert answer["user"]["roles"] == ["staff"]
    assert answer["user"]["permissions"] == sorted(DEFAULT_GRANTS["staff"])
    me = await anonymous.get("/auth/me", headers=bearer(answer["access_token"]))
    assert me.json() == answer["user"]


async def test_the_form_of_the_api_page_signs_in_too(anonymous: AsyncClient) -> None:
    form = {"grant_type": "password", "username": "staff", "password": PASSWORD}

    response = await anonymous.post("/auth/login", data=form)

    assert response.status_code == 200
    assert response.json()["user"]["username"] == "staff"
    assert cookie_of(response)["max-age"] == ""
    remembered = await anonymous.post("/auth/login", data={**form, "scope": "remember_me"})
    assert cookie_of(remembered)["max-age"] == "2592000"


async def test_the_username_is_found_in_any_case(anonymous: AsyncClient) -> None:
    response = await sign_in(anonymous, "  StAfF ")

    assert response.json()["user"]["username"] == "staff"


async def test_the_last_sign_in_is_kept(anonymous: AsyncClient) -> None:
    with clock.stopped(now() + timedelta(minutes=1)):
        answer = (await sign_in(anonymous, "staff")).json()
        assert answer["user"]["last_login_at"] == now().isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("remember_me", "max_age", "lives"),
    [(False, "", timedelta(hours=12)), (True, "2592000", timedelta(days=30))],
)
async def test_remember_me_is_the_life_of_cookie_and_session(
    anonymous: AsyncClient, *, remember_me: bool, max_age: str, lives: timedelta
) -> None:
    with clock.stopped(now()):
        cookie = cookie_of(await sign_in(anonymous, "staff", remember_me=remember_me))
        assert cookie["max-age"] == max_age
        assert cookie["expires"] == ""

        clock.advance(lives - timedelta(seconds=1))
        renewed = await refresh(anonymous, cookie.value)
        assert renewed.status_code == 200
        # A refresh does not make the session longer.
        assert cookie_of(renewed)["max-age"] == ("1" if remember_me else "")

        clock.advance(timedelta(seconds=1))
        assert (await refresh(anonymous, cookie_of(renewed).value)).status_code == 401


async def test_an_access_token_dies_with_its_session(anonymous: AsyncClient) -> None:
    with clock.stopped(now()):
        token = bearer((await sign_in(anonymous, "staff")).json()["access_token"])
        clock.advance(timedelta(hours=12) - timedelta(seconds=1))
        assert (await anonymous.get("/auth/me", headers=token)).status_code == 200
        clock.advance(timedelta(seconds=1))
        assert (await anonymous.get("/auth/me", headers=token)).status_code == 401


@pytest.mark.parametrize(("environment", "secure"), [("test", ""), ("production", True)])
async def test_scripts_and_other_sites_never_get_the_cookie(
    settings: Settings, database: Database, environment: str, secure: object
) -> None:
    app = create_app(settings.model_copy(update={"environment": environment}), database)
    async with client_of(app) as client:
        cookie = cookie_of(await sign_in(client, "staff"))

    assert cookie["httponly"] is True
    assert cookie["samesite"] == "strict"
    assert cookie["path"] == "/api/v1/auth"
    assert cookie["domain"] == ""
    assert cookie["secure"] == secure


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)]
)
async def test_other_sites_cannot_use_the_cookie(
    anonymous: AsyncClient, path: str, site: str, status: int
) -> None:
    cookie = cookie_of(await sign_in(anonymous, "staff")).value

    response = await anonymous.post(path, headers={"Cookie": f"{COOKIE}={cookie}", "Sec-Fetch-Site": site})

    assert response.status_code == (204 if status == 200 and path.endswith("logout") else status)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_other_sites_cannot_sign_anybody_in(anonymous: AsyncClient, site: str) -> None:
    body = {"username": "staff", "password": PASSWORD}

    response = await anonymous.post("/auth/login", json=body, headers={"Sec-Fetch-Site": site})

    assert response.status_code == 403
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 401),
        ("https://kehui.example.com", 401),
        ("https://evil.example.com", 403),
        ("https://kehui.example.com.evil.example.com", 403),
        ("http://kehui.example.com", 403),
        ("null", 403),
    ],
)
async def test_only_our_own_pages_act_on_the_cookie(
    settings: Settings, database: Database, origin: str | None, status: int
) -> None:
    settings = settings.model_copy(update={"public_origin": "https://kehui.example.com"})
    headers = {} if origin is None else {"Origin": origin}
    async with client_of(create_app(settings, database)) as browser:
        response = await browser.post("/auth/refresh", headers=headers)

    assert response.status_code == status


async def test_a_refusal_does_not_tell_why(
    admin: AsyncClient, anonymous: AsyncClient, staff2: AsyncClient
) -> None:
    await admin.post(f"/users/{await user_id_of(staff2)}/disable")

    refusals = [
        await sign_in(anonymous, "nobody-has-this-name", "a wrong password"),
        await sign_in(anonymous, "staff", "a wrong password"),
        await sign_in(anonymous, "staff2", "a wrong password"),
        await sign_in(anonymous, "staff2", PASSWORD),
    ]

    status, body, headers = told(refusals[0])
    assert (status, body["code"]) == (401, "auth.invalid_credentials")
    assert headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in headers
    for refusal in refusals[1:]:
        assert told(refusal) == (status, body, headers)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"password": PASSWORD}, "username"),
        ({"username": "staff"}, "password"),
        ({"username": "", "password": PASSWORD}, "username"),
        ({"username": "s" * 61, "password": PASSWORD}, "username"),
        ({"username": "staff", "password": ""}, "password"),
        ({"username": "staff", "password": "canary" * 30}, "password"),
        ({"username": ["staff"], "password": PASSWORD}, "username"),
        ({"username": "staff", "password": PASSWORD, "remember_me": "perhaps"}, "remember_me"),
        ({"username": "staff", "password": PASSWORD, "tenant": "x"}, "tenant"),
    ],
)
async def test_wrong_credentials_fields_are_named_and_not_quoted(
    anonymous: AsyncClient, body: dict[str, Any], field: str
) -> None:
    response = await anonymous.post("/auth/login", json=body)

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert PASSWORD not in response.text
    assert "canary" not in response.text


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"username=staff&password=x", "text/plain", 415),
        (b"", "", 415),
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"", "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"", "application/x-www-form-urlencoded", 422),
    ],
)
async def test_credentials_in_no_known_shape_are_refused(
    anonymous: AsyncClient, content: bytes, media_type: str, status: int
) -> None:
    response = await anonymous.post("/auth/login", content=content, headers={"Content-Type": media_type})

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
