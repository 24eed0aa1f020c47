"""Versions in headers, answers that need not be sent again, and the answers of creating routes."""

import hashlib
import re
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from backend.kit.errors import StaleVersion, VersionRequired

_ETAG = re.compile(r'^"(\d{1,18})"$')


def etag(version: int) -> str:
    """Return the strong entity tag of a version."""
    return f'"{version}"'


async def _expected_version(if_match: Annotated[str | None, Header()] = None) -> int:
    if if_match is None:
        raise VersionRequired
    match = _ETAG.match(if_match.strip())
    if match is None:
        raise StaleVersion('If-Match must be the ETag you read, such as "3".')
    return int(match.group(1))


ExpectedVersion = Annotated[int, Depends(_expected_version)]


def json_response(model: BaseModel, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Serialise a response model once; routes that answer 201 or replay answers return it themselves."""
    return Response(
        model.model_dump_json(), status_code=status, media_type="application/json", headers=headers
    )


def created(model: BaseModel, *, location: str, version: int) -> Response:
    """Answer 201 with where the new object is and its version."""
    return json_response(model, status=201, headers={"Location": location, "ETag": etag(version)})


NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "You have the present content already."}
}


def unless_known(request: Request, model: BaseModel) -> Response:
    """Answer with a tag of the content, and with 304 to whoever names that tag as ``If-None-Match``.

    For content that is asked for often and rarely changes. Browsers keep it and ask each time whether it still holds.
    """
    content = model.model_dump_json().encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = {item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")}
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)
