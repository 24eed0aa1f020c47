"""Plain ASGI middleware: the request id, the security headers, and the answer to too long a body."""

import logging
import re
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars
from uuid_utils.compat import uuid7

from backend.kit.context import working_for
from backend.kit.errors import AppError, TooLarge
from backend.kit.problems import MEDIA_TYPE, REPORTED, render
from backend.kit.routing import REFUSAL

log = logging.getLogger("kehui.requests")

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class RequestId:
    """Give each request an id that its answer, its problem body, its log lines and its audit entries share.

    A well-formed ``X-Request-ID`` from the proxy is kept.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with ``scope["request_id"]`` set."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next(
            (value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), ""
        )
        request_id = given if _REQUEST_ID.match(given) else uuid7().hex
        scope["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        client = scope.get("client")
        clear_contextvars()
        bind_contextvars(method=scope["method"])
        with working_for(client[0] if client else "", under=request_id):
            try:
                await self.app(scope, receive, send_with_id)
            except Exception:
                # The framework raises on what it has answered; the server would only log it without the request.
                if scope.get(REPORTED):
                    return
                log.exception("request.broken_off")
                raise


class SecurityHeaders:
    """Set the security headers on every answer, errors included; a route's own value for one of them wins."""

    def __init__(self, app: ASGIApp, *, headers: Sequence[tuple[str, str]]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = MutableHeaders(scope=message)
                for name, value in self.headers:
                    present.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class TooLargeProblem:
    """Answer a body beyond its limit as a problem: the framework's limiter answers before any handler could.

    It also overrules the refusal of whoever may not come in at all, which is put back here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and replace a 413 in plain text."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_replaced = False

        async def send_problem(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start" and message["status"] == TooLarge.status:
                is_replaced = MutableHeaders(scope=message)["content-type"] != MEDIA_TYPE
                if is_replaced:
                    error: AppError = scope.get(REFUSAL) or TooLarge()
                    await render(Request(scope), error)(scope, receive, send)
            if not is_replaced:
                await send(message)

        await self.app(scope, receive, send_problem)
