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


class Envelope:
    """Give each request an id, and each answer that id and the security headers, errors included.

    The answer, its problem body, its log lines and its audit entries share the id; a well-formed ``X-Request-ID`` from
    the proxy is kept. A route's own value for one of the headers wins.
    """

    def __init__(self, app: ASGIApp, *, headers: Sequence[tuple[str, str]]) -> None:
        self.app = app
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with ``scope["request_id"]`` set, and complete the headers of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next(
            (value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), ""
        )
        request_id = given if _REQUEST_ID.match(given) else uuid7().hex
        scope["request_id"] = request_id
        ours = [*self._headers, (b"x-request-id", request_id.encode())]

        async def send_complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                theirs = message["headers"]
                present = {name for name, _ in theirs}
                message["headers"] = [*theirs, *(item for item in ours if item[0] not in present)]
            await send(message)

        client = scope.get("client")
        clear_contextvars()
        bind_contextvars(method=scope["method"])
        with working_for(client[0] if client else "", under=request_id):
            try:
                await self.app(scope, receive, send_complete)
            except Exception:
                # The framework raises on what it has answered; the server would only log it without the request.
                if scope.get(REPORTED):
                    return
                log.exception("request.broken_off")
                raise


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
