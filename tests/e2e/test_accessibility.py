"""No page has a serious accessibility fault, by axe's rules, on either device."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import DESKTOP, PHONE, ROOT, SignIn, look
from tests.e2e.pages import SOON, complete_customer, somebody

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = frozenset({"serious", "critical"})

PC_ROUTES = (
    "/pc/login",
    "/pc/customers",
    "/pc/customers?archived=true",
    "/pc/customers/new",
    "/pc/customers/{id}",
    "/pc/customers/{id}/edit",
    "/pc/documents",
    "/pc/documents?trashed=true",
    "/pc/document-types",
    "/pc/users",
    "/pc/profile",
    "/pc/nowhere",
)
PHONE_ROUTES = (
    "/m/login",
    "/m/customers",
    "/m/customers/new",
    "/m/customers/{id}",
    "/m/customers/{id}/edit",
    "/m/customers/{id}/capture/id_card_front",
    "/m/uploads",
    "/m/me",
    "/m/profile",
    "/m/password",
    "/m/nowhere",
)


async def faults(page: Page) -> list[str]:
    """Run axe in the page and return its serious findings, readable."""
    await page.evaluate(AXE.read_text())
    result: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in result["violations"]
        if found["impact"] in SERIOUS
        for node in found["nodes"]
    ]


@pytest.mark.parametrize(("device", "routes"), [(DESKTOP, PC_ROUTES), (PHONE, PHONE_ROUTES)], ids=["pc", "m"])
async def test_no_route_has_a_serious_fault(
    sign_in: SignIn,
    staff_api: httpx.AsyncClient,
    papers: dict[str, Path],
    tmp_path: Path,
    device: dict[str, Any],
    routes: tuple[str, ...],
) -> None:
    customer = await complete_customer(staff_api, somebody(tmp_path), papers)
    page = await sign_in("admin", device, routes[1])
    found = {}
    for number, route in enumerate(routes):
        await page.goto(route.format(id=customer["id"]))
        await page.locator("h1").first.wait_for(timeout=SOON)
        await expect(page.locator('[aria-busy="true"]')).to_have_count(0)
        await look(page, f"{'pc' if device is DESKTOP else 'm'}-route-{number:02d}")
        found[route] = await faults(page)
    assert {route: list_ for route, list_ in found.items() if list_} == {}
