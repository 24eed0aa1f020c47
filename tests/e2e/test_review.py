"""An auditor judges a customer's documents on one screen, from the first page to the decision and the next case."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Locator, Page, expect

from backend.demo.people import DemoPerson
from tests.e2e.conftest import DESKTOP, PHONE, SignIn, look
from tests.e2e.pages import SOON, complete_customer, somebody
from tests.e2e.test_accessibility import faults

DOCUMENTS = 5


@dataclass
class Effort:
    """What a person does on a page, counted."""

    page: Page
    clicks: int = 0
    keys: int = 0

    async def click(self, target: Locator) -> None:
        """Press something with the mouse or a finger."""
        self.clicks += 1
        await target.click()

    async def press(self, key: str) -> None:
        """Press one key."""
        self.keys += 1
        await self.page.keyboard.press(key)


async def submitted(api: httpx.AsyncClient, person: DemoPerson, papers: dict[str, Path]) -> dict[str, Any]:
    """Create a customer whose case waits for an auditor."""
    customer = await complete_customer(api, person, papers)
    answer = await api.post(f"/customers/{customer['id']}/submit")
    assert answer.is_success, answer.text
    return customer


async def expect_judged(page: Page, count: int) -> None:
    """Wait until so many documents are judged."""
    await expect(page.get_by_text(f"已审 {count}/{DOCUMENTS}")).to_be_visible(timeout=SOON)


async def picture_is_there(page: Page) -> None:
    """Wait until the open page can be seen."""
    await expect(page.get_by_test_id("document-stage").first.get_by_role("img")).to_be_visible(timeout=SOON)


async def test_an_auditor_decides_with_four_clicks_and_six_keys(
    sign_in: SignIn, staff_api: httpx.AsyncClient, papers: dict[str, Path], tmp_path: Path
) -> None:
    person = somebody(tmp_path)
    customer = await submitted(staff_api, person, papers)
    page = await sign_in("auditor", DESKTOP, "/pc/customers")
    effort = Effort(page)

    await effort.click(page.get_by_role("button", name=re.compile("^审核中")))
    await effort.click(page.get_by_role("link", name=person.name))
    await effort.click(page.get_by_role("button", name=f"开始审核（{DOCUMENTS}）"))
    await picture_is_there(page)
    await look(page, "review-start")
    for judged in range(1, DOCUMENTS + 1):
        several_pages = await page.get_by_text("第 1 / 6 页").is_visible()
        await effort.press("a")
        if several_pages:
            await expect(page.get_by_text("还有 5 页未看")).to_be_visible()
            await look(page, "review-unseen")
            await effort.press("a")
        await expect_judged(page, judged)
    await expect(page.get_by_role("heading", name="全部资料已通过")).to_be_visible()
    await look(page, "review-summary-accepted")
    await effort.click(page.get_by_role("button", name="批准此件"))

    await expect(page.get_by_text(f"{person.name} 已审核通过")).to_be_visible(timeout=SOON)
    await look(page, "review-approved")
    approved = (await staff_api.get(f"/customers/{customer['id']}")).json()
    assert approved["status"] == "approved"
    assert effort.clicks <= 4
    assert effort.keys <= 6


async def test_what_differs_is_refused_and_returned_and_the_clerk_sees_where(
    sign_in: SignIn, staff_api: httpx.AsyncClient, papers: dict[str, Path], tmp_path: Path
) -> None:
    person = somebody(tmp_path)
    customer = await submitted(staff_api, person, papers)
    page = await sign_in("auditor", DESKTOP, f"/pc/customers/{customer['id']}/review")
    await picture_is_there(page)

    # One question shows the numbers until the case is left.
    masked = f"{person.id_number[:3]}***********{person.id_number[-4:]}"
    number = page.locator('[data-fact="id_number"]')
    await expect(number).to_contain_text(masked)
    await page.get_by_role("button", name="显示完整号码").click()
    await page.get_by_label("电话核实").check()
    await page.get_by_role("button", name="显示", exact=True).click()
    await expect(number).to_contain_text(person.id_number)

    await page.locator('[data-fact="name"]').get_by_role("button", name="不一致").click()
    await number.get_by_role("button", name="一致", exact=True).click()
    await draw_note(page, "姓名与客户登记的不同")
    await look(page, "review-note")
    await expect(page.get_by_test_id("annotation")).to_have_count(1)
    assert await faults(page) == []

    await page.keyboard.press("c")
    await expect(page.get_by_test_id("document-stage")).to_have_count(2)
    await look(page, "review-compare")
    assert await faults(page) == []
    await page.keyboard.press("c")

    await page.keyboard.press("r")
    await expect(page.get_by_label("补充说明")).to_have_value("姓名与客户资料不一致")
    await look(page, "review-refuse")
    assert await faults(page) == []
    await page.keyboard.press("Enter")
    await expect_judged(page, 1)
    # A number is a reason, too.
    await page.keyboard.press("1")
    await page.keyboard.press("Enter")
    await expect_judged(page, 2)

    await page.keyboard.press("s")
    decision = page.get_by_test_id("case-decision")
    await expect(decision.get_by_text("还不能批准")).to_be_visible()
    await expect(decision.get_by_role("checkbox", checked=True)).to_have_count(2)
    drafted = decision.get_by_role("textbox")
    await expect(drafted).to_have_value(
        "身份证正面：与客户信息不符（姓名与客户资料不一致）；身份证反面：模糊不清"
    )
    await look(page, "review-summary-refused")
    assert await faults(page) == []
    await decision.get_by_role("button", name="确认退回").click()
    await expect(decision.get_by_text(f"{person.name} 已退回补件")).to_be_visible(timeout=SOON)

    clerk = await sign_in("staff", DESKTOP, f"/pc/customers/{customer['id']}")
    await clerk.get_by_test_id("document-row").first.get_by_role("button").first.click()
    viewer = clerk.get_by_role("dialog")
    await expect(viewer.get_by_test_id("annotation")).to_have_count(1, timeout=SOON)
    await expect(viewer.get_by_text("姓名与客户登记的不同")).to_be_visible()
    await expect(viewer.get_by_role("button", name="批注")).to_have_count(0)
    await look(clerk, "review-note-for-the-clerk")


async def draw_note(page: Page, words: str) -> None:
    """Draw a rectangle in the middle of the page and write to it."""
    await page.keyboard.press("n")
    box = await page.get_by_test_id("document-stage").first.bounding_box()
    assert box is not None
    middle, centre = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(middle - 60, centre - 30)
    await page.mouse.down()
    await page.mouse.move(middle + 60, centre + 30, steps=3)
    await page.mouse.up()
    await page.get_by_label("批注内容").fill(words)
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("annotation")).to_have_count(1, timeout=SOON)
    await expect(page.get_by_label("批注内容")).to_be_hidden()


async def test_on_a_phone_the_two_buttons_never_move_and_two_auditors_see_each_other(
    sign_in: SignIn, staff_api: httpx.AsyncClient, papers: dict[str, Path], tmp_path: Path
) -> None:
    person = somebody(tmp_path)
    customer = await submitted(staff_api, person, papers)
    other = await sign_in("auditor2", DESKTOP, f"/pc/customers/{customer['id']}/review")
    await picture_is_there(other)
    phone = await sign_in("auditor", PHONE, f"/m/customers/{customer['id']}")
    effort = Effort(phone)
    await effort.click(phone.get_by_role("button", name=f"开始审核（{DOCUMENTS}）"))
    await picture_is_there(phone)
    await expect(phone.get_by_text("测试 auditor2 也打开了此件")).to_be_visible(timeout=SOON)
    await look(phone, "phone-review-start")

    reject = phone.get_by_role("button", name="不通过", exact=True)
    accept = phone.get_by_role("button", name=re.compile("^(仍然)?通过$"))
    places = await reject.bounding_box(), await accept.bounding_box()
    for judged in range(1, DOCUMENTS + 1):
        assert (await reject.bounding_box(), await accept.bounding_box()) == places
        several_pages = await phone.get_by_text("第 1 / 6 页").is_visible()
        await effort.click(accept)
        if several_pages:
            await expect(phone.get_by_text("还有 5 页未看")).to_be_visible()
            assert (await reject.bounding_box(), await accept.bounding_box()) == places
            await effort.click(accept)
        await expect_judged(phone, judged)
        if judged < DOCUMENTS:
            await picture_is_there(phone)
    await look(phone, "phone-review-summary")
    assert await faults(phone) == []
    await effort.click(phone.get_by_role("button", name="批准此件"))

    await expect(phone.get_by_text(f"{person.name} 已审核通过")).to_be_visible(timeout=SOON)
    await look(phone, "phone-review-approved")
    # Two to come here from the list, one for each document and one for pages not looked at, and the decision.
    assert effort.clicks + 2 <= 10
