"""Signing in, finding, and what happens when two people edit or something is gone."""

import re

import httpx
from playwright.async_api import Browser, expect

from tests.customers.factories import id_number
from tests.e2e.conftest import DESKTOP, PHONE, SignIn, Site, look
from tests.e2e.pages import SOON
from tests.identity.factories import PASSWORD


async def test_login_returns_to_the_page_that_was_wanted_and_logout_ends_it(
    site: Site, browser: Browser
) -> None:
    context = await browser.new_context(base_url=site.origin, locale="zh-CN", **PHONE)
    page = await context.new_page()
    await page.goto("/m/customers?q=zw")
    await page.get_by_label("用户名").fill("staff2")
    await page.get_by_label("密码").fill("not the password")
    await page.get_by_role("button", name="登录", exact=True).click()
    await expect(page.get_by_text("用户名或密码不正确").first).to_be_visible(timeout=SOON)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.wait_for_url(f"{site.origin}/m/customers?q=zw")
    await page.reload()
    await expect(page.get_by_role("heading", name="客户", exact=True)).to_be_visible(timeout=SOON)
    await page.goto("/m/me")
    await page.get_by_role("button", name="退出登录").click()
    await page.wait_for_url(re.compile("/m/login"))
    await page.goto("/m/customers")
    await page.wait_for_url(re.compile("/m/login"))
    await context.close()


async def test_device_chooses_the_pages_and_a_switch_is_remembered(site: Site, browser: Browser) -> None:
    for device, start in ((DESKTOP, "/pc/"), (PHONE, "/m/")):
        context = await browser.new_context(base_url=site.origin, locale="zh-CN", **device)
        page = await context.new_page()
        await page.goto("/")
        await page.wait_for_url(re.compile(start))
        await page.get_by_text(re.compile("切换到")).click()
        other = "/m/" if start == "/pc/" else "/pc/"
        await page.wait_for_url(re.compile(other))
        await page.goto("/")
        await page.wait_for_url(re.compile(other))
        await context.close()


async def test_list_keeps_search_and_filters_in_the_address(
    sign_in: SignIn, staff_api: httpx.AsyncClient
) -> None:
    await staff_api.post("/customers", json={"kind": "person", "name": "曾国藩"})
    await staff_api.post("/customers", json={"kind": "company", "name": "曾家米业有限公司"})
    page = await sign_in("staff", DESKTOP, "/pc/customers")
    await page.get_by_placeholder("姓名、拼音").fill("zgf")
    await page.wait_for_url(re.compile("q=zgf"))
    await expect(page.get_by_role("row")).to_have_count(2, timeout=SOON)
    await expect(page.get_by_role("row").nth(1)).to_contain_text("曾国藩")
    await page.get_by_placeholder("姓名、拼音").fill("没有这个人")
    await expect(page.get_by_text("没有符合条件的结果")).to_be_visible(timeout=SOON)
    await page.goto("/pc/customers?q=曾&kind=company")
    await expect(page.get_by_role("row")).to_have_count(2, timeout=SOON)
    await expect(page.get_by_role("row").nth(1)).to_contain_text("曾家米业")


async def test_second_editor_sees_both_versions_and_merges(
    sign_in: SignIn, staff_api: httpx.AsyncClient
) -> None:
    created = await staff_api.post(
        "/customers",
        json={"kind": "person", "name": "梁启超", "id_number": id_number(), "phone": "13800138001"},
    )
    path = f"/pc/customers/{created.json()['id']}"
    first = await sign_in("staff", DESKTOP, f"{path}/edit")
    second = await sign_in("staff2", DESKTOP, f"{path}/edit")
    await first.get_by_label("手机号").fill("13900139001")
    await first.get_by_label("地址").fill("上海市徐汇区衡山路1号")
    await second.get_by_label("手机号").fill("13700137001")
    await first.get_by_role("button", name="保存修改").click()
    await first.wait_for_url(re.compile(f"{path}$"))
    await second.get_by_role("button", name="保存修改").click()
    dialog = second.get_by_role("dialog")
    await expect(dialog).to_contain_text("13900139001", timeout=SOON)
    await expect(dialog).to_contain_text("13700137001")
    await dialog.get_by_role("radio", name="13700137001").check()
    await look(second, "desktop-conflict")
    await dialog.get_by_role("button", name="按所选内容保存").click()
    await second.wait_for_url(re.compile(f"{path}$"))
    merged = (await staff_api.get(f"/customers/{created.json()['id']}")).json()
    assert merged["phone"] == "13700137001"
    assert merged["address"] == "上海市徐汇区衡山路1号"


async def test_wrong_input_is_told_at_the_field_and_nothing_typed_is_lost(sign_in: SignIn) -> None:
    page = await sign_in("staff", DESKTOP, "/pc/customers/new")
    await page.get_by_label("姓名").fill("测试者")
    await page.get_by_label("身份证号").fill("11010519491231002Y")
    await page.get_by_label("手机号").fill("12345")
    await page.get_by_role("button", name="创建客户").click()
    await expect(page.get_by_label("身份证号")).to_be_focused()
    await expect(page.get_by_label("姓名")).to_have_value("测试者")
    await expect(page.get_by_label("手机号")).to_have_value("12345")
    await page.get_by_label("身份证号").fill("11010519491231002X")
    await expect(page.get_by_label("出生日期")).to_have_value("1949-12-31")


async def test_page_without_the_right_names_it(sign_in: SignIn) -> None:
    page = await sign_in("staff", DESKTOP, "/pc/users")
    await expect(page.get_by_text("没有权限").first).to_be_visible(timeout=SOON)
    await expect(page.get_by_text("users:read")).to_be_visible()


async def test_page_of_a_customer_that_is_not_there_says_so_kindly(sign_in: SignIn) -> None:
    page = await sign_in("staff", PHONE, "/m/customers/01a1fd92-e879-7436-9715-f188e40218e4")
    await expect(page.get_by_role("link", name=re.compile("返回|回到"))).to_be_visible(timeout=SOON)
