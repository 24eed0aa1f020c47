"""What people do on the pages, in words that several tests share."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import httpx
from playwright.async_api import Locator, Page, expect

from backend.demo.drawings import draw, draw_scanned_statement
from backend.demo.people import DemoPerson, people
from tests.documents.factories import REQUIRED_TYPES

TODAY = date(2026, 11, 21)
# Another page follows within a second; the rest is room for a loaded machine.
SOON = 10_000


def slot(page: Page, code: str) -> Locator:
    """The place of a document type in the checklist."""
    return page.locator(f'[data-slot="{code}"]')


async def expect_state(pages: Sequence[Page], code: str, state: str) -> None:
    """Wait until each of the pages shows the document type in this state."""
    for page in pages:
        await expect(slot(page, code)).to_have_attribute("data-state", state, timeout=SOON)


async def expect_status(pages: Sequence[Page], status: str) -> None:
    """Wait until each of the pages shows the customer in this state."""
    for page in pages:
        await expect(page.locator(f'[data-status="{status}"]').first).to_be_visible(timeout=SOON)


async def pick(page: Page, code: str, *files: Path) -> None:
    """Choose files for a document type, as the file dialog would hand them over."""
    await slot(page, code).locator('input[type="file"][multiple]').set_input_files(list(files))


async def photograph(page: Page, code: str) -> None:
    """Take a picture with the camera and use it."""
    await slot(page, code).get_by_role("link", name="拍照").click()
    await page.get_by_role("button", name="拍照", exact=True).click()
    await expect(page.get_by_test_id("capture-preview")).to_be_visible()


def draw_papers(folder: Path) -> dict[str, Path]:
    """A person's documents as files: scans, and a bank statement of six pages."""
    random = Random(folder.name)  # noqa: S311 - other bytes in each test
    person = next(people(random))
    found = {}
    for code in REQUIRED_TYPES:
        if code == "bank_statement":
            content, ending = draw_scanned_statement(person, random, today=TODAY), "pdf"
        else:
            content, ending = draw(code, person, random, today=TODAY), "jpg"
        found[code] = folder / f"{code}.{ending}"
        found[code].write_bytes(content)
    found["property_proof"] = folder / "property_proof.jpg"
    found["property_proof"].write_bytes(draw("property_proof", person, random, today=TODAY))
    return found


def somebody(folder: Path) -> DemoPerson:
    """Make up a person whom no other test has."""
    return next(people(Random(str(folder))))  # noqa: S311 - another person in each test


async def complete_customer(
    api: httpx.AsyncClient, person: DemoPerson, papers: dict[str, Path]
) -> dict[str, Any]:
    """Create a customer whose file is complete."""
    body = {"kind": "person", "name": person.name, "id_number": person.id_number, "phone": person.phone}
    answer = await api.post("/customers", json=body)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    customer: dict[str, Any] = answer.json()
    for code in REQUIRED_TYPES:
        uploaded = await api.post(
            "/documents/upload",
            data={"customer_id": customer["id"], "document_type": code},
            files={"file": (papers[code].name, papers[code].read_bytes())},
        )
        assert uploaded.status_code == httpx.codes.CREATED, uploaded.text
    return customer
