"""The three scenarios of the product, walked by people who are signed in at the same time.

What one of them does, the others see without touching their page.
"""

import re
from pathlib import Path

import httpx
from playwright.async_api import Page, expect

from backend.demo.people import DemoPerson
from tests.e2e.conftest import DESKTOP, PHONE, SignIn, look
from tests.e2e.pages import (
    SOON,
    complete_customer,
    expect_state,
    expect_status,
    photograph,
    pick,
    slot,
    somebody,
)


async def decide(page: Page, action: str, confirm: str, reason: str | None = None) -> None:
    """Move the case by its button on a desktop."""
    await page.get_by_role("button", name=action, exact=True).click()
    dialog = page.get_by_role("dialog")
    if reason is not None:
        await dialog.get_by_role("textbox").fill(reason)
    await dialog.get_by_role("button", name=confirm).click()
    await expect(dialog).to_be_hidden()


async def accept_all(page: Page, count: int) -> None:
    """Accept one document after the other with the keyboard, pages that were not looked at included."""
    await page.get_by_role("button", name=f"开始审核（{count}）").click()
    for judged in range(1, count + 1):
        await expect(page.get_by_test_id("document-stage").get_by_role("img")).to_be_visible(timeout=SOON)
        await page.keyboard.press("a")
        if await page.get_by_text("第 1 / 6 页").is_visible():
            await page.keyboard.press("a")
        await expect(page.get_by_text(f"已审 {judged}/{count}")).to_be_visible(timeout=SOON)
    await expect(page.get_by_test_id("case-decision")).to_be_visible(timeout=SOON)
    await page.keyboard.press("Escape")
    await page.wait_for_url(re.compile(r"/customers/[0-9a-f-]{36}$"))


async def create_through_form(page: Page, person: DemoPerson) -> str:
    """Fill the form in and return the new customer's id."""
    await page.get_by_label("姓名").fill(person.name)
    await page.get_by_label("身份证号").fill(person.id_number)
    await page.get_by_label("手机号").fill(person.phone)
    await page.get_by_role("button", name="创建客户").click()
    await page.wait_for_url(re.compile(r"/customers/[0-9a-f-]{36}"))
    return page.url.rsplit("/", 1)[-1].partition("?")[0]


async def test_new_customer_is_collected_on_two_devices_and_approved(
    sign_in: SignIn, papers: dict[str, Path], tmp_path: Path
) -> None:
    """Scenario 1 (A-99 … A-103), to the auditor's decision."""
    desktop = await sign_in("staff", DESKTOP, "/pc/customers/new")
    person = somebody(tmp_path)
    customer_id = await create_through_form(desktop, person)
    phone = await sign_in("staff2", PHONE, f"/m/customers/{customer_id}")
    auditor = await sign_in("auditor", DESKTOP, f"/pc/customers/{customer_id}")
    everybody = (desktop, phone, auditor)

    await photograph(phone, "id_card_front")
    await look(phone, "phone-camera-preview")
    await phone.get_by_role("button", name="使用照片").click()
    await expect(phone.get_by_role("heading", name="拍摄身份证反面")).to_be_visible(timeout=SOON)
    await phone.get_by_role("button", name="完成").click()
    await expect_state(everybody, "id_card_front", "uploaded")

    await pick(desktop, "bank_statement", papers["bank_statement"])
    await expect_state(everybody, "bank_statement", "uploaded")
    await expect(slot(auditor, "bank_statement")).to_contain_text("6 页", timeout=SOON)
    await pick(phone, "id_card_back", papers["id_card_back"])
    await pick(desktop, "income_proof", papers["income_proof"])
    await pick(desktop, "credit_report", papers["credit_report"])
    await expect_status(everybody, "complete")
    await expect(desktop.get_by_text("必传资料已齐全")).to_be_visible()
    await look(desktop, "desktop-complete")
    await look(phone, "phone-complete")

    await decide(desktop, "提交审核", "确认提交")
    await expect_status(everybody, "reviewing")
    await accept_all(auditor, 5)
    await expect_state(everybody, "credit_report", "accepted")
    await look(auditor, "auditor-all-accepted")
    await decide(auditor, "通过", "确认通过", "资料齐全，核对一致")
    await expect_status(everybody, "approved")
    await look(phone, "phone-approved")


async def test_missing_property_proof_is_asked_for_and_supplied_from_a_phone(
    sign_in: SignIn, staff_api: httpx.AsyncClient, papers: dict[str, Path], tmp_path: Path
) -> None:
    """Scenario 2 (A-104 … A-108): the auditor asks for an optional type."""
    customer = await complete_customer(staff_api, somebody(tmp_path), papers)
    path = f"customers/{customer['id']}"
    [case] = (await staff_api.get("/cases", params={"customer_id": customer["id"]})).json()["items"]
    terms = {"product": "credit_loan", "amount": "300000.00"}
    version = {"If-Match": f'"{case["version"]}"'}
    assert (await staff_api.put(f"/cases/{case['id']}", json=terms, headers=version)).is_success
    assert (await staff_api.post(f"/{path}/submit")).is_success
    auditor = await sign_in("auditor", DESKTOP, f"/pc/{path}")
    desktop = await sign_in("staff", DESKTOP, f"/pc/{path}")
    phone = await sign_in("staff2", PHONE, f"/m/{path}")
    everybody = (auditor, desktop, phone)
    await expect(auditor.get_by_role("button", name="开始审核（5）")).to_be_visible()
    await expect(auditor.get_by_role("button", name="通过（还有 5 份未通过）")).to_be_disabled()
    await look(auditor, "auditor-begins")

    await auditor.get_by_role("button", name="退回补件", exact=True).click()
    dialog = auditor.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill("请补充房产证明")
    await dialog.get_by_text("房产证明", exact=True).click()
    await dialog.get_by_role("textbox", name="房产证明的原因").fill("名下房产的产权证")
    await look(auditor, "auditor-return")
    await dialog.get_by_role("button", name="确认退回").click()
    await expect_status(everybody, "returned")
    for page in (desktop, phone):
        banner = page.get_by_test_id("returned-banner")
        await expect(banner).to_contain_text("请补充房产证明", timeout=SOON)
        await expect(banner).to_contain_text("名下房产的产权证")
        await expect(page.get_by_test_id("case-amount")).to_contain_text("¥300,000.00")
    await look(desktop, "desktop-returned")
    await look(phone, "phone-returned")
    await expect(slot(phone, "property_proof")).to_contain_text("名下房产的产权证", timeout=SOON)
    await banner.get_by_role("button", name="房产证明").click()
    await expect(slot(phone, "property_proof")).to_be_in_viewport()

    await photograph(phone, "property_proof")
    await phone.get_by_role("button", name="使用照片").click()
    await expect_state(everybody, "property_proof", "uploaded")
    await expect_status(everybody, "complete")
    await decide(desktop, "提交审核", "确认提交")
    await expect_status(everybody, "reviewing")


async def test_three_colleagues_fill_one_file(
    sign_in: SignIn, papers: dict[str, Path], tmp_path: Path
) -> None:
    """Scenario 3 (A-109 … A-111): A creates, B uploads the ID card, C the statement, an auditor watches."""
    first = await sign_in("staff", PHONE, "/m/customers/new")
    person = somebody(tmp_path)
    customer_id = await create_through_form(first, person)
    second = await sign_in("staff2", PHONE, f"/m/customers/{customer_id}")
    third = await sign_in("admin", DESKTOP, f"/pc/customers/{customer_id}")
    auditor = await sign_in("auditor", DESKTOP, f"/pc/customers?q={person.name}")
    row = auditor.get_by_role("row").filter(has_text=person.name)
    await expect(row).to_contain_text("0/5")

    await pick(second, "id_card_front", papers["id_card_front"])
    await pick(second, "id_card_back", papers["id_card_back"])
    await expect(row).to_contain_text("2/5", timeout=SOON)
    await pick(third, "bank_statement", papers["bank_statement"])
    await expect(row).to_contain_text("3/5", timeout=SOON)
    for page in (first, second, third):
        await expect_state([page], "id_card_back", "uploaded")
        await expect_state([page], "bank_statement", "uploaded")
    await look(auditor, "auditor-list")
