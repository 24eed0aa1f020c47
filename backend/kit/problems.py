"""Render every failure as RFC 9457 ``application/problem+json``."""

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from backend.kit.errors import AppError, FieldError, Invalid, ServerBusy, StaleVersion
from backend.kit.files.errors import SandboxUnavailableError

log = logging.getLogger("kehui.problems")

MEDIA_TYPE = "application/problem+json"
REPORTED = "kehui.reported"
"""Where the scope says that a crash has been logged and answered."""
# Lock not available, deadlock, serialization failure, statement timeout: the caller may simply try again.
_RETRYABLE_SQLSTATES = frozenset({"55P03", "40P01", "40001", "57014"})
# Text with a NUL character, which PostgreSQL's text and JSON cannot hold.
_UNSTORABLE_TEXT_SQLSTATES = frozenset({"22021", "22P05"})
_HTTP_CODES = {
    404: "resource.not_found",
    405: "request.method_not_allowed",
    413: "request.too_large",
    415: "request.unsupported_type",
}


class Problem(BaseModel):
    """The body of every answer that is not a success."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldError] | None = None


def responses(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """Document the errors of a route: status → description with the stable codes."""
    documented: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        entry = documented.setdefault(
            error.status, {"model": Problem, "description": "", "content": {MEDIA_TYPE: {}}}
        )
        line = f"`{error.code}`: {error.message}"
        if error.extension:
            line += " Also tells " + ", ".join(f"`{name}`" for name in error.extension) + "."
        entry["description"] = f"{entry['description']}\n\n{line}".strip()
    return documented


def problem_response(
    request: Request,
    *,
    status: int,
    title: str,
    code: str,
    detail: str,
    errors: Sequence[FieldError] = (),
    headers: dict[str, str] | None = None,
    members: dict[str, Any] | None = None,
) -> JSONResponse:
    """Build the answer; ``members`` are RFC 9457 extension members."""
    content: dict[str, Any] = {
        "type": f"urn:kehui:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request.scope.get("request_id", ""),
        **(members or {}),
    }
    if errors:
        content["errors"] = [error.model_dump() for error in errors]
    return JSONResponse(content, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def render(request: Request, error: AppError) -> JSONResponse:
    """Build the answer for one of our own errors."""
    return problem_response(
        request,
        status=error.status,
        title=error.title,
        code=error.code,
        detail=error.message,
        errors=error.errors,
        headers=error.headers,
        members=error.members,
    )


async def _app_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)  # noqa: S101
    return render(request, error)


async def _validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    # Only where and what: the refused value itself may be an ID number or a password.
    errors = [
        FieldError(
            field=".".join(str(part) for part in item["loc"][1:]) or str(item["loc"][0]),
            code=str(item.get("ctx", {}).get("code") or item["type"]),
            message=item["msg"].removeprefix("Value error, "),
        )
        for item in error.errors()
    ]
    return render(request, Invalid("Some fields are missing or wrong.", errors=errors))


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    return problem_response(
        request,
        status=error.status_code,
        title=str(error.detail),
        code=_HTTP_CODES.get(error.status_code, f"request.http_{error.status_code}"),
        detail=str(error.detail),
        headers=dict(error.headers or {}),
    )


async def _stale_data(request: Request, _error: Exception) -> JSONResponse:
    return render(request, StaleVersion())


async def _database_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DBAPIError)  # noqa: S101
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate in _RETRYABLE_SQLSTATES or error.connection_invalidated:
        log.warning("database.busy", extra={"sqlstate": sqlstate})
        return render(request, ServerBusy())
    if sqlstate in _UNSTORABLE_TEXT_SQLSTATES:
        return render(request, Invalid("Text must not contain the NUL character."))
    return await _unexpected(request, error)


async def _sandbox_unavailable(request: Request, error: Exception) -> JSONResponse:
    log.error("sandbox.unavailable", exc_info=error)
    return render(request, ServerBusy())


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request.failed", exc_info=error)
    request.scope[REPORTED] = True
    return problem_response(
        request,
        status=500,
        title="Server error",
        code="server.error",
        detail="Something went wrong on our side. Quote the request id when you report it.",
    )


def install(app: FastAPI) -> None:
    """Register one handler per family of failures."""
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(StaleDataError, _stale_data)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(SandboxUnavailableError, _sandbox_unavailable)
    app.add_exception_handler(Exception, _unexpected)
