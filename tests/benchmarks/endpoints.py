"""How fast the hot endpoints are: `python -m tests.benchmarks.endpoints [--customers 100000] [--growth]`.

Each endpoint is measured beside a yardstick on the same machine and data in the same run (`yardstick`): windows of the
one and the other take turns, so that what else the machine does meets both. Prints the tables and writes them to
`REPORT.md`. With ``--growth`` it also measures what a tenth and ten times the customers change.
"""

import argparse
import asyncio
import os
import pickle
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import asyncpg
import psutil

from backend.config import Settings
from backend.development.postgres import EmbeddedServer, embedded_server
from tests.benchmarks import load, report
from tests.benchmarks.capture import Answer, capture
from tests.benchmarks.load import Window
from tests.benchmarks.loader import KEYS, dsn, prepare, settings_of, sign_in
from tests.benchmarks.report import Compared, Growth, Measured, Timed
from tests.benchmarks.scenarios import Scenario, as_bytes, growing, sample, scenarios
from tests.benchmarks.servers import ROOT, Server, cpu_seconds, running

CLIENTS = (16, 100)
ROUNDS = 3
WARM_UP_SECONDS = 1.0
GROWTH = (10_000, 100_000, 1_000_000)
# More than two processes could open in a window.
POSTS_A_SECOND = 4_000
RUN = "bench_run"
SERVER_SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "30min"}


class Bench:
    """The database server, and a process that asks."""

    def __init__(self, postgres: EmbeddedServer, asking: ProcessPoolExecutor, folder: Path) -> None:
        self.postgres = postgres
        self.folder = folder
        self._asking = asking
        pid = int((folder / "postgres" / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0])
        self._postmaster = psutil.Process(pid)

    @contextmanager
    def database(self, customers: int) -> Iterator[tuple[str, Settings, str]]:
        """Give a copy of the filled database, its settings and a token; what a run writes goes with it."""
        url = self.postgres.url(RUN)
        settings = settings_of(url, self.folder)
        os.environ |= environment_of(settings)
        template = prepare(self.postgres, settings, customers)
        self.postgres.drop_database(RUN)
        asyncio.run(
            self._administer(
                f'CREATE DATABASE "{RUN}" TEMPLATE "{template}" STRATEGY file_copy', "CHECKPOINT"
            )
        )
        try:
            yield url, settings, asyncio.run(sign_in(url, settings))
        finally:
            self.postgres.drop_database(RUN)

    async def _administer(self, *statements: str) -> None:
        connection = await asyncpg.connect(dsn(self.postgres.url("postgres")))
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    def window(
        self, server: Server, scenario: Scenario, token: str, *, clients: int, seconds: float
    ) -> tuple[Window, float]:
        """Ask for a while; returns what was seen, and the processor time per request in seconds."""
        posts = int(POSTS_A_SECOND * (seconds + load.WARM_UP_SECONDS))
        requests = as_bytes(scenario, token, posts=posts)
        before = server.cpu_seconds() + cpu_seconds(self._postmaster)
        window = self._asking.submit(
            load.run, server.port, requests, clients=clients, seconds=seconds
        ).result()
        used = server.cpu_seconds() + cpu_seconds(self._postmaster) - before
        if window.failures:
            report.say(f"{scenario.name}, {clients} clients: answers by status {dict(window.statuses)}")
        return window, used / window.requests


def environment_of(settings: Settings) -> dict[str, str]:
    """Return what a server of ours is started with."""
    return {
        **KEYS,
        "KEHUI_ENVIRONMENT": "test",
        "KEHUI_DATABASE_URL": settings.database_url,
        "KEHUI_DATA_DIR": str(settings.data_dir),
        "KEHUI_SPA_DIR": str(settings.data_dir / "none"),
    }


@contextmanager
def bench() -> Iterator[Bench]:
    """Start what every measurement needs, and stop it at the end."""
    folder = ROOT / ".data" / "benchmarks"
    with embedded_server(folder / "postgres", durable=True) as postgres:
        asyncio.run(_configure(postgres))
    with (
        embedded_server(folder / "postgres", durable=True) as postgres,
        ProcessPoolExecutor(1, get_context("spawn")) as asking,
    ):
        yield Bench(postgres, asking, folder)


async def _configure(postgres: EmbeddedServer) -> None:
    connection = await asyncpg.connect(dsn(postgres.url("postgres")))
    for name, value in SERVER_SETTINGS.items():
        await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    await connection.close()


def compare(bench: Bench, customers: int, seconds: float, only: Sequence[str]) -> list[Compared]:
    """Measure each endpoint beside the yardstick."""
    with bench.database(customers) as (url, settings, token):
        wanted = [
            scenario
            for scenario in scenarios(asyncio.run(sample(url)))
            if not only or any(word in scenario.name for word in only)
        ]
        answers = asyncio.run(capture(url, settings, token, wanted))
        with (
            _answers_file(answers) as path,
            running("backend.app:create_app", environment_of(settings)) as ours,
            running(
                "tests.benchmarks.yardstick:create_app",
                {"KEHUI_DATABASE_URL": url, "KEHUI_BENCHMARK_ANSWERS": path},
            ) as yardstick,
        ):
            compared = []
            for scenario in wanted:
                one = Compared(scenario, statements=_statements(scenario, answers))
                for server in (ours, yardstick):
                    # Processes import, connect and build their routes and statements with the first requests.
                    bench.window(server, scenario, token, clients=CLIENTS[0], seconds=WARM_UP_SECONDS)
                for clients in CLIENTS:
                    windows: dict[str, list[tuple[Window, float]]] = {"ours": [], "yardstick": []}
                    for _ in range(ROUNDS):
                        for name, server in (("ours", ours), ("yardstick", yardstick)):
                            windows[name].append(
                                bench.window(server, scenario, token, clients=clients, seconds=seconds)
                            )
                    one.ours[clients] = Measured.of(windows["ours"])
                    one.yardstick[clients] = Measured.of(windows["yardstick"])
                report.say(report.line(one))
                compared.append(one)
            return compared


def grow(bench: Bench, seconds: float) -> tuple[list[Growth], list[Timed]]:
    """Measure one client's median on databases of growing size, and each statement on the largest."""
    medians: dict[str, list[float]] = {}
    timed: list[Timed] = []
    for customers in GROWTH:
        with bench.database(customers) as (url, settings, token):
            chosen = growing(asyncio.run(sample(url)))
            answers = asyncio.run(capture(url, settings, token, chosen))
            with running("backend.app:create_app", environment_of(settings)) as server:
                for scenario in chosen:
                    windows = [
                        bench.window(server, scenario, token, clients=1, seconds=seconds)[0]
                        for _ in range(ROUNDS)
                    ]
                    median = statistics.median(statistics.median(window.durations) for window in windows)
                    medians.setdefault(scenario.name, []).append(median)
                    report.say(f"{customers:>9} customers, {scenario.name}: {median * 1000:.2f} ms")
            timed = asyncio.run(_time_statements(url, chosen, answers))
    return [Growth(name, values) for name, values in medians.items()], timed


async def _time_statements(url: str, chosen: Sequence[Scenario], answers: dict[str, Answer]) -> list[Timed]:
    """Run each statement a few times and keep its median, the slowest of each kind first."""
    connection = await asyncpg.connect(
        dsn(url), server_settings={"jit": "off", "plan_cache_mode": "force_custom_plan"}
    )
    slowest: list[Timed] = []
    loop = asyncio.get_running_loop()
    for scenario in chosen:
        found: list[Timed] = []
        for path in scenario.paths:
            for statement in answers[f"{scenario.method} {path}"].statements:
                took = []
                for _ in range(5):
                    begun = loop.time()
                    await connection.fetch(statement.sql, *statement.parameters)
                    took.append(loop.time() - begun)
                found.append(Timed(scenario.name, path, statement.sql, statistics.median(took)))
        slowest += sorted(found, key=lambda timed: -timed.seconds)[:2]
    await connection.close()
    return sorted(slowest, key=lambda timed: -timed.seconds)


def _statements(scenario: Scenario, answers: dict[str, Answer]) -> int:
    return max(len(answers[f"{scenario.method} {path}"].statements) for path in scenario.paths)


@contextmanager
def _answers_file(answers: dict[str, Answer]) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        file.write(pickle.dumps(answers))
        file.flush()
        yield file.name


def main() -> None:
    """Measure, print, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=2.0, help="Length of one window.")
    parser.add_argument("--only", nargs="*", default=(), help="Words of the endpoints to measure.")
    parser.add_argument(
        "--growth", action="store_true", help="Measure 10 000, 100 000 and 1 000 000 customers, too."
    )
    arguments = parser.parse_args()
    with bench() as running_bench:
        compared = compare(running_bench, arguments.customers, arguments.seconds, arguments.only)
        growth, timed = grow(running_bench, arguments.seconds) if arguments.growth else ([], [])
    text = report.compose(compared, growth, timed, customers=arguments.customers, seconds=arguments.seconds)
    report.say(text)
    if not arguments.only:
        (Path(__file__).parent / "REPORT.md").write_text(text)


if __name__ == "__main__":
    main()
