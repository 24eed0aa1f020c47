"""The clerk's phone: few taps, and photos that arrive whatever the network does."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from tests.documents.factories import jpeg
from tests.e2e.conftest import PHONE, SIGNED_IN_MARK, SignIn, Site, log_in, look
from tests.e2e.pages import SOON, expect_status, pick, slot, somebody

MOST_TAPS = 14


class Thumb:
    """A thumb that counts its taps."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    async def tap(self, name: str) -> None:
        """Tap what is called so, in a question that is open before the page behind it."""
        self.taps += 1
        await (
            self.page.get_by_role("button", name=name)
            .or_(self.page.get_by_role("link", name=name))
            .first.tap(timeout=SOON)
        )


async def test_person_with_five_documents_is_submitted_within_fourteen_taps(
    sign_in: SignIn, tmp_path: Path
) -> None:
    page = await sign_in("staff", PHONE, "/m/customers")
    thumb = Thumb(page)
    await thumb.tap("新建客户")
    await expect(page.get_by_label("姓名")).to_be_focused(timeout=SOON)
    await page.keyboard.type(somebody(tmp_path).name)
    await thumb.tap("创建并拍照")
    for count in range(5):
        await expect(page.get_by_role("button", name="拍照", exact=True)).to_be_enabled(timeout=SOON)
        await thumb.tap("拍照")
        await expect(page.get_by_test_id("capture-preview")).to_be_visible()
        if count == 0:
            await look(page, "phone-camera-next")
        await thumb.tap("使用照片")
    await expect_status([page], "complete")
    await look(page, "phone-ready-to-submit")
    await thumb.tap("提交审核")
    await thumb.tap("确认提交")
    await expect_status([page], "reviewing")
    assert thumb.taps <= MOST_TAPS


PHOTOS = 30
TYPES = ("income_proof", "bank_statement", "other")


@asynccontextmanager
async def phone_browser(profile: Path, origin: str) -> AsyncIterator[BrowserContext]:
    """A phone's browser that remembers, as long as its profile lies in the same folder."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=os.environ.get("KEHUI_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
            base_url=origin,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **PHONE,
        )
        try:
            yield context
        finally:
            await context.close()


async def test_photos_without_a_network_survive_the_closed_browser_and_arrive_once_each_in_order(
    site: Site, staff_api: httpx.AsyncClient, tmp_path: Path
) -> None:
    """Thirty photos, the browser closed in between, an hour without a network: its length changes nothing."""
    answer = await staff_api.post("/customers", json={"kind": "person", "name": "离线采集"})
    customer_id = answer.json()["id"]
    photos = [tmp_path / f"{number:02}.jpg" for number in range(PHOTOS)]
    for number, photo in enumerate(photos):
        photo.write_bytes(jpeg(size=(320 + number, 240)))
    share = PHOTOS // len(TYPES)

    async with phone_browser(tmp_path / "profile", site.origin) as context:
        await log_in(context, "staff")
        page = await context.new_page()
        await page.goto("/m/login")
        await page.evaluate(f"localStorage.setItem('{SIGNED_IN_MARK}', '1')")
        await page.goto(f"/m/customers/{customer_id}")
        await expect(slot(page, "other")).to_be_attached(timeout=SOON)
        await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        await context.set_offline(True)
        await expect(page.get_by_text("网络已断开").first).to_be_visible()
        for index, code in enumerate(TYPES):
            await pick(page, code, *photos[index * share : (index + 1) * share])
        kept = page.locator('[data-slot] [data-state="waiting"][data-kept="true"]')
        await expect(kept).to_have_count(PHOTOS, timeout=SOON)
        await look(page, "phone-offline-queue")

    async with phone_browser(tmp_path / "profile", site.origin) as context:
        await context.set_offline(True)
        page = await context.new_page()
        await page.goto(f"/m/customers/{customer_id}")
        await expect(page.get_by_role("heading", name="离线采集")).to_be_visible(timeout=SOON)
        await expect(page.locator('[data-slot] [data-state="waiting"]')).to_have_count(PHOTOS, timeout=SOON)
        await look(page, "phone-offline-start")
        await context.set_offline(False)
        await expect(page.get_by_role("progressbar")).to_have_count(0, timeout=9 * SOON)

    answer = await staff_api.get(
        "/documents", params={"customer_id": customer_id, "sort": "uploaded_at", "limit": 100}
    )
    assert [document["filename"] for document in answer.json()["items"]] == [photo.name for photo in photos]
