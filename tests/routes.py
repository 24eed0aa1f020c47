"""Every route of the API, and how to call it with a request that is well-formed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from httpx import AsyncClient, Response

from backend.kit.auth import RequiresPermission
from backend.kit.routing import gates_of
from tests.documents.factories import jpeg
from tests.identity.factories import PASSWORD

PREFIX = "/api/v1"
NO_ID = "00000000-0000-7000-8000-000000000000"

_TYPE = {"name": "行驶证", "name_en": "License", "sort_order": 95, "allowed_kinds": ["image"], "max_files": 4}
_PERSON = {"display_name": "王芳", "roles": ["staff"]}
BODIES: Mapping[str, dict[str, Any]] = {
    "log_in_with_password": {"username": "nobody", "password": PASSWORD},
    "update_own_account": {"display_name": "王芳"},
    "change_own_password": {"current_password": PASSWORD, "new_password": "five quick otters"},
    "create_user": {"username": "wangfang", "password": PASSWORD, **_PERSON},
    "update_user": _PERSON,
    "reset_user_password": {"new_password": "five quick otters"},
    "create_customer": {"kind": "person", "name": "张伟"},
    "update_customer": {"name": "张伟"},
    "reveal_customer_value": {"field": "id_number", "reason": "核对"},
    "reject_current_case": {"reason": "资料不实"},
    "return_current_case": {"reason": "请补充"},
    "reopen_current_case": {"reason": "复核"},
    "reject_case": {"reason": "资料不实"},
    "return_case": {"reason": "请补充"},
    "reopen_case": {"reason": "复核"},
    "create_document_type": {"code": "vehicle_license", **_TYPE},
    "update_document_type": _TYPE,
    "reject_document": {"reason_code": "blurred"},
}


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
        "customer_id": NO_ID,
        "document_id": NO_ID,
        "user_id": NO_ID,
        "case_id": NO_ID,
        "code": "no_such_type",
        **ids,
    }
    path = route.path.format(**names)
    headers = {"If-Match": '"1"'}
    if route.path in {"/documents/upload", "/documents/batch-upload"}:
        field = "file" if route.path == "/documents/upload" else "files"
        data = {"customer_id": names["customer_id"], "document_type": "id_card_front"}
        return await client.post(path, data=data, files=[(field, ("a.jpg", jpeg(), "image/jpeg"))])
    return await client.request(route.method, path, json=BODIES.get(route.name), headers=headers)
