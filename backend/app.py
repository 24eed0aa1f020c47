"""Build the application."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from sqlalchemy import text
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.routing import Match, Route
from starlette.types import ASGIApp

from backend import wiring
from backend.api import api
from backend.config import Settings, get_settings
from backend.domains.documents.router.uploads import BATCH_UPLOAD_BYTES
from backend.domains.identity.service.sessions import SessionAuthenticator
from backend.kit import problems
from backend.kit.db.session import Database
from backend.kit.files.room import UploadRoom
from backend.kit.files.scratch import scratch_folder
from backend.kit.logging import configure as configure_logging
from backend.kit.middleware import Envelope, TooLargeProblem
from backend.kit.realtime.hub import Hub
from backend.kit.routing import flat
from backend.kit.shutdown import on_stop_signal
from backend.openapi import add_live_events, complete
from backend.resources import equip

JSON_BODY_BYTES = 1024 * 1024

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
    "font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
)

DESCRIPTION = """Collect, complete and review a customer's documents.

Sign in with `POST /api/v1/auth/login` and send the access token as `Authorization: Bearer …`. Lists take `page`,
`limit`, `sort`, `q` and filters by field name. Updates send the object's `ETag` as `If-Match`. Creating requests may
carry an `Idempotency-Key` and are then safe to repeat. Failures are `application/problem+json` with a stable `code`.
"""


class _Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """Describe the API, once."""
        if self.openapi_schema is None:
            self.openapi_schema = add_live_events(complete(super().openapi()))
        return self.openapi_schema

    def build_middleware_stack(self) -> ASGIApp:
        """Put ours around everything: the framework answers too long a body and a crash outside of what is added."""
        return Envelope(TooLargeProblem(super().build_middleware_stack()), headers=SECURITY_HEADERS)


def create_app(settings: Settings | None = None, database: Database | None = None) -> FastAPI:
    """Assemble the application; tests pass their own settings and database."""
    settings = settings or get_settings()
    database = database or Database(settings.database_url, pool_size=settings.database_pool_size)
    wiring.install()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logging(structured=settings.in_production)
        with scratch_folder(settings.effective_temporary_dir):
            await app.state.hub.start()
            try:
                with on_stop_signal(app.state.hub.end_streams):
                    yield
            finally:
                await app.state.hub.stop()
                await database.close()

    app = _Application(
        title="Kehui 客汇",
        version="1.0.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        max_body_size=JSON_BODY_BYTES,
        openapi_url=None if settings.in_production else "/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.resources = equip(database, settings)
    app.state.database = database
    app.state.hub = Hub(database)
    app.state.upload_room = UploadRoom()
    app.state.authenticators = {"bearer": SessionAuthenticator(database, settings)}
    problems.install(app)
    app.router.routes.extend(flat(api))
    _add_health(app, database)
    if not settings.in_production:
        _add_documentation(app)
    _add_former_paths(app)
    _add_spa(app, settings.spa_dir)
    return app


def _add_health(app: FastAPI, database: Database) -> None:
    async def healthz(_request: Request) -> Response:
        return Response(status_code=204)

    async def readyz(_request: Request) -> Response:
        async with database.lookup() as session:
            await session.execute(text("SELECT 1"))
        return Response(status_code=204)

    app.add_route("/healthz", healthz, include_in_schema=False)
    app.add_route("/readyz", readyz, include_in_schema=False)


def _add_documentation(app: FastAPI) -> None:
    """Serve Swagger UI from our own files; its one inline script is allowed by its hash."""
    html = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Kehui API",
        swagger_js_url="/swagger-ui/swagger-ui-bundle.js",
        swagger_css_url="/swagger-ui/swagger-ui.css",
        swagger_favicon_url="/favicon.svg",
        swagger_ui_parameters={"persistAuthorization": False, "tryItOutEnabled": True},
    )
    script = re.search(rb"<script>(.*?)</script>", bytes(html.body), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.group(1) if script else b"").digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )

    async def docs(_request: Request) -> Response:
        return HTMLResponse(html.body, headers={"Content-Security-Policy": policy})

    app.add_route("/docs", docs, include_in_schema=False)


def _add_former_paths(app: FastAPI) -> None:
    """Answer the paths of the first system, ``/api/auth/login/`` and the like, with where they are now."""
    known = list(app.router.routes)
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    def allows(method: str, request: Request) -> bool:
        return any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in known)

    async def redirect(request: Request) -> Response:
        path = request.path_params["path"].strip("/")
        if path.startswith("v1"):
            # This route would otherwise hide that the path is known with other methods.
            allowed = [method for method in methods if allows(method, request)]
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)}) if allowed else HTTPException(404)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/api/v1/{path}{query}", status_code=308)

    # The files themselves are never read here; their length alone would be refused.
    limit = Middleware(RequestBodyLimitMiddleware, max_body_size=BATCH_UPLOAD_BYTES)
    route = Route("/api/{path:path}", redirect, methods=methods, include_in_schema=False, middleware=[limit])
    app.router.routes.append(route)


def _add_spa(app: FastAPI, folder: Path) -> None:
    """Serve the built front end, and its ``index.html`` for every path that is a page of it.

    Production leaves this to Nginx; here it makes one process enough to work with.
    """
    root = folder.resolve()
    if not (root / "index.html").is_file():
        return

    async def page(request: Request) -> Response:
        try:
            path = (root / request.path_params["path"]).resolve()
            is_asset = path.is_file() and path.is_relative_to(root)
        except (OSError, ValueError):
            # What no file can be called.
            raise HTTPException(404) from None
        if is_asset:
            immutable = path.is_relative_to(root / "assets")
            cache = "public, max-age=31536000, immutable" if immutable else "no-cache"
            return FileResponse(path, headers={"Cache-Control": cache})
        if path.suffix:
            raise HTTPException(404)
        return FileResponse(root / "index.html", headers={"Cache-Control": "no-cache"})

    app.add_route("/{path:path}", page, methods=["GET"], include_in_schema=False)
