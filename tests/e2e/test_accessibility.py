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

# Each route with what it shows once its data has come.
PC_ROUTES = {
    "/pc/login": "登录客汇",
    "/pc/customers": "{name}",
    "/pc/customers?archived=true": "没有已归档的客户",
    "/pc/customers/new": "更多信息",
    "/pc/customers/{id}": "bank_statement.pdf",
    "/pc/customers/{id}/edit": "联系方式",
    "/pc/customers/{id}/review": "与客户资料核对",
    "/pc/customers/{id}/review?step=summary": "银行流水",
    "/pc/documents": "bank_statement.pdf",
    "/pc/documents?trashed=true": "回收站",
    "/pc/document-types": "marriage_certificate",
    "/pc/dictionary": "strategic_partner",
    "/pc/users": "auditor2",
    "/pc/profile": "修改密码",
    "/pc/nowhere": "找不到页面",
}
PHONE_ROUTES = {
    "/m/login": "登录客汇",
    "/m/customers": "{name}",
    "/m/customers/new": "更多信息",
    "/m/customers/{id}": "bank_statement.pdf",
    "/m/customers/{id}/edit": "联系方式",
    "/m/customers/{id}/capture/id_card_front": "将证件放满取景框",
    "/m/customers/{id}/review": "与客户资料核对",
    "/m/customers/{id}/review?step=summary": "银行流水",
    "/m/uploads": "没有正在上传的资料",
    "/m/me": "退出登录",
    "/m/profile": "保存",
    "/m/password": "当前密码",
    "/m/nowhere": "找不到页面",
}


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
    routes: dict[str, str],
) -> None:
    person = somebody(tmp_path)
    customer = await complete_customer(staff_api, person, papers)
    page = await sign_in("admin", device, "/")
    found = {}
    for number, (route, shown) in enumerate(routes.items()):
        await page.goto(route.format(id=customer["id"]))
        text = page.get_by_text(shown.format(name=person.name)).filter(visible=True).first
        await expect(text).to_be_visible(timeout=SOON)
        await expect(page.locator('[aria-busy="true"]')).to_have_count(0)
        await look(page, f"{'pc' if device is DESKTOP else 'm'}-route-{number:02d}")
        found[route] = await faults(page)
    assert {route: list_ for route, list_ in found.items() if list_} == {}
