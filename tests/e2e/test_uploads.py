"""How files get in, whatever comes in between."""

import base64
import io
from pathlib import Path

import httpx
from PIL import Image, ImageFilter
from playwright.async_api import Route, expect

from tests.documents.factories import jpeg
from tests.e2e.conftest import DESKTOP, PHONE, SignIn, look
from tests.e2e.pages import SOON, expect_state, pick, slot

DROP = """
({ target, name, type, content }) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const element = target ? document.querySelector(target) : document.body;
  for (const kind of ["dragenter", "dragover", "drop"]) {
    element.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}
"""
PASTE = """
({ content }) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "image.png", { type: "image/png" }));
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
  );
}
"""


async def new_customer(api: httpx.AsyncClient, name: str) -> str:
    answer = await api.post("/customers", json={"kind": "person", "name": name})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return str(answer.json()["id"])


async def documents_of(api: httpx.AsyncClient, customer_id: str) -> list[dict[str, object]]:
    answer = await api.get("/documents", params={"customer_id": customer_id})
    items: list[dict[str, object]] = answer.json()["items"]
    return items


async def test_file_dropped_on_a_slot_is_filed_there(sign_in: SignIn, staff_api: httpx.AsyncClient) -> None:
    customer_id = await new_customer(staff_api, "拖放")
    page = await sign_in("staff", DESKTOP, f"/pc/customers/{customer_id}")
    await expect(slot(page, "income_proof")).to_be_visible(timeout=SOON)
    content = base64.b64encode(jpeg()).decode()
    file = {
        "target": '[data-slot="income_proof"]',
        "name": "收入.jpg",
        "type": "image/jpeg",
        "content": content,
    }
    await page.evaluate(DROP, file)
    await expect_state([page], "income_proof", "uploaded")


async def test_pasted_screenshot_goes_to_the_focused_slot(
    sign_in: SignIn, staff_api: httpx.AsyncClient
) -> None:
    customer_id = await new_customer(staff_api, "粘贴")
    page = await sign_in("staff", DESKTOP, f"/pc/customers/{customer_id}")
    await slot(page, "credit_report").get_by_role("button").first.focus()
    await page.evaluate(PASTE, {"content": base64.b64encode(jpeg()).decode()})
    await expect_state([page], "credit_report", "uploaded")


async def test_refused_file_says_why_and_the_others_arrive(
    sign_in: SignIn, staff_api: httpx.AsyncClient, tmp_path: Path
) -> None:
    customer_id = await new_customer(staff_api, "拒收")
    good, bad = tmp_path / "good.jpg", tmp_path / "cut.jpg"
    good.write_bytes(jpeg(size=(400, 300)))
    bad.write_bytes(jpeg(size=(400, 300))[:-400])
    page = await sign_in("staff", DESKTOP, f"/pc/customers/{customer_id}")
    await expect(slot(page, "other")).to_be_visible(timeout=SOON)
    await pick(page, "other", good, bad)
    await expect_state([page], "other", "uploaded")
    await expect(page.get_by_text("文件不完整").first).to_be_visible(timeout=SOON)
    await look(page, "desktop-refused-file")
    assert len(await documents_of(staff_api, customer_id)) == 1


async def test_upload_goes_on_by_itself_after_the_network_was_gone(
    sign_in: SignIn, staff_api: httpx.AsyncClient, tmp_path: Path
) -> None:
    customer_id = await new_customer(staff_api, "断网")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(jpeg(size=(800, 600)))
    page = await sign_in("staff", PHONE, f"/m/customers/{customer_id}")
    await expect(slot(page, "id_card_front")).to_be_visible(timeout=SOON)
    # The request reaches the server and its answer is lost: the worst moment for the line to break.
    await page.route("**/documents/upload", _lose_answer)
    await pick(page, "id_card_front", photo)
    await page.context.set_offline(True)
    await look(page, "phone-offline")
    await page.unroute("**/documents/upload")
    await page.context.set_offline(False)
    await expect_state([page], "id_card_front", "uploaded")
    assert len(await documents_of(staff_api, customer_id)) == 1


async def _lose_answer(route: Route) -> None:
    await route.fetch()
    await route.abort("connectionreset")


async def test_deleted_document_comes_back_with_one_tap(
    sign_in: SignIn, staff_api: httpx.AsyncClient, tmp_path: Path
) -> None:
    customer_id = await new_customer(staff_api, "撤销")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(jpeg())
    page = await sign_in("staff", PHONE, f"/m/customers/{customer_id}")
    await pick(page, "id_card_back", photo)
    await expect_state([page], "id_card_back", "uploaded")
    await slot(page, "id_card_back").get_by_role("button", name="删除").click()
    await expect_state([page], "id_card_back", "missing")
    await page.get_by_role("button", name="撤销").click()
    await expect_state([page], "id_card_back", "uploaded")


async def test_large_photo_shrinks_by_four_fifths(
    sign_in: SignIn, staff_api: httpx.AsyncClient, tmp_path: Path
) -> None:
    customer_id = await new_customer(staff_api, "压缩")
    photo = tmp_path / "large.jpg"
    photo.write_bytes(_phone_photo())
    page = await sign_in("staff", PHONE, f"/m/customers/{customer_id}")
    await pick(page, "id_card_front", photo)
    await expect_state([page], "id_card_front", "uploaded")
    (document,) = await documents_of(staff_api, customer_id)
    assert int(str(document["size"])) <= photo.stat().st_size * 0.2
    assert max(int(str(document["width"])), int(str(document["height"]))) == 2560


def _phone_photo() -> bytes:
    """A picture of about 5 MB, as a 12-megapixel phone takes it: fine texture, high quality."""
    noise = Image.effect_noise((4032, 3024), 60).filter(ImageFilter.GaussianBlur(1.1))
    picture = Image.merge("RGB", (noise, noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT), noise))
    for quality in (95, 92, 88, 84, 80):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        if buffer.tell() < 9_000_000:
            break
    return buffer.getvalue()
