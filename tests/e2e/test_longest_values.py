"""No page is broken by the longest legal values, at any usual width of desktops and phones.

Nothing leaves its box without an ellipsis, a wrap or a scrollbar; nothing covers a control; no page scrolls sideways.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from backend.development.postgres import EmbeddedServer
from tests.conftest import TEMPLATE
from tests.e2e.conftest import DESKTOP, PHONE, SignIn, Site, look, running_site
from tests.e2e.longest import Longest, store_longest
from tests.e2e.pages import SOON
from tests.e2e.test_accessibility import PC_ROUTES, PHONE_ROUTES

WIDTHS = {"pc": (1280, 1440, 1920), "m": (360, 390, 430)}
HEIGHTS = {"pc": 800, "m": 844}
# Beside the routes, and with what each shows once its data has come: the parts of a customer's page, a company's,
# and a document above it.
MORE = {
    "pc": {
        "/pc/customers/{id}?tab=history": "退回补件",
        "/pc/customers/{id}?document={document}": "下载原件",
        "/pc/customers/{company}": "bank_statement_of",
        "/pc/customers/{company}/edit": "保存修改",
    },
    "m": {
        "/m/customers/{id}?tab=facts": "银行账号",
        "/m/customers/{id}?tab=history": "退回补件",
        "/m/customers/{id}?document={document}": "1 / 1",
        "/m/customers/{company}": "bank_statement_of",
        "/m/customers/{company}?tab=facts": "法定代表人",
        "/m/customers/{company}/edit": "保存修改",
    },
}
WALK = (Path(__file__).parent / "longest_values.js").read_text()


@pytest.fixture(scope="module")
async def crowded(
    postgres: EmbeddedServer, tokens: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Site, Longest]]:
    """An installation of its own, since its words and types would show up in every other test."""
    postgres.create_database("kehui_crowded", template=TEMPLATE)
    with running_site(postgres.url("kehui_crowded"), tmp_path_factory.mktemp("crowded")) as site:
        yield site, await store_longest(site.origin, tokens, tmp_path_factory.mktemp("papers"))


async def settle(page: Page, shown: str) -> None:
    """Wait until the page shows its content."""
    await expect(page.get_by_text(shown).filter(visible=True).first).to_be_visible(timeout=SOON)
    await expect(page.locator('[aria-busy="true"]')).to_have_count(0, timeout=SOON)


@pytest.mark.parametrize("ui", ["pc", "m"])
async def test_longest_values_break_no_page(crowded: tuple[Site, Longest], sign_in: SignIn, ui: str) -> None:
    site, longest = crowded
    device: dict[str, Any] = DESKTOP if ui == "pc" else PHONE
    routes = (PC_ROUTES if ui == "pc" else PHONE_ROUTES) | MORE[ui]
    page = await sign_in(longest.username, device, "/", site.origin)
    await page.add_init_script(WALK)
    faults = []
    for number, (route, shown) in enumerate(routes.items()):
        path = route.format(id=longest.customer, company=longest.company, document=longest.document)
        await page.goto(path)
        await settle(page, shown.format(name=longest.name))
        for width in WIDTHS[ui]:
            await page.set_viewport_size({"width": width, "height": HEIGHTS[ui]})
            found = await page.evaluate("window.walkOfLongestValues()")
            if found:
                await look(page, f"longest-{ui}-{number:02d}-{width}")
            faults += [f"{route} at {width}: {fault}" for fault in found]
    assert faults == [], "\n".join(faults)
