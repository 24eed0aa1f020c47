"""A stop does not wait for people to close their pages."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from httpx import AsyncClient

from backend.kit.db.session import Database
from tests.identity.factories import bearer

STREAMS = 50
# Far from both what a stop takes and what the server would wait for open answers.
PATIENCE = 10.0
GRACE = 60


@asynccontextmanager
async def server(database: Database) -> AsyncIterator[tuple[Process, AsyncClient]]:
    """Run the server as production does, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        descriptor, port = listening.fileno(), listening.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            *(
                sys.executable,
                "-m",
                "uvicorn",
                "backend.app:create_app",
                "--factory",
                "--fd",
                str(descriptor),
            ),
            *("--timeout-graceful-shutdown", str(GRACE), "--log-level", "warning"),
            env=os.environ | {"KEHUI_DATABASE_URL": database.url},
            pass_fds=(descriptor,),
        )
        limits = httpx.Limits(max_connections=2 * STREAMS)
        async with AsyncClient(
            base_url=f"http://127.0.0.1:{port}/api/v1", timeout=60, trust_env=False, limits=limits
        ) as client:
            try:
                yield process, client
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()


async def test_a_stop_ends_open_streams_instead_of_waiting_for_them(
    live_database: Database, tokens: dict[str, str]
) -> None:
    people = list(tokens.values())
    async with server(live_database) as (process, client), AsyncExitStack() as stack:
        streams: list[AsyncIterator[str]] = []
        for number in range(STREAMS):
            headers = bearer(people[number % len(people)])
            response = await stack.enter_async_context(client.stream("GET", "/events", headers=headers))
            assert response.status_code == 200
            lines = response.aiter_lines()
            assert await anext(lines) == "event: ready"
            streams.append(lines)

        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            rest = [[line async for line in lines] for lines in streams]
            await process.wait()

    # Nobody is told that their session has ended: pages connect again, to the server that comes after.
    assert all("event: session.ended" not in lines for lines in rest)
