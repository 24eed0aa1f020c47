"""The clerk's phone: from a new customer to a submitted file with few taps."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.e2e.conftest import PHONE, SignIn, look
from tests.e2e.pages import SOON, expect_status, somebody

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
