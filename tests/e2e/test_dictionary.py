"""An administrator keeps a dictionary while others look on."""

from pathlib import Path

import httpx
from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import DESKTOP, PHONE, SignIn, Site, look
from tests.e2e.pages import SOON, complete_customer, somebody


def api_as(site: Site, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=f"{site.origin}/api/v1", headers=headers, trust_env=False)


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


async def test_an_added_word_is_offered_where_people_choose_at_that_moment(
    sign_in: SignIn,
    site: Site,
    tokens: dict[str, str],
    staff_api: httpx.AsyncClient,
    papers: dict[str, Path],
    tmp_path: Path,
) -> None:
    customer = await complete_customer(staff_api, somebody(tmp_path), papers)
    assert (await staff_api.post(f"/customers/{customer['id']}/submit")).is_success
    form = await sign_in("staff", DESKTOP, "/pc/customers/new")
    phone_form = await sign_in("staff2", PHONE, "/m/customers/new")
    review = await sign_in("auditor", DESKTOP, f"/pc/customers/{customer['id']}")
    phone_review = await sign_in("auditor2", PHONE, f"/m/customers/{customer['id']}")
    await review.get_by_test_id("document-row").first.get_by_role("button").first.click()
    await review.get_by_role("button", name="不通过").click()
    await phone_review.get_by_test_id("document-row").first.get_by_role("button").first.click()
    await phone_review.get_by_role("button", name="不通过").click()
    for page in (review, phone_review):
        await expect(page.get_by_label("内容不完整")).to_be_visible(timeout=SOON)
    for page in (form, phone_form):
        await page.get_by_role("button", name="更多信息").click()
    await form.locator(".el-form-item", has_text="客户级别").locator(".el-select").click()
    await expect(form.get_by_role("option", name="大客户")).to_be_visible(timeout=SOON)

    words = {
        "customer_level": {"code": "gold", "label_zh": "金卡客户", "label_en": "Gold", "color": "orange"},
        "reject_reason": {"code": "reflection", "label_zh": "反光", "label_en": "Reflection"},
    }
    async with api_as(site, tokens["admin"]) as admin:
        for dictionary, word in words.items():
            assert (await admin.post(f"/dictionaries/{dictionary}/entries", json=word)).is_success

        await form.get_by_role("option", name="金卡客户").click(timeout=SOON)
        await look(form, "dictionary-customer-form-pc")
        await phone_form.get_by_label("客户级别").select_option(label="金卡客户", timeout=SOON)
        await phone_form.get_by_label("满意度").select_option(label="很满意")
        await phone_form.get_by_label("所在地区").fill("上海市")
        await look(phone_form, "dictionary-customer-form-phone")
        for page, name in ((review, "pc"), (phone_review, "phone")):
            await page.get_by_label("反光").check(timeout=SOON)
            await look(page, f"dictionary-reject-{name}")

        for dictionary, word in words.items():
            assert (await admin.delete(f"/dictionaries/{dictionary}/entries/{word['code']}")).is_success
