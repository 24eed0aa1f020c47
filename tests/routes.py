"""Every route of the API, and how to call it with a request that is well-formed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute, iter_route_contexts
from httpx import AsyncClient, Response

from backend.kit.auth import RequiresPermission
from backend.kit.routing import gates_of
from tests.documents.factories import jpeg
from tests.registries import collect

PREFIX = "/api/v1"
PARAMETER = re.compile(r"{(\w+)}")
NO_ID = "00000000-0000-7000-8000-000000000000"

BODIES: Mapping[str, dict[str, Any]] = collect("bodies", "BODIES")


@dataclass(frozen=True)
class Route:
    """One method of one path; ``path`` is below the prefix."""

    method: str
    path: str
    name: str
    dependant: Dependant

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def gates(self) -> list[RequiresPermission]:
        """The gates in the tree of the route's dependencies."""
        return list(gates_of(self.dependant))

    @property
    def wants_json(self) -> bool:
        """Whether it refuses a request without a JSON body."""
        fields = [field.field_info for field in self.dependant.body_params]
        return any(field.is_required() and not isinstance(field, Form) for field in fields)


def api_routes(app: FastAPI) -> list[Route]:
    """Return every route of the API in the order of their registration, wherever it is."""
    routes = []
    for context in iter_route_contexts(app.routes):
        route, path = context.original_route, str(context.path).removeprefix(PREFIX)
        if isinstance(route, APIRoute):
            routes += [
                Route(method, path, route.name, route.dependant) for method in sorted(route.methods or ())
            ]
    return routes


async def call(client: AsyncClient, route: Route, **ids: str) -> Response:
    """Send a request that only rights or the state of things can make fail; ids not given are nobody's."""
    names = {
        name: NO_ID if name.endswith("_id") else "absent" for name in PARAMETER.findall(route.path)
    } | ids
    path = route.path.format(**names)
    headers = {"If-Match": '"1"'}
    if route.path in {"/documents/upload", "/documents/batch-upload"}:
        field = "file" if route.path == "/documents/upload" else "files"
        data = {"customer_id": ids.get("customer_id", NO_ID), "document_type": "id_card_front"}
        return await client.post(path, data=data, files=[(field, ("a.jpg", jpeg(), "image/jpeg"))])
    return await client.request(route.method, path, json=BODIES.get(route.name), headers=headers)
