"""An administrator keeps a dictionary while others look on."""

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import DESKTOP, SignIn, look
from tests.e2e.pages import SOON


def row(page: Page, code: str) -> Locator:
    return page.locator(f'[data-entry="{code}"]')


async def test_an_entry_is_added_moved_and_taken_out_of_use_before_everybodys_eyes(sign_in: SignIn) -> None:
    page = await sign_in("admin", DESKTOP, "/pc/dictionary")
    other = await sign_in("admin", DESKTOP, "/pc/dictionary?open=customer_level")
    await expect(row(other, "strategic_partner")).to_contain_text("战略合作伙伴", timeout=SOON)

    await page.get_by_role("button", name="新增客户级别").click()
    await page.get_by_label("中文名称").fill("贵宾客户")
    await page.get_by_label("英文名称").fill("VIP")
    await page.get_by_label("代码").fill("major")
    await page.get_by_text("紫", exact=True).click()
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_text("这个代码已被使用")).to_be_visible(timeout=SOON)
    await look(page, "dictionary-entry-dialog-pc")
    await page.get_by_label("代码").fill("vip")
    await page.get_by_role("button", name="保存").click()
    await expect(row(other, "vip")).to_contain_text("贵宾客户", timeout=SOON)

    await page.get_by_role("button", name="上移“贵宾客户”").click()
    await expect(other.locator("[data-entry]").nth(4)).to_contain_text("贵宾客户", timeout=SOON)
    await row(page, "vip").locator(".handle").drag_to(row(page, "ordinary"))
    await expect(other.locator("[data-entry]").nth(0)).to_contain_text("贵宾客户", timeout=SOON)

    await row(page, "vip").get_by_role("switch").locator("..").click()
    await expect(row(other, "vip")).to_have_class("inactive", timeout=SOON)
    await look(page, "dictionary-pc")
    await page.get_by_role("button", name="删除 贵宾客户").click()
    await page.get_by_role("dialog").get_by_role("button", name="删除").click()
    await expect(row(other, "vip")).to_have_count(0, timeout=SOON)

    await page.get_by_role("button", name="满意度").click()
    await expect(page.get_by_text("这是固定的等级")).to_be_visible()
    await expect(row(page, "5")).to_contain_text("很满意")
    await look(page, "dictionary-scale-pc")
