"""How soon another open page shows a change: `python -m tests.benchmarks.live_updates`.

One person uploads and deletes a document through the API; an auditor's browser has the customer open. Measured from
the answer (the transaction has committed) to the change in the page, beside the yardstick of the same run: what one
request for the checklist takes. The goal is a 95th percentile under one second.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import httpx
from alembic import command
from playwright.async_api import async_playwright

from backend import wiring
from backend.cli import alembic_config
from backend.config import Settings
from backend.development.environment import new_secrets
from backend.development.postgres import embedded_server
from backend.kit.db.session import Database
from backend.seeds import seed
from tests.documents.factories import jpeg
from tests.e2e.conftest import DESKTOP, SIGNED_IN_MARK, log_in, running_site
from tests.identity.factories import open_account

ROUNDS = 30
SLOT = '[data-slot="id_card_front"]'
WATCH = """
(selector) => {
  const slot = document.querySelector(selector);
  window.changes = [];
  const note = () => window.changes.push([slot.dataset.state, performance.timeOrigin + performance.now()]);
  new MutationObserver(note).observe(slot, { attributes: true, attributeFilter: ["data-state"] });
}
"""
CHANGED = "(count) => window.changes.length >= count"


async def measure(origin: str, tokens: dict[str, str]) -> tuple[list[float], list[float]]:
    """Return the delays of the page and the durations of a request for the checklist, in milliseconds."""
    headers = {"Authorization": f"Bearer {tokens['staff']}"}
    delays: list[float] = []
    requests: list[float] = []
    async with (
        httpx.AsyncClient(base_url=f"{origin}/api/v1", headers=headers, trust_env=False) as api,
        async_playwright() as playwright,
    ):
        customer = (await api.post("/customers", json={"kind": "person", "name": "测速"})).json()
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = await browser.new_context(base_url=origin, locale="zh-CN", **DESKTOP)
        await context.add_init_script(f"localStorage.setItem('{SIGNED_IN_MARK}', '1')")
        await log_in(context, "auditor")
        page = await context.new_page()
        await page.goto(f"/pc/customers/{customer['id']}")
        await page.locator(SLOT).wait_for()
        await page.evaluate(WATCH, SLOT)
        committed: list[float] = []
        for number in range(ROUNDS):
            uploaded = await api.post(
                "/documents/upload",
                data={"customer_id": customer["id"], "document_type": "id_card_front"},
                files={"file": ("card.jpg", jpeg())},
            )
            committed.append(time.time() * 1000)
            await page.wait_for_function(CHANGED, arg=2 * number + 1)
            await api.delete(f"/documents/{uploaded.json()['id']}")
            committed.append(time.time() * 1000)
            await page.wait_for_function(CHANGED, arg=2 * number + 2)
            begun = time.perf_counter()
            await api.get(f"/customers/{customer['id']}/completeness")
            requests.append((time.perf_counter() - begun) * 1000)
        changes: list[tuple[str, float]] = await page.evaluate("window.changes")
        delays = [max(0.0, shown - done) for (_, shown), done in zip(changes, committed, strict=True)]
        await browser.close()
    return delays, requests


async def prepare(url: str, settings: Settings) -> dict[str, str]:
    """Fill an empty database and return the access tokens of its people."""
    config = alembic_config()
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    await asyncio.to_thread(command.upgrade, config, "head")
    wiring.install()
    database = Database(url)
    async with database.transaction() as session:
        await seed(session)
    tokens = {name: await open_account(database, settings, name, name) for name in ("staff", "auditor")}
    await database.close()
    return tokens


def main() -> None:
    """Measure and print."""
    secrets = new_secrets()
    values = {name.removeprefix("KEHUI_").lower(): value for name, value in secrets.items()}
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_server(Path(folder) / "pg", durable=True) as server,
    ):
        server.ensure_database("kehui")
        url = server.url("kehui")
        settings = Settings.model_validate({**values, "environment": "test", "database_url": url})
        tokens = asyncio.run(prepare(url, settings))
        with running_site(url, Path(folder) / "data", **secrets, KEHUI_ENVIRONMENT="test") as site:
            delays, requests = asyncio.run(measure(site.origin, tokens))
    p95 = statistics.quantiles(delays, n=20)[-1]
    yardstick = statistics.median(requests)
    print(  # noqa: T201
        f"{len(delays)} changes: median {statistics.median(delays):.0f} ms, p95 {p95:.0f} ms, "
        f"worst {max(delays):.0f} ms; a request for the checklist takes {yardstick:.0f} ms "
        f"(p95 ratio {p95 / yardstick:.1f})"
    )


if __name__ == "__main__":
    main()
