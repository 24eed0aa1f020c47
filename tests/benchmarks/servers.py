"""The two servers that are compared, started alike: uvicorn with two processes and production's options."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

PROCESSES = 2
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
OPTIONS = (
    *("--workers", str(PROCESSES)),
    *("--proxy-headers", "--forwarded-allow-ips", "*"),
    *("--no-server-header", "--no-access-log"),
    *("--limit-concurrency", "1000", "--timeout-graceful-shutdown", "5", "--log-level", "warning"),
)


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """What it has used of the processors so far."""
        return cpu_seconds(self.process)


def cpu_seconds(process: psutil.Process) -> float:
    """Return what a process and all below it have used of the processors."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


@contextmanager
def running(factory: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve what ``factory`` names until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", factory, "--factory", "--port", str(port), *OPTIONS]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}) as process:
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
            yield Server(port, psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("The server ended while starting.")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The server was not ready within {START_SECONDS} seconds.")
