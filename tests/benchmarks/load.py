"""The asking side: clients that keep their connection and ask again as soon as they are answered.

It runs in a process of its own and does per request only what it must, so that it takes little from the processors
that it shares with what it measures.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import cast

import uvloop

# What came in the first part of a window, while connections open and caches fill, is not counted.
WARM_UP_SECONDS = 0.4
GRACE_SECONDS = 20.0
FIRST_FAILURE = 300


@dataclass
class Window:
    """What one window saw: durations in seconds of what ended within it, and how many requests there were in all."""

    seconds: float
    durations: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def requests(self) -> int:
        """All requests that were answered, those of the warm-up included."""
        return self.statuses.total()

    @property
    def failures(self) -> int:
        """Answers that were no success; they count as nothing."""
        return sum(count for status, count in self.statuses.items() if status >= FIRST_FAILURE)

    @property
    def throughput(self) -> float:
        """Answers a second."""
        return len(self.durations) / self.seconds


def run(port: int, requests: Sequence[bytes], *, clients: int, seconds: float) -> Window:
    """Ask for ``seconds`` with this many clients, who take the requests in turns."""
    return uvloop.run(_run(port, requests, clients, seconds))


async def _run(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Window:
    window = Window(seconds)
    counted_from = time.perf_counter() + WARM_UP_SECONDS
    ends_at = counted_from + seconds
    source = cycle(requests)
    loop = asyncio.get_running_loop()
    opened = [_Client(source, window, counted_from, ends_at) for _ in range(clients)]
    for client in opened:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
    async with asyncio.timeout(WARM_UP_SECONDS + seconds + GRACE_SECONDS):
        await asyncio.gather(*(client.finished for client in opened))
    return window


class _Client(asyncio.Protocol):
    def __init__(self, source: Iterator[bytes], window: Window, counted_from: float, ends_at: float) -> None:
        self._source = source
        self._window = window
        self._counted_from = counted_from
        self._ends_at = ends_at
        self._head = b""
        self._left = -1
        self._status = 0
        self._begun = 0.0
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not descend from the library's classes.
        self._transport = cast("asyncio.WriteTransport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        if self._left < 0:
            data = self._head + data
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._head = data
                return
            self._head = b""
            self._status = int(data[9:12])
            length = data.lower().find(b"content-length:", 0, end)
            self._left = int(data[length + 15 : data.find(b"\r\n", length)]) - (len(data) - end - 4)
        else:
            self._left -= len(data)
        if self._left == 0:
            self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_exception(exc or ConnectionError("The server closed the connection."))

    def _ask(self) -> None:
        self._left = -1
        self._begun = time.perf_counter()
        self._transport.write(next(self._source))

    def _answered(self) -> None:
        now = time.perf_counter()
        self._window.statuses[self._status] += 1
        if self._counted_from < now <= self._ends_at and self._status < FIRST_FAILURE:
            self._window.durations.append(now - self._begun)
        if now < self._ends_at:
            self._ask()
        else:
            self.finished.set_result(None)
            self._transport.close()
