"""Routes whose gate stands before the body: who may not come in cannot make the server read."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute
from structlog.contextvars import bind_contextvars

from backend.kit.auth import Actor, RequiresPermission
from backend.kit.errors import AppError
from backend.kit.files.room import UploadRoom

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

REFUSAL = "kehui.refusal"
"""Where the scope holds the gate's refusal: it comes before every other, such as that of too long a body."""


def gates_of(dependant: Dependant) -> Iterator[RequiresPermission]:
    """Yield the gates in the tree of a route's dependencies."""
    if isinstance(dependant.call, RequiresPermission):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from gates_of(inner)


class GatedRoute(APIRoute):
    """A route that asks who is there before it reads the body; the framework would ask afterwards."""

    def get_route_handler(self) -> Handler:
        """Put the gates before the framework's handler; its dependency then finds their answer."""
        handle = super().get_route_handler()
        self._gates = tuple(gates_of(self.dependant))

        async def gated(request: Request) -> Response:
            # The template: a path that people typed may hold what they look for.
            bind_contextvars(path=self.path)
            await self.admit(request)
            return await handle(request)

        return gated

    async def admit(self, request: Request) -> Actor | None:
        """Return who asks, or raise 401 or 403; a route without a gate admits everybody, as nobody."""
        actor = None
        try:
            for gate in self._gates:
                actor = await gate.admit(request)
        except AppError as refusal:
            request.scope[REFUSAL] = refusal
            raise
        return actor


class UploadRoute(GatedRoute):
    """A gated route for files, whose bytes must find room in the process before they are read."""

    def get_route_handler(self) -> Handler:
        """Reserve what the request announces, or all that the route takes when it announces nothing."""
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            actor = await self.admit(request)
            room: UploadRoom = request.app.state.upload_room
            announced = request.headers.get("content-length", "")
            most = self.max_body_size or 0
            size = min(int(announced), most) if announced.isdecimal() else most
            with room.reserve(actor.id if actor else None, size):
                return await handle(request)

        return bounded


class Router(APIRouter):
    """A router of gated routes."""

    def __init__(self, *, route_class: type[APIRoute] = GatedRoute, **options: Any) -> None:
        super().__init__(route_class=route_class, generate_unique_id_function=_operation_id, **options)


def _operation_id(route: APIRoute) -> str:
    """Name operations as their functions are named; the generated client reads well then."""
    return route.name


def flat(router: APIRouter) -> Iterator[BaseRoute]:
    """Yield the routes of a router and of those it includes, each made anew with all that they pass on to it.

    The framework looks for a route through every level of routers, and three times at each.
    """
    for context in iter_route_contexts(router.routes):
        route = context.original_route
        if not isinstance(route, APIRoute):
            yield route
            continue
        yield type(route)(
            **{name: getattr(context, name) for name in _PASSED_ON},
            **{name: getattr(route, name) for name in _OWN},
        )


_PASSED_ON = ("path", "tags", "dependencies", "responses", "include_in_schema", "max_body_size")
_OWN = (
    "endpoint",
    "methods",
    "name",
    "status_code",
    "response_model",
    "response_class",
    "description",
    "response_description",
    "openapi_extra",
    "generate_unique_id_function",
)
