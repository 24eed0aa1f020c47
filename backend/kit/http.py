"""Versions, replays and the answers of creating routes."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import delete, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.auth import Actor
from backend.kit.db.base import Base
from backend.kit.errors import Conflict, Invalid, StaleVersion, VersionRequired

KEPT_FOR = timedelta(hours=24)
_ETAG = re.compile(r'^"(\d{1,18})"$')


def etag(version: int) -> str:
    """Return the strong entity tag of a version."""
    return f'"{version}"'


def _expected_version(if_match: Annotated[str | None, Header()] = None) -> int:
    if if_match is None:
        raise VersionRequired
    match = _ETAG.match(if_match.strip())
    if match is None:
        raise StaleVersion('If-Match must be the ETag you read, such as "3".')
    return int(match.group(1))


ExpectedVersion = Annotated[int, Depends(_expected_version)]


def check_version(current: int, expected: int) -> None:
    """Refuse an update made from another version than the current one."""
    if current != expected:
        raise StaleVersion(current_version=current)


def json_response(model: BaseModel, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Serialise a response model once; routes that answer 201 or replay answers return it themselves."""
    return Response(
        model.model_dump_json(), status_code=status, media_type="application/json", headers=headers
    )


def created(model: BaseModel, *, location: str, version: int) -> Response:
    """Answer 201 with where the new object is and its version."""
    return json_response(model, status=201, headers={"Location": location, "ETag": etag(version)})


class IdempotencyRecord(Base):
    """The answer given to one ``Idempotency-Key``, stored in the transaction of its effect."""

    __tablename__ = "idempotency_keys"

    principal_id: Mapped[UUID] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)


class IdempotencyKeyReused(Invalid):
    """The same key came with another request."""

    code = "idempotency.key_reused"
    message = "This Idempotency-Key was used for another request. Make a new key for a new request."


class IdempotencyInFlight(Conflict):
    """The first request with this key is still running."""

    code = "idempotency.in_flight"
    message = "The first request with this Idempotency-Key is still running. Ask again in a moment."


class Replay:
    """Produces an effect and its answer at most once per person, route and ``Idempotency-Key``."""

    def __init__(
        self,
        request: Request,
        idempotency_key: Annotated[
            Annotated[str, Field(min_length=1, max_length=255)] | None,
            Header(
                description="Any text made once per intended effect; a repetition gets the first answer again."
            ),
        ] = None,
    ) -> None:
        self._request = request
        self._key = idempotency_key

    async def once(
        self,
        session: AsyncSession,
        actor: Actor,
        produce: Callable[[], Awaitable[Response]],
        *,
        content: bytes | None = None,
    ) -> Response:
        """Run ``produce``, or return the answer it gave before.

        ``content`` identifies the request (by default its body): the same key with other content is an error.
        Answers are stored in the transaction of their effect and kept for 24 hours. Without a key, ``produce``
        simply runs.
        """
        if self._key is None or actor.id is None:
            return await produce()
        route = f"{self._request.method} {self._request.scope['route'].path}"
        fingerprint = hashlib.sha256(await self._request.body() if content is None else content).hexdigest()
        lock = {"lock": f"{actor.id}:{route}:{self._key}"}
        if not await session.scalar(
            text("SELECT pg_try_advisory_xact_lock(hashtextextended(:lock, 0))"), lock
        ):
            raise IdempotencyInFlight
        record = await session.get(IdempotencyRecord, (actor.id, route, self._key))
        if record is not None:
            if record.fingerprint != fingerprint:
                raise IdempotencyKeyReused
            headers = {**record.headers, "Idempotent-Replay": "true"}
            return Response(record.body, record.status, headers, "application/json")
        response = await produce()
        kept = ("location", "etag", "kehui-duplicate")
        session.add(
            IdempotencyRecord(
                principal_id=actor.id,
                route=route,
                key=self._key,
                fingerprint=fingerprint,
                status=response.status_code,
                headers={name: response.headers[name] for name in kept if name in response.headers},
                body=bytes(response.body).decode(),
            )
        )
        return response


OncePerKey = Annotated[Replay, Depends()]


async def forget_old_answers(session: AsyncSession, now: datetime) -> None:
    """Drop answers older than 24 hours."""
    await session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.created_at < now - KEPT_FOR))
