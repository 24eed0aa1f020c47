"""Every failure is a problem with a stable code, an id, and nothing that nobody should read."""

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text
from starlette.exceptions import HTTPException

from backend.app import SECURITY_HEADERS, create_app
from backend.config import Settings
from backend.kit import errors
from backend.kit.db.session import Database, Session
from backend.kit.problems import MEDIA_TYPE, responses
from tests.identity.factories import sign_in

MEBIBYTE = 1024 * 1024
SECRET = "110105194912310021 hunter2hunter2"


PAUSES = {"1", "2", "3"}


class Locked(errors.Conflict):
    """Somebody holds it."""

    extension = ("locked_by",)
    code = "test.locked"
    message = "Locked."


FAMILIES: list[tuple[errors.AppError, int, str]] = [
    (errors.Invalid(), 422, "request.invalid"),
    (errors.Unauthenticated(), 401, "auth.unauthenticated"),
    (errors.Forbidden(), 403, "auth.forbidden"),
    (errors.NotFound(), 404, "resource.not_found"),
    (Locked(), 409, "test.locked"),
    (errors.StaleVersion(), 412, "request.stale"),
    (errors.VersionRequired(), 428, "request.precondition_required"),
    (errors.TooLarge(), 413, "request.too_large"),
    (errors.UnsupportedType(), 415, "request.unsupported_type"),
    (errors.Throttled(), 429, "request.throttled"),
    (errors.ServerBusy(), 503, "server.busy"),
]


def assert_problem(response: Response, status: int, code: str) -> None:
    """Check what every failure has in common."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    body = response.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"urn:kehui:problem:{code}"
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response.headers["x-request-id"]
    assert_secured(response)


def assert_secured(response: Response) -> None:
    """Check the security headers."""
    assert (
        dict(SECURITY_HEADERS).items()
        <= {name: response.headers.get(name) for name, _ in SECURITY_HEADERS}.items()
    )


@pytest.fixture
def own_app(settings: Settings, database: Database) -> FastAPI:
    """An application to which a test may add routes."""
    return create_app(settings, database)


@pytest.fixture
async def browser(own_app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Somebody at the root of that application."""
    transport = ASGITransport(own_app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://kehui.test") as client:
        yield client


def add_failing_route(app: FastAPI, error: Exception) -> None:
    """Add ``POST /fail``, which raises the error."""

    @app.post("/fail")
    async def fail() -> None:
        raise error


@pytest.mark.parametrize(("error", "status", "code"), FAMILIES, ids=[family[2] for family in FAMILIES])
async def test_each_family_has_its_status_and_code(
    own_app: FastAPI, browser: AsyncClient, error: errors.AppError, status: int, code: str
) -> None:
    add_failing_route(own_app, error)

    response = await browser.post("/fail")

    assert_problem(response, status, code)
    assert response.json()["title"] == error.title
    assert "errors" not in response.json()
    if status == 401:
        assert response.headers["www-authenticate"] == "Bearer"
    if status == 503:
        assert response.headers["retry-after"] in PAUSES


def test_every_family_is_in_the_table() -> None:
    families = set(errors.AppError.__subclasses__())
    tested = {type(error) for error, _, _ in FAMILIES} | {errors.Conflict}
    assert {family for family in families if family.__module__ == errors.__name__} <= tested


async def test_an_error_tells_its_fields_and_members(own_app: FastAPI, browser: AsyncClient) -> None:
    field = errors.FieldError(field="phone", code="phone.invalid", message="No phone number.")
    error = Locked("Locked by somebody.", errors=[field], headers={"Retry-After": "7"}, locked_by="王芳")
    add_failing_route(own_app, error)

    response = await browser.post("/fail")

    assert_problem(response, 409, "test.locked")
    assert response.headers["retry-after"] == "7"
    assert response.json()["detail"] == "Locked by somebody."
    assert response.json()["locked_by"] == "王芳"
    assert response.json()["errors"] == [field.model_dump()]


@pytest.mark.parametrize("name", ["status", "type", "errors", "request_id"])
def test_no_error_says_something_else_under_a_name_that_every_problem_has(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        type("Shadowing", (errors.Conflict,), {"extension": (name,)})


@pytest.mark.parametrize("name", ["status", "locked_bye"])
def test_an_error_tells_only_what_it_declares(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        Locked(**cast("dict[str, Any]", {name: "approved"}))


def test_who_was_refused_together_does_not_come_back_together() -> None:
    assert {errors.ServerBusy().headers["Retry-After"] for _ in range(100)} == PAUSES


async def test_documented_errors_of_one_status_stand_together() -> None:
    documented = responses(Locked, errors.NotFound, errors.Forbidden)
    assert set(documented) == {409, 404, 403}
    assert "`test.locked`: Locked. Also tells `locked_by`." in documented[409]["description"]


@pytest.mark.parametrize("status", [400, 406, 413, 415])
async def test_a_refusal_of_the_framework_keeps_its_status(
    own_app: FastAPI, browser: AsyncClient, status: int
) -> None:
    known = {413: "request.too_large", 415: "request.unsupported_type"}
    add_failing_route(own_app, HTTPException(status, headers={"X-Test": "kept"}))

    response = await browser.post("/fail")

    assert_problem(response, status, known.get(status, f"request.http_{status}"))
    assert response.headers["x-test"] == "kept"


async def test_a_json_body_of_one_mebibyte_is_accepted(staff: AsyncClient) -> None:
    content = b'{"kind": "person", "name": "x"}'.ljust(MEBIBYTE)
    response = await staff.post("/customers", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 201


async def test_a_refused_value_is_not_repeated(staff: AsyncClient, admin: AsyncClient) -> None:
    value = "110105194912310021"
    for response in (
        await staff.post("/customers", json={"kind": "person", "name": "张伟", "id_number": value}),
        await staff.post("/customers", json={"kind": "person", "name": "张伟", "id_number": [value]}),
        await staff.post("/customers", json={"kind": value, "name": "张伟"}),
        await staff.post("/auth/login", json={"username": "staff", "password": {"value": value}}),
        await staff.post("/auth/login", json={"username": "staff", "password": value * 100}),
        await admin.post("/users", json={"username": "new", "display_name": "新", "password": value[:5]}),
        await staff.get("/customers", params={"status": value}),
    ):
        assert_problem(response, 422, "request.invalid")
        assert response.json()["errors"]
        assert all(set(item) == {"field", "code", "message"} for item in response.json()["errors"])
        assert value[:5] not in response.text.replace(response.json()["request_id"], "")


@pytest.mark.parametrize(
    ("sqlstate", "status", "code"),
    [
        ("55P03", 503, "server.busy"),
        ("40P01", 503, "server.busy"),
        ("40001", 503, "server.busy"),
        ("57014", 503, "server.busy"),
        ("22021", 422, "request.invalid"),
        ("22P05", 422, "request.invalid"),
        ("42P01", 500, "server.error"),
    ],
)
async def test_what_the_database_refuses_is_told_by_its_kind(
    own_app: FastAPI, browser: AsyncClient, sqlstate: str, status: int, code: str
) -> None:
    @own_app.post("/fail")
    async def fail(session: Session) -> None:
        await session.execute(
            text(f"DO $$ BEGIN RAISE EXCEPTION '{SECRET}' USING ERRCODE = '{sqlstate}'; END $$")
        )

    response = await browser.post("/fail")

    assert_problem(response, status, code)
    assert SECRET not in response.text
    assert (response.headers.get("retry-after") in PAUSES) == (status == 503)


async def test_waiting_too_long_for_a_lock_is_told_as_busy(
    live_database: Database, settings: Settings
) -> None:
    app = create_app(settings, live_database)
    lock = text("SELECT id FROM roles WHERE code = 'staff' FOR UPDATE")

    @app.post("/lock")
    async def take(session: Session) -> None:
        await session.execute(text("SET LOCAL lock_timeout = '20ms'"))
        await session.execute(lock)

    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://kehui.test") as client, asyncio.timeout(10):
        async with live_database.transaction() as session:
            await session.execute(lock)
            busy = await client.post("/lock")
        free = await client.post("/lock")

    assert_problem(busy, 503, "server.busy")
    assert busy.headers["retry-after"] in PAUSES
    assert free.status_code == 200


async def test_whoever_follows_from_a_former_path_arrives(anonymous: AsyncClient) -> None:
    anonymous.follow_redirects = True
    signed_in = await sign_in(anonymous, "staff")
    response = await anonymous.post(
        "http://kehui.test/api/auth/login/", json={"username": "staff", "password": "four calm herons"}
    )
    assert (signed_in.status_code, response.status_code) == (200, 200)
    assert response.json()["user"] == {
        **signed_in.json()["user"],
        "last_login_at": response.json()["user"]["last_login_at"],
        "version": response.json()["user"]["version"],
    }


async def test_the_documentation_runs_its_own_script_only(browser: AsyncClient) -> None:
    response = await browser.get("/docs")

    assert response.status_code == 200
    inline = re.findall(r"<script>(.*?)</script>", response.text, re.DOTALL)
    assert len(inline) == 1
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    policy = response.headers["content-security-policy"]
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "http" not in policy
    assert not re.search(r'(src|href)="https?:', response.text)
    assert response.headers["x-content-type-options"] == "nosniff"
