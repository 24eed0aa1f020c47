"""The figures of a run, as tables that people read."""

import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.benchmarks.load import Window
from tests.benchmarks.scenarios import Scenario

WANTED_GROWTH = 1.5
WANTED_STATEMENT_SECONDS = 0.050
SHOWN_OF_SQL = 150
FEWEST_ANSWERS = 2
SHARES_EXPLAINED = """\
Share: our throughput as part of the yardstick's, with 16 and with 100 clients. By processor time: what the yardstick
and its database use per request as part of what ours use. The 99th percentile stands as a multiple of the yardstick's.
In bold what falls short of what is wanted.
"""

WHAT_BOUNDS_IT = """\
## What bounds it

What the database itself does is small beside what it takes to ask it: a statement through the ORM costs about a
millisecond of processor time, most of it in building the statement, its cache key, the session's bookkeeping and the
change between the event loop and greenlets, and little of it in the driver. A list of many columns pays that twice and
is bound by its query; a short search, and a checklist with five statements, pay it more often than they work.

Creating a customer sends seventeen statements (the number, a savepoint and its release around what may be a duplicate,
the customer, its lock, case and first move, three reads for the checklist, two updates, the answer read back, audit,
feed, wake-up) and makes some 13 600 Python calls: 24 ms of its 31 ms of processor time, on one core without another
writer. No lock and no disk is waited for. Fewer statements are the way: the savepoint, the lock on a row that nobody
else can see yet, the reads for a checklist that can hold nothing, and an update of what was inserted a moment ago.
"""


@dataclass(frozen=True)
class Measured:
    """The medians of some windows: answers a second, latencies in seconds, processor time per request."""

    throughput: float
    p50: float
    p95: float
    p99: float
    cpu: float

    @classmethod
    def of(cls, windows: Sequence[tuple[Window, float]]) -> "Measured":
        """Take the median of each figure."""
        if any(len(window.durations) < FEWEST_ANSWERS for window, _ in windows):
            raise RuntimeError("Too few answers came within a window; make it longer or the machine quieter.")
        cuts = [statistics.quantiles(window.durations, n=100) for window, _ in windows]
        return cls(
            throughput=statistics.median(window.throughput for window, _ in windows),
            p50=statistics.median(cut[49] for cut in cuts),
            p95=statistics.median(cut[94] for cut in cuts),
            p99=statistics.median(cut[98] for cut in cuts),
            cpu=statistics.median(cpu for _, cpu in windows),
        )

    @property
    def latencies(self) -> str:
        """The three percentiles in milliseconds."""
        return "/".join(f"{value * 1_000:.0f}" for value in (self.p50, self.p95, self.p99))


@dataclass
class Compared:
    """An endpoint beside the yardstick, by number of clients."""

    scenario: Scenario
    statements: int
    ours: dict[int, Measured] = field(default_factory=dict)
    yardstick: dict[int, Measured] = field(default_factory=dict)

    def share(self, clients: int) -> float:
        """Our part of the yardstick's throughput."""
        return self.ours[clients].throughput / self.yardstick[clients].throughput

    def cpu_share(self, clients: int) -> float:
        """The yardstick's processor time per request as part of ours: the share as the processors see it."""
        return self.yardstick[clients].cpu / self.ours[clients].cpu

    @property
    def slowest(self) -> float:
        """How many times the yardstick's our 99th percentile is, with the most clients."""
        clients = max(self.ours)
        return self.ours[clients].p99 / self.yardstick[clients].p99


@dataclass(frozen=True)
class Growth:
    """Medians of one client in seconds, by size of the database."""

    name: str
    medians: Sequence[float]

    @property
    def ratio(self) -> float:
        """The largest database's beside the smallest's."""
        return self.medians[-1] / self.medians[0]


@dataclass(frozen=True)
class Timed:
    """How long a statement took."""

    scenario: str
    path: str
    sql: str
    seconds: float


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def line(one: Compared) -> str:
    """Sum an endpoint up."""
    shares = ", ".join(
        f"{clients} clients {measured.throughput:.0f}/s {measured.latencies} ms "
        f"(yardstick {one.yardstick[clients].throughput:.0f}/s {one.yardstick[clients].latencies}): "
        f"{one.share(clients):.2f}, by processor time {one.cpu_share(clients):.2f}"
        for clients, measured in one.ours.items()
    )
    return f"{one.scenario.name}: {shares}; p99 {one.slowest:.1f} times"


def compose(
    compared: Sequence[Compared],
    growth: Sequence[Growth],
    timed: Sequence[Timed],
    *,
    customers: int,
    seconds: float,
) -> str:
    """Write the whole report."""
    introduction = (
        f"Written by `python -m tests.benchmarks.endpoints` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: "
        f"{customers} customers with five documents each, {os.cpu_count()} processors shared by the database, the "
        f"servers and the clients, Python {platform.python_version()}, uvicorn with two processes, embedded "
        f"PostgreSQL with durable settings. Closed loop; medians of three windows of {seconds:g} s, those of the "
        "product and of the yardstick taking turns.\n\n"
        "The yardstick is bare ASGI on uvicorn and asyncpg. It sends the statements that the product was seen to "
        "send and as many bytes; for creation it inserts the same rows in one transaction. It does not "
        "authenticate, validate, mask or shape.\n"
    )
    parts = ["# How fast the hot endpoints are\n", introduction, _shares(compared), _latencies(compared)]
    if growth:
        parts.append(_growth(growth))
        parts.append(_statements(timed))
    parts.append(WHAT_BOUNDS_IT)
    return "\n".join(parts)


def _shares(compared: Sequence[Compared]) -> str:
    lines = [
        "## Beside the yardstick\n",
        SHARES_EXPLAINED,
        "| endpoint | share, 16 | share, 100 | wanted | by processor time | p99 at 100 | wanted | statements |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in compared:
        wanted = one.scenario.wanted
        assert wanted is not None
        few, many = sorted(one.ours)
        lines.append(
            f"| {one.scenario.name} | {_mark(one.share(few), wanted.share)} | "
            f"{_mark(one.share(many), wanted.share)} | ≥ {wanted.share:.2f} | {one.cpu_share(few):.2f} | "
            f"{_mark(one.slowest, wanted.slowest, at_most=True)} | ≤ {wanted.slowest:g} | {one.statements} |"
        )
    return "\n".join(lines) + "\n"


def _latencies(compared: Sequence[Compared]) -> str:
    lines = [
        "| endpoint | who | clients | answers a second | p50/p95/p99 in ms | processor ms per request |",
        "|---|---|---|---|---|---|",
    ]
    for one in compared:
        for who, by_clients in (("Kehui", one.ours), ("yardstick", one.yardstick)):
            for clients, measured in by_clients.items():
                lines.append(
                    f"| {one.scenario.name} | {who} | {clients} | {measured.throughput:.0f} | "
                    f"{measured.latencies} | {measured.cpu * 1_000:.2f} |"
                )
    return "\n".join(lines) + "\n"


def _growth(growth: Sequence[Growth]) -> str:
    lines = [
        "## Growth\n",
        f"Median of one client in ms; from the smallest to the largest at most {WANTED_GROWTH} times is wanted.\n",
        "| | 10 000 | 100 000 | 1 000 000 | times |",
        "|---|---|---|---|---|",
    ]
    for one in growth:
        medians = " | ".join(f"{median * 1_000:.2f}" for median in one.medians)
        lines.append(f"| {one.name} | {medians} | {_mark(one.ratio, WANTED_GROWTH, at_most=True)} |")
    return "\n".join(lines) + "\n"


def _statements(timed: Sequence[Timed]) -> str:
    lines = [
        "## The slowest statements at 1 000 000 customers\n",
        "Medians of five, with the round trip; at most 50 ms are wanted.\n",
        "| ms | endpoint | request | statement |",
        "|---|---|---|---|",
    ]
    for one in timed:
        sql = " ".join(one.sql.split())
        shown = f"{sql[:60]} … {sql[-80:]}" if len(sql) > SHOWN_OF_SQL else sql
        milliseconds = _mark(one.seconds * 1_000, WANTED_STATEMENT_SECONDS * 1_000, at_most=True)
        lines.append(f"| {milliseconds} | {one.scenario} | `{one.path}` | `{shown}` |")
    return "\n".join(lines) + "\n"


def _mark(value: float, wanted: float, *, at_most: bool = False) -> str:
    """Write a figure, in bold where it falls short of what is wanted."""
    met = value <= wanted if at_most else value >= wanted
    return f"{value:.2f}" if met else f"**{value:.2f}**"
