"""The product as production serves it: pages by Nginx, the API behind it, files by its word."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from backend.development.postgres import EmbeddedServer
from tests.conftest import TEMPLATE
from tests.documents.factories import jpeg
from tests.e2e.conftest import DESKTOP, ROOT, SignIn, Site, free_port, running_site
from tests.e2e.nginx import running_nginx
from tests.e2e.pages import SOON, expect_state, pick, slot
from tests.identity.factories import PASSWORD


@pytest.fixture(scope="module")
async def edge(
    postgres: EmbeddedServer, tokens: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[str, Site]]:
    """An installation whose files Nginx sends, and the origin that Nginx listens on."""
    del tokens
    postgres.create_database("kehui_edge", template=TEMPLATE)
    data_dir = tmp_path_factory.mktemp("edge")
    settings = {"KEHUI_ACCEL_REDIRECT_PREFIX": "/protected-files/"}
    with (
        running_site(postgres.url("kehui_edge"), data_dir, **settings) as site,
        running_nginx(
            tmp_path_factory.mktemp("nginx"),
            api=f"127.0.0.1:{site.port}",
            spa_dir=ROOT / "frontend" / "dist",
            files_dir=site.files_dir,
            http_port=free_port(),
        ) as origin,
    ):
        yield origin, site


async def test_document_is_uploaded_seen_live_and_sent_by_nginx(
    edge: tuple[str, Site], sign_in: SignIn, tokens: dict[str, str], tmp_path: Path
) -> None:
    origin, _ = edge
    headers = {"Authorization": f"Bearer {tokens['staff']}"}
    async with httpx.AsyncClient(base_url=f"{origin}/api/v1", headers=headers, trust_env=False) as api:
        created = await api.post("/customers", json={"kind": "person", "name": "边缘"})
        path = f"/pc/customers/{created.json()['id']}"
        photo = tmp_path / "证件.jpg"
        photo.write_bytes(jpeg(size=(640, 400)))
        desktop = await sign_in("staff", DESKTOP, path, origin)
        auditor = await sign_in("auditor", DESKTOP, path, origin)
        await pick(desktop, "id_card_front", photo)
        await expect_state((desktop, auditor), "id_card_front", "uploaded")
        thumbnail = slot(auditor, "id_card_front").locator("img").first
        await expect(thumbnail).to_be_visible(timeout=SOON)

        (document,) = (await api.get("/documents", params={"q": "证件"})).json()["items"]
        original = await api.get(f"/documents/{document['id']}/content", params={"variant": "original"})
        assert original.content == photo.read_bytes()
        assert "X-Accel-Redirect" not in original.headers
        assert original.headers["Server"] == "nginx"
        part = await api.get(
            f"/documents/{document['id']}/content",
            params={"variant": "original"},
            headers={"Range": "bytes=0-9"},
        )
        assert part.status_code == httpx.codes.PARTIAL_CONTENT
        assert part.content == photo.read_bytes()[:10]


async def test_login_page_works_behind_nginx(edge: tuple[str, Site], browser: Browser) -> None:
    context = await browser.new_context(base_url=edge[0], locale="zh-CN", **DESKTOP)
    page = await context.new_page()
    await page.goto("/")
    await page.get_by_label("用户名").fill("staff")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.wait_for_url(f"{edge[0]}/pc/customers")
    await page.reload()
    await expect(page.get_by_role("link", name="新建客户")).to_be_visible(timeout=SOON)
    await context.close()
