"""Versions in headers, and the answers of creating routes."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response
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
