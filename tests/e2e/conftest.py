"""The built product, running: a server, a worker, and browsers in which people are signed in."""

import asyncio
import io
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import IO, Any, Protocol

import httpx
import pytest
from PIL import Image, ImageOps
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from backend.demo.drawings import draw
from backend.demo.people import people
from backend.development.postgres import EmbeddedServer
from tests.conftest import TEMPLATE
from tests.e2e.pages import draw_papers
from tests.identity.factories import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = Path(os.environ.get("KEHUI_SCREENSHOTS", ROOT / ".data" / "screenshots"))
START_SECONDS = 60
# With it the page asks for the session of its cookie at once, as after an earlier sign-in.
SIGNED_IN_MARK = "kehui.signed-in"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36",
}


@dataclass(frozen=True)
class Site:
    """A running installation."""

    origin: str
    port: int
    data_dir: Path
    database_url: str
    server_pid: int

    @property
    def files_dir(self) -> Path:
        """Where the stored bytes lie."""
        return self.data_dir / "files"


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_site(
    database_url: str, data_dir: Path, output: IO[bytes] | None = None, /, **settings: str
) -> Iterator[Site]:
    """Start a server and a worker on the database and stop them afterwards; they log to ``output``."""
    port = free_port()
    environment = os.environ | {
        "KEHUI_DATABASE_URL": database_url,
        "KEHUI_DATA_DIR": str(data_dir),
        "KEHUI_SPA_DIR": str(ROOT / "frontend" / "dist"),
        **settings,
    }
    web = [sys.executable, "-m", "uvicorn", "backend.app:create_app", "--factory", "--port", str(port)]
    commands = [[*web, "--log-level", "warning"], [sys.executable, "-m", "backend.cli", "worker"]]
    processes = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=output) for command in commands]
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", processes)
        yield Site(f"http://localhost:{port}", port, data_dir, database_url, processes[0].pid)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)


def _wait_until_ready(url: str, processes: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            pytest.fail("The server or the worker ended while starting.")
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"The server was not ready within {START_SECONDS} seconds.")


@pytest.fixture(scope="session")
def site(
    postgres: EmbeddedServer, tokens: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One installation for all browser tests; each test makes customers of its own in it."""
    del tokens
    postgres.create_database("kehui_site", template=TEMPLATE)
    with running_site(postgres.url("kehui_site"), tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the phone's camera sees: an ID card, as a film of one picture."""
    random = Random(7)  # noqa: S311 - always the same card
    drawn = Image.open(
        io.BytesIO(draw("id_card_front", next(people(random)), random, today=date(2026, 11, 21)))
    )
    frame = io.BytesIO()
    # The fake camera shows only plain baseline frames of a usual size, and needs more than one.
    ImageOps.pad(drawn.convert("RGB"), (1280, 720), color="#6b5a48").save(
        frame, "JPEG", quality=90, subsampling="4:2:0"
    )
    film = tmp_path_factory.mktemp("camera") / "card.mjpeg"
    film.write_bytes(frame.getvalue() * 30)
    return film


@pytest.fixture(scope="session")
async def browser(camera: Path) -> AsyncIterator[Browser]:
    """Debian's Chromium with a fake camera."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ.get("KEHUI_CHROMIUM", "/usr/bin/chromium"),
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-video-capture={camera}",
            ],
        )
        yield browser
        await browser.close()


class SignIn(Protocol):
    """Opens ``path`` in a new browser window of this person on this device."""

    async def __call__(self, username: str, device: dict[str, Any], path: str, origin: str = ...) -> Page: ...


@pytest.fixture
async def sign_in(site: Site, browser: Browser) -> AsyncIterator[SignIn]:
    """Open pages in which people are signed in; see `SignIn`.

    The test fails on any error in the page's console and on any uncaught exception.
    """
    problems: list[str] = []
    async with AsyncExitStack() as stack:

        async def open_page(
            username: str, device: dict[str, Any], path: str, origin: str = site.origin
        ) -> Page:
            context = await browser.new_context(
                base_url=origin,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                permissions=["camera"],
                # Starting without a network has a test of its own; elsewhere it would only fetch everything again.
                service_workers="block",
                **device,
            )
            stack.push_async_callback(context.close)
            await context.add_init_script(f"localStorage.setItem('{SIGNED_IN_MARK}', '1')")
            page = await context.new_page()
            page.on("pageerror", lambda error: problems.append(f"{username}: {error}"))
            page.on("console", lambda line: problems.append(line.text) if _is_fault(line) else None)
            await log_in(context, username)
            await page.goto(path)
            return page

        yield open_page
    assert problems == []


def _is_fault(line: ConsoleMessage) -> bool:
    """Tell an error of ours from the browser's own note on a refused or interrupted request."""
    refused = re.match(
        r"Failed to load resource: (the server responded with a status of 4|net::ERR_)", line.text
    )
    return line.type == "error" and refused is None


async def log_in(context: BrowserContext, username: str) -> None:
    """Give the browser the session cookie that the login page would; the page takes it from there."""
    answer = await context.request.post(
        "/api/v1/auth/login", data={"username": username, "password": PASSWORD, "remember_me": True}
    )
    assert answer.ok, await answer.text()


@pytest.fixture
async def staff_api(site: Site, tokens: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """The API as a member of the staff, to prepare what a test needs."""
    headers = {"Authorization": f"Bearer {tokens['staff']}"}
    async with httpx.AsyncClient(
        base_url=f"{site.origin}/api/v1", headers=headers, trust_env=False
    ) as client:
        yield client


async def look(page: Page, name: str) -> None:
    """Keep a picture of the page for people to look at."""
    await asyncio.to_thread(SCREENSHOTS.mkdir, parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, Path]:
    """A person's documents as files: scans, and a bank statement of six pages."""
    return draw_papers(tmp_path)
