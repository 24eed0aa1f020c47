"""One effect and one answer for a request that is sent again."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.config import Settings
from backend.kit.auth import Actor
from backend.kit.db.answers import IdempotencyRecord
from backend.kit.errors import Conflict, Invalid


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

    def __init__(self, request: Request, key: str | None) -> None:
        self._request = request
        self._key = key

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
        fingerprint = self._fingerprint(await self._request.body() if content is None else content)
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

    def _fingerprint(self, content: bytes) -> str:
        # Keyed: whoever reads a dump must not be able to try out what a short secret in the content was.
        settings: Settings = self._request.app.state.settings
        key = settings.blind_index_key.get_secret_value().encode()
        return hmac.new(key, b"idempotency:" + content, "sha256").hexdigest()


async def _replay(
    request: Request,
    idempotency_key: Annotated[
        Annotated[str, Field(min_length=1, max_length=255)] | None,
        Header(
            description="Any text made once per intended effect; a repetition gets the first answer again."
        ),
    ] = None,
) -> Replay:
    return Replay(request, idempotency_key)


OncePerKey = Annotated[Replay, Depends(_replay)]
