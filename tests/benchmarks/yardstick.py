"""The least that could answer the same requests: bare ASGI on uvicorn and asyncpg, with no framework and no rules.

It sends the statements that the application was seen to send, and as many bytes as the application answers. For a
request that writes, it inserts the same rows in one transaction. It does not authenticate, validate or shape anything.
"""

import os
import pickle
import secrets
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from starlette.types import Receive, Scope, Send
from uuid_utils.compat import uuid7

from tests.benchmarks.capture import Answer, Statement
from tests.benchmarks.loader import dsn

POOL_SIZE = 6
# As the application's own connections have it.
SERVER_SETTINGS = {"jit": "off", "plan_cache_mode": "force_custom_plan", "timezone": "UTC"}


async def _no_reset(_connection: Any) -> None:
    """Give a connection back as it is, without the round trip that would undo settings nobody made."""


class Yardstick:
    """The application."""

    def __init__(self, url: str, answers: dict[str, Answer]) -> None:
        self._url = url
        self._answers = answers
        self._bodies = {answer.length: b"x" * answer.length for answer in answers.values()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or follow the server's life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        query = scope["query_string"].decode()
        path = scope["raw_path"].decode()
        answer = self._answers.get(
            f"{scope['method']} {path}?{query}" if query else f"{scope['method']} {path}"
        )
        if answer is None:
            await _send(send, 204 if path == "/readyz" else 404, b"")
            return
        while (await receive()).get("more_body"):
            pass
        async with self._pool.acquire() as connection:
            if answer.writes:
                async with connection.transaction():
                    for statement in renewed(answer):
                        await connection.execute(statement.sql, *statement.parameters)
            else:
                for statement in answer.statements:
                    await connection.fetch(statement.sql, *statement.parameters)
        await _send(send, answer.status, self._bodies[answer.length])

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._pool = await asyncpg.create_pool(
            dsn(self._url),
            min_size=POOL_SIZE,
            max_size=POOL_SIZE,
            reset=_no_reset,
            server_settings=SERVER_SETTINGS,
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})


def renewed(answer: Answer) -> list[Statement]:
    """Return the statements with a new value for each that may stand in the database once."""
    new = {value: _renew(value) for value in answer.fresh}
    return [
        Statement(
            statement.sql,
            tuple(
                new.get(value, value) if isinstance(value, (UUID, str, bytes)) else value
                for value in statement.parameters
            ),
        )
        for statement in answer.statements
    ]


def _renew(value: UUID | str | bytes) -> UUID | str | bytes:
    if isinstance(value, UUID):
        return uuid7()
    if isinstance(value, bytes):
        return secrets.token_bytes(len(value))
    return secrets.token_hex(10)


async def _send(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def create_app() -> Yardstick:
    """Assemble it from what was captured."""
    answers = pickle.loads(Path(os.environ["KEHUI_BENCHMARK_ANSWERS"]).read_bytes())  # noqa: S301 - our own file
    return Yardstick(os.environ["KEHUI_DATABASE_URL"], answers)
