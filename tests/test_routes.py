"""Every route has a gate, and the gate lets exactly the right people through."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from httpx import AsyncClient

from backend.config import Settings
from backend.domains.identity.models import Role
from backend.kit.db.session import Database
from backend.kit.routing import GatedRoute
from tests.conftest import client_of
from tests.identity.factories import open_account
from tests.routes import api_routes

# Signing in is how one gets past the gates.
PUBLIC = {("POST", "/auth/login"), ("POST", "/auth/refresh"), ("POST", "/auth/logout")}

ANYBODY = frozenset({"admin", "staff", "auditor", "visitor"})
EVERY_ROLE = frozenset({"admin", "staff", "auditor"})
ADMIN = frozenset({"admin"})
COLLECTING = frozenset({"admin", "staff"})
REVIEWING = frozenset({"admin", "auditor"})

# Who passes the gate of a route. ``visitor`` is signed in and has no role.
MATRIX: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/auth/me"): ANYBODY,
    ("PUT", "/auth/me"): ANYBODY,
    ("PUT", "/auth/me/password"): ANYBODY,
    ("GET", "/events"): ANYBODY,
    ("GET", "/users/options"): ANYBODY,
    ("GET", "/users"): ADMIN,
    ("POST", "/users"): ADMIN,
    ("GET", "/users/{user_id}"): ADMIN,
    ("PUT", "/users/{user_id}"): ADMIN,
    ("POST", "/users/{user_id}/disable"): ADMIN,
    ("POST", "/users/{user_id}/enable"): ADMIN,
    ("PUT", "/users/{user_id}/password"): ADMIN,
    ("GET", "/roles"): ADMIN,
    ("GET", "/customers"): EVERY_ROLE,
    ("POST", "/customers"): COLLECTING,
    ("GET", "/customers/status-counts"): EVERY_ROLE,
    ("GET", "/customers/{customer_id}"): EVERY_ROLE,
    ("PUT", "/customers/{customer_id}"): COLLECTING,
    ("DELETE", "/customers/{customer_id}"): COLLECTING,
    ("POST", "/customers/{customer_id}/restore"): COLLECTING,
    ("POST", "/customers/{customer_id}/reveal"): REVIEWING,
    ("GET", "/customers/{customer_id}/completeness"): EVERY_ROLE,
    ("GET", "/customers/{customer_id}/history"): EVERY_ROLE,
    ("POST", "/customers/{customer_id}/submit"): COLLECTING,
    ("POST", "/customers/{customer_id}/approve"): REVIEWING,
    ("POST", "/customers/{customer_id}/reject"): REVIEWING,
    ("POST", "/customers/{customer_id}/return"): REVIEWING,
    ("POST", "/customers/{customer_id}/reopen"): EVERY_ROLE,
    ("GET", "/cases"): EVERY_ROLE,
    ("GET", "/cases/{case_id}"): EVERY_ROLE,
    ("GET", "/cases/{case_id}/completeness"): EVERY_ROLE,
    ("GET", "/cases/{case_id}/history"): EVERY_ROLE,
    ("POST", "/cases/{case_id}/submit"): COLLECTING,
    ("POST", "/cases/{case_id}/approve"): REVIEWING,
    ("POST", "/cases/{case_id}/reject"): REVIEWING,
    ("POST", "/cases/{case_id}/return"): REVIEWING,
    ("POST", "/cases/{case_id}/reopen"): EVERY_ROLE,
    ("GET", "/documents/types"): EVERY_ROLE,
    ("POST", "/documents/types"): ADMIN,
    ("GET", "/documents/types/{code}"): EVERY_ROLE,
    ("PUT", "/documents/types/{code}"): ADMIN,
    ("DELETE", "/documents/types/{code}"): ADMIN,
    ("GET", "/documents"): EVERY_ROLE,
    ("POST", "/documents/upload"): COLLECTING,
    ("POST", "/documents/batch-upload"): COLLECTING,
    ("GET", "/documents/{document_id}"): EVERY_ROLE,
    ("GET", "/documents/{document_id}/content"): EVERY_ROLE,
    ("DELETE", "/documents/{document_id}"): COLLECTING,
    ("POST", "/documents/{document_id}/restore"): COLLECTING,
    ("POST", "/documents/{document_id}/accept"): REVIEWING,
    ("POST", "/documents/{document_id}/reject"): REVIEWING,
}


@pytest.fixture
async def people(
    app: FastAPI, database: Database, settings: Settings, tokens: dict[str, str]
) -> AsyncIterator[dict[str, AsyncClient]]:
    """One client for each kind of person."""
    async with database.transaction() as session:
        session.add(Role(code="visitor", name="访客", permissions=[]))
    visitor = await open_account(database, settings, "visitor", "visitor")
    async with (
        client_of(app) as anonymous,
        client_of(app, tokens["admin"]) as admin,
        client_of(app, tokens["staff"]) as staff,
        client_of(app, tokens["auditor"]) as auditor,
        client_of(app, visitor) as without_role,
    ):
        yield {
            "anonymous": anonymous,
            "admin": admin,
            "staff": staff,
            "auditor": auditor,
            "visitor": without_role,
        }


def test_matrix_names_every_route(shared_app: FastAPI) -> None:
    routes = {(route.method, route.path) for route in api_routes(shared_app)}
    assert len(routes) > 40
    assert routes == MATRIX.keys() | PUBLIC


def test_outside_the_api_there_is_nothing_to_gate(shared_app: FastAPI) -> None:
    others = {
        context.path
        for context in iter_route_contexts(shared_app.routes)
        if not isinstance(context.original_route, APIRoute)
    }
    pages = {"/{path:path}", "/openapi.json", "/docs"}
    assert others - pages == {"/healthz", "/readyz", "/api/{path:path}"}


def test_every_route_but_signing_in_has_one_gate(shared_app: FastAPI) -> None:
    for route in api_routes(shared_app):
        expected = 0 if (route.method, route.path) in PUBLIC else 1
        assert len(route.gates) == expected, route


def test_every_gate_stands_before_the_body(shared_app: FastAPI) -> None:
    routes = [context.original_route for context in iter_route_contexts(shared_app.routes)]
    late = [route for route in routes if isinstance(route, APIRoute) and not isinstance(route, GatedRoute)]
    assert late == []


@pytest.mark.parametrize("key", MATRIX, ids=lambda key: f"{key[0]} {key[1]}")
async def test_gate_lets_the_right_people_through(
    people: dict[str, AsyncClient], key: tuple[str, str]
) -> None:
    method, path = key
    # Nothing there has this id: whoever passes the gate is refused for another reason than the gate's.
    target = path.format(
        user_id=uuid4(), customer_id=uuid4(), document_id=uuid4(), case_id=uuid4(), code="absent"
    )
    # The event stream would not end; a header that it refuses is looked at only behind the gate.
    headers = {"If-Match": '"1"', "Last-Event-ID": "not a number"}
    data = {"customer_id": str(uuid4()), "document_type": "other"}
    for name, client in people.items():
        if path.endswith("upload"):
            field = "files" if "batch" in path else "file"
            answer = await client.post(target, data=data, files={field: ("x.txt", b"x")})
        else:
            answer = await client.request(
                method, target, headers=headers, json={} if method != "GET" else None
            )
        status = answer.status_code
        if name == "anonymous":
            assert status == httpx.codes.UNAUTHORIZED, (name, answer.text)
        elif name in MATRIX[key]:
            assert status not in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}, (name, answer.text)
            assert status < httpx.codes.INTERNAL_SERVER_ERROR, (name, answer.text)
        else:
            assert status == httpx.codes.FORBIDDEN, (name, answer.text)
            assert answer.json()["code"] == "auth.forbidden"
