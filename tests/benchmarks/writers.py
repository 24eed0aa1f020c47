"""Whether writes wait for each other: `python -m tests.benchmarks.writers [--seconds 15]`.

Fifty writers, each on a customer of its own, change it and open new ones, as fast as two server processes answer. While
they do, the database is asked again and again who waits for whose lock. Prints the rates and every kind of wait, and
ends with 1 if a write waited for a lock that another customer's write held.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from alembic import command

from backend import wiring
from backend.cli import alembic_config
from backend.config import Settings
from backend.development.postgres import embedded_server
from backend.kit.db.session import Database
from backend.seeds import seed
from tests.benchmarks.endpoints import environment_of
from tests.benchmarks.loader import dsn, settings_of
from tests.benchmarks.servers import running
from tests.identity.factories import open_account

WRITERS = 50
WAITS = """
SELECT lock.locktype || coalesce(' on ' || lock.relation::regclass, '') AS waits_for,
       left(waiting.query, 60) AS waiting,
       coalesce((SELECT string_agg(DISTINCT left(blocker.query, 60), ' | ') FROM pg_stat_activity AS blocker
                 WHERE blocker.pid = ANY (pg_blocking_pids(waiting.pid))), '') AS blocker
FROM pg_stat_activity AS waiting
JOIN pg_locks AS lock ON lock.pid = waiting.pid AND NOT lock.granted
WHERE waiting.datname = current_database()
"""
# Both are transactions of their own, which end at once and are no customer's.
ON_THE_SIDE = ("INSERT INTO number_series", "SELECT pg_notify")

Wait = tuple[str, str, str]


def is_between_writes(wait: Wait) -> bool:
    """Tell whether somebody waits for a lock that a write holds to its commit."""
    return not any(side in text for text in wait[1:] for side in ON_THE_SIDE)


async def prepare(url: str, settings: Settings) -> str:
    """Fill an empty database; returns a clerk's access token."""
    config = alembic_config()
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    await asyncio.to_thread(command.upgrade, config, "head")
    wiring.install()
    database = Database(url)
    async with database.transaction() as session:
        await seed(session)
    token = await open_account(database, settings, "writer", "staff")
    await database.close()
    return token


async def open_customer(api: httpx.AsyncClient, name: str) -> tuple[str, str]:
    """Create a customer; returns its path and version."""
    response = await api.post("/customers", json={"kind": "person", "name": name})
    response.raise_for_status()
    return response.headers["location"].removeprefix("/api/v1"), response.headers["etag"]


async def write(api: httpx.AsyncClient, path: str, etag: str, until: float, answered: Counter[str]) -> None:
    """Change one customer and open others by turns."""
    turn = 0
    while time.monotonic() < until:
        turn += 1
        changed = await api.put(path, json={"name": f"测试{turn}"}, headers={"If-Match": etag})
        etag = changed.headers.get("etag", etag)
        opened = await api.post("/customers", json={"kind": "person", "name": f"测试{turn}"})
        answered[f"changes answered {changed.status_code}"] += 1
        answered[f"creations answered {opened.status_code}"] += 1


async def watch(url: str, done: asyncio.Event, waits: Counter[Wait]) -> int:
    """Ask who waits until it is over; returns how often."""
    connection = await asyncpg.connect(dsn(url), server_settings={"application_name": "watch"})
    samples = 0
    while not done.is_set():
        waits.update(
            (row["waits_for"], row["waiting"], row["blocker"]) for row in await connection.fetch(WAITS)
        )
        samples += 1
        await asyncio.sleep(0.005)
    await connection.close()
    return samples


async def measure(url: str, port: int, token: str, seconds: float) -> tuple[Counter[str], Counter[Wait], int]:
    """Let everybody write while somebody watches."""
    answered: Counter[str] = Counter()
    waits: Counter[Wait] = Counter()
    done = asyncio.Event()
    options: dict[str, Any] = {
        "headers": {"Authorization": f"Bearer {token}"},
        "limits": httpx.Limits(max_connections=WRITERS),
        "timeout": 30,
        "trust_env": False,
    }
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/v1", **options) as api:
        opened = [await open_customer(api, f"测试{number}") for number in range(WRITERS)]
        watching = asyncio.create_task(watch(url, done, waits))
        until = time.monotonic() + seconds
        await asyncio.gather(*(write(api, path, etag, until, answered) for path, etag in opened))
        done.set()
        return answered, waits, await watching


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=15)
    seconds = parser.parse_args().seconds
    with (
        tempfile.TemporaryDirectory(prefix="kehui-writers-") as folder,
        embedded_server(Path(folder) / "postgres", durable=True) as postgres,
    ):
        postgres.ensure_database("writers")
        url = postgres.url("writers")
        settings = settings_of(url, Path(folder))
        os.environ |= environment_of(settings)
        token = asyncio.run(prepare(url, settings))
        with running("backend.app:create_app", environment_of(settings)) as server:
            answered, waits, samples = asyncio.run(measure(url, server.port, token, seconds))
    commits = sum(count for what, count in answered.items() if what.endswith(("200", "201")))
    print(f"{WRITERS} writers, {seconds:.0f} s: {commits / seconds:.0f} commits a second")  # noqa: T201
    for what, count in sorted(answered.items()):
        print(f"  {count:6} {what}")  # noqa: T201
    print(f"{samples} looks at who waits:")  # noqa: T201
    for wait, count in waits.most_common():
        kind = "BETWEEN WRITES" if is_between_writes(wait) else "on the side"
        print(f"  {count:6} {kind}: {wait[0]}; {wait[1]!r} for {wait[2]!r}")  # noqa: T201
    return int(any(is_between_writes(wait) for wait in waits))


if __name__ == "__main__":
    sys.exit(main())
