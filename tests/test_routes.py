"""Every route has a gate, and the gate lets exactly the right people through."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from httpx import AsyncClient

from backend.kit.routing import GatedRoute
from tests.conftest import client_of
from tests.people import KINDS, PUBLIC, Policy
from tests.registries import collect
from tests.routes import BODIES, PARAMETER, api_routes

# Who passes the gate of a route.
POLICY: Policy = collect("policy", "POLICY")
GATED = {key: kinds for key, kinds in POLICY.items() if kinds != PUBLIC}


@pytest.fixture
async def people(app: FastAPI, tokens: dict[str, str]) -> AsyncIterator[dict[str, AsyncClient]]:
    """One client for each kind of person."""
    async with AsyncExitStack() as stack:
        yield {
            kind: await stack.enter_async_context(client_of(app, tokens.get(kind))) for kind in sorted(KINDS)
        }


def test_policy_names_every_route(shared_app: FastAPI) -> None:
    routes = {(route.method, route.path) for route in api_routes(shared_app)}
    assert len(routes) > 40
    assert routes == POLICY.keys()


def test_every_body_belongs_to_a_route_and_every_route_that_wants_one_has_it(shared_app: FastAPI) -> None:
    routes = api_routes(shared_app)

    assert {route.name for route in routes if route.wants_json} <= BODIES.keys()
    assert BODIES.keys() <= {route.name for route in routes}


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
        expected = 0 if POLICY[route.method, route.path] == PUBLIC else 1
        assert len(route.gates) == expected, route


def test_every_gate_stands_before_the_body(shared_app: FastAPI) -> None:
    routes = [context.original_route for context in iter_route_contexts(shared_app.routes)]
    late = [route for route in routes if isinstance(route, APIRoute) and not isinstance(route, GatedRoute)]
    assert late == []


@pytest.mark.parametrize("key", GATED, ids=lambda key: f"{key[0]} {key[1]}")
async def test_gate_lets_the_right_people_through(
    people: dict[str, AsyncClient], key: tuple[str, str]
) -> None:
    method, path = key
    # Nothing there has this id: whoever passes the gate is refused for another reason than the gate's.
    target = PARAMETER.sub(str(uuid4()), path)
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
        elif name in GATED[key]:
            assert status not in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}, (name, answer.text)
            assert status < httpx.codes.INTERNAL_SERVER_ERROR, (name, answer.text)
        else:
            assert status == httpx.codes.FORBIDDEN, (name, answer.text)
            assert answer.json()["code"] == "auth.forbidden"
