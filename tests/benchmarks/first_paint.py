"""How soon the first page shows: `python -m tests.benchmarks.first_paint [--runs 3]`.

The built pages behind Nginx with the project's configuration for TLS, in Chromium on a phone's network (9 Mbit/s down,
1.5 up, 165 ms for each answer), signed in, nothing cached. Prints, for each main page, medians: the largest paint with
the processor as it is and four times slower, the shift of the layout, what script came in the first five seconds, when
the page asked for its first data, and a second visit. Names every request that was sent twice.
"""

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import httpx
from alembic import command
from playwright.async_api import Browser, BrowserContext, async_playwright

from backend import wiring
from backend.cli import alembic_config
from backend.config import Settings
from backend.demo.drawings import draw
from backend.demo.people import people
from backend.development.postgres import embedded_server
from backend.kit.db.session import Database
from backend.seeds import seed
from tests.benchmarks.endpoints import environment_of
from tests.benchmarks.loader import settings_of
from tests.benchmarks.servers import running
from tests.identity.factories import PASSWORD, open_account

ROOT = Path(__file__).resolve().parents[2]
NETWORK = {
    "offline": False,
    "latency": 165,
    "downloadThroughput": 9_000_000 / 8,
    "uploadThroughput": 1_500_000 / 8,
}
WATCHED_SECONDS = 5.0
SLOWER = (1, 4)
CUSTOMERS = 30
DEVICES: Mapping[str, dict[str, Any]] = {
    "pc": {"viewport": {"width": 1440, "height": 900}},
    "m": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
}
OBSERVE = """
window.seen = { largest: 0, what: "", shift: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    window.seen.largest = entry.startTime;
    window.seen.what = entry.element ? entry.element.outerHTML.slice(0, 80) : "";
  }
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.seen.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
localStorage.setItem("kehui.signed-in", "1");
"""
# These are asked for once by design: the stream stays open, and who asks is found out before everything else.
NO_DATA = re.compile(r"/api/v1/(events|auth/)")


@dataclass(frozen=True)
class Visit:
    """What one visit took; times in seconds from its beginning, sizes in KiB as they came over the line."""

    largest: float
    shift: float
    scripts: int
    script_kib: float
    first_data: float
    repeated: tuple[str, ...]
    what: str


async def visit(context: BrowserContext, path: str, *, slower: int) -> Visit:
    """Open a page in a new tab and watch it."""
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", NETWORK)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    asked: list[tuple[str, str, float]] = []
    scripts: dict[str, float] = {}
    kinds: dict[str, tuple[str, str]] = {}

    def on_request(event: dict[str, Any]) -> None:
        asked.append((event["request"]["method"], event["request"]["url"], event["timestamp"]))
        kinds[event["requestId"]] = (event.get("type", ""), event["request"]["url"])

    def on_finished(event: dict[str, Any]) -> None:
        kind, url = kinds.get(event["requestId"], ("", ""))
        if kind == "Script" or url.endswith(".js"):
            scripts[url] = event["encodedDataLength"] / 1024

    session.on("Network.requestWillBeSent", on_request)
    session.on("Network.loadingFinished", on_finished)
    await page.goto(path, wait_until="commit")
    begun = asked[0][2]
    await asyncio.sleep(WATCHED_SECONDS * (1 if slower == 1 else 1.6))
    seen = await page.evaluate("window.seen")
    await page.close()
    data = [(method, url, at) for method, url, at in asked if "/api/" in url and not NO_DATA.search(url)]
    counted = Counter(f"{method} {re.sub(r'^https?://[^/]+', '', url)}" for method, url, _ in data)
    return Visit(
        seen["largest"] / 1000,
        seen["shift"],
        len(scripts),
        sum(scripts.values()),
        min((at for _, _, at in data), default=begun) - begun,
        tuple(what for what, times in counted.items() if times > 1),
        seen["what"],
    )


@asynccontextmanager
async def signed_in(browser: Browser, origin: str, ui: str) -> AsyncIterator[BrowserContext]:
    """A browser that has nothing but a session."""
    context = await browser.new_context(
        base_url=origin, locale="zh-CN", ignore_https_errors=True, **DEVICES[ui]
    )
    await context.add_init_script(OBSERVE)
    answer = await context.request.post(
        "/api/v1/auth/login", data={"username": "clerk", "password": PASSWORD, "remember_me": True}
    )
    if not answer.ok:
        raise RuntimeError(await answer.text())
    yield context
    await context.close()


async def measure(origin: str, customer_id: str, runs: int) -> bool:
    """Print the table; returns whether no request was sent twice."""
    pages = {
        "list, desktop": ("pc", "/pc/customers"),
        "customer, desktop": ("pc", f"/pc/customers/{customer_id}"),
        "list, phone": ("m", "/m/customers"),
        "customer, phone": ("m", f"/m/customers/{customer_id}"),
    }
    twice = False
    say("| page | LCP | LCP, CPU 4x | again | CLS | script files | script KiB | data asked after |")
    say("|---|---|---|---|---|---|---|---|")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        for name, (ui, path) in pages.items():
            found: dict[int, list[Visit]] = {rate: [] for rate in SLOWER}
            again: list[Visit] = []
            for _ in range(runs):
                for rate in SLOWER:
                    async with signed_in(browser, origin, ui) as context:
                        found[rate].append(await visit(context, path, slower=rate))
                        if rate == 1:
                            again.append(await visit(context, path, slower=1))
            first = found[1]
            say(
                f"| {name} | {median(first, 'largest'):.2f} s | {median(found[4], 'largest'):.2f} s "
                f"| {median(again, 'largest'):.2f} s | {max(each.shift for each in first):.3f} "
                f"| {max(each.scripts for each in first)} | {median(first, 'script_kib'):.0f} "
                f"| {median(first, 'first_data'):.2f} s |"
            )
            say(f"  largest: {first[0].what}")
            for repeated in sorted({what for each in first for what in each.repeated}):
                twice = True
                say(f"  twice: {repeated}")
        await browser.close()
    return not twice


def median(visits: list[Visit], field: str) -> float:
    """The median of a figure of several visits."""
    return float(statistics.median(getattr(each, field) for each in visits))


def say(line: str) -> None:
    """Print at once."""
    print(line, flush=True)  # noqa: T201


async def prepare(url: str, settings: Settings) -> None:
    """Make an empty installation with one clerk."""
    config = alembic_config()
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    await asyncio.to_thread(command.upgrade, config, "head")
    wiring.install()
    database = Database(url)
    async with database.transaction() as session:
        await seed(session)
    await open_account(database, settings, "clerk", "staff")
    await database.close()


def fill(origin: str) -> str:
    """Make customers as a clerk would have them; returns the one whose page is opened."""
    random = Random("first paint")  # noqa: S311
    with httpx.Client(base_url=f"{origin}/api/v1", trust_env=False, timeout=30) as api:
        answer = api.post("/auth/login", data={"username": "clerk", "password": PASSWORD})
        api.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
        found = people(random)
        for _ in range(CUSTOMERS):
            person = next(found)
            body = {
                "kind": "person",
                "name": person.name,
                "id_number": person.id_number,
                "phone": person.phone,
            }
            customer = api.post("/customers", json=body).raise_for_status().json()
        for code in ("id_card_front", "id_card_back", "income_proof"):
            api.post(
                "/documents/upload",
                data={"customer_id": customer["id"], "document_type": code},
                files={"file": (f"{code}.jpg", draw(code, person, random, today=date(2026, 11, 21)))},
            ).raise_for_status()
    return str(customer["id"])


def main() -> int:
    """Measure and print; ends with 1 when a request was sent twice."""
    # Only here: what runs Nginx belongs to the browser tests.
    from tests.e2e.conftest import free_port  # noqa: PLC0415
    from tests.e2e.nginx import self_signed, started  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    with (
        tempfile.TemporaryDirectory(prefix="kehui-first-paint-") as name,
        embedded_server(Path(name) / "postgres", durable=False) as postgres,
    ):
        folder = Path(name)
        postgres.ensure_database("first_paint")
        settings = settings_of(postgres.url("first_paint"), folder)
        environment = environment_of(settings)
        asyncio.run(prepare(postgres.url("first_paint"), settings))
        (folder / "nginx").mkdir()
        certificate, key = self_signed(folder)
        port = free_port()
        with running("backend.app:create_app", environment) as server:
            edge = {
                "KEHUI_API_UPSTREAM": f"127.0.0.1:{server.port}",
                "KEHUI_EDGE": "tls",
                "KEHUI_FILES_DIR": str(folder / "files"),
                "KEHUI_HTTP_PORT": f"127.0.0.1:{free_port()}",
                "KEHUI_HTTPS_PORT": f"127.0.0.1:{port}",
                "KEHUI_SERVER_NAME": "localhost",
                "KEHUI_SPA_DIR": str(ROOT / "frontend" / "dist"),
                "KEHUI_TLS_CERTIFICATE": str(certificate),
                "KEHUI_TLS_CERTIFICATE_KEY": str(key),
            }
            with started(folder / "nginx", edge):
                customer_id = fill(f"http://127.0.0.1:{server.port}")
                return int(not asyncio.run(measure(f"https://localhost:{port}", customer_id, runs)))


if __name__ == "__main__":
    sys.exit(main())
