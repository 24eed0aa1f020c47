"""What documents say of days."""

from typing import Any

import pytest
from httpx import AsyncClient, Response

from backend.kit.db.session import Database
from tests.audit.factories import entries_of
from tests.cases.factories import checklist, move, open_case
from tests.customers.factories import create_customer
from tests.documents.factories import create_document

DATES: dict[str, Any] = {
    "issued_on": "2026-11-01",
    "expires_on": "9999-12-31",
    "covers_from": "2026-05-01",
    "covers_to": "2026-10-31",
}


async def state(client: AsyncClient, document: dict[str, Any], version: int = 1, **dates: Any) -> Response:
    headers = {"If-Match": f'"{version}"'}
    return await client.put(f"/documents/{document['id']}/dates", json=dates, headers=headers)


async def test_they_are_stated_and_written_down(staff: AsyncClient, database: Database) -> None:
    document = await create_document(staff, (await create_customer(staff))["id"])

    response = await state(staff, document, **DATES)

    assert response.status_code == 200, response.text
    assert {name: response.json()[name] for name in DATES} == DATES
    assert response.headers["etag"] == f'"{response.json()["version"]}"'
    [entry] = await entries_of(database, "document.date")
    assert entry.details.keys() == DATES.keys()
    assert (await state(staff, document, **DATES)).status_code == 412


async def test_a_statement_that_is_too_short_is_missing_and_says_why(staff: AsyncClient) -> None:
    customer = await create_customer(staff)
    document = await create_document(staff, customer["id"], "bank_statement")

    await state(staff, document, covers_from="2026-09-01", covers_to="2026-10-31")

    item = (await checklist(staff, customer))["items"]["bank_statement"]
    assert (item["state"], item["lack"]["code"]) == ("missing", "period_too_short")
    assert item["lack"]["sentence"] == "Bank statement: covers 2 of 6 months."


async def test_a_car_loan_waits_for_the_day_on_which_the_insurance_ends(staff: AsyncClient) -> None:
    customer = await create_customer(staff, product="car_loan")
    document = await create_document(staff, customer["id"], "vehicle_insurance")
    before = await checklist(staff, customer)
    assert before["items"]["vehicle_insurance"]["lack"]["code"] == "expiry_unknown"

    await state(staff, document, expires_on="2999-01-01")

    assert (await checklist(staff, customer))["items"]["vehicle_insurance"]["state"] == "uploaded"


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ({"issued_on": "2998-01-01"}, "date.in_the_future"),
        ({"issued_on": "2026-02-01", "expires_on": "2026-01-31"}, "date.out_of_order"),
        ({"covers_from": "2026-02-01", "covers_to": "2026-01-31"}, "date.out_of_order"),
        ({"covers_from": "2026-02-01"}, "date.half_a_period"),
    ],
)
async def test_days_that_cannot_be_are_refused(staff: AsyncClient, dates: dict[str, Any], code: str) -> None:
    document = await create_document(staff, (await create_customer(staff))["id"])

    response = await state(staff, document, **dates)

    assert (response.status_code, response.json()["errors"][0]["code"]) == (422, code)


async def test_under_review_only_who_judges_states_them(
    staff: AsyncClient, auditor: AsyncClient, database: Database
) -> None:
    customer = await open_case(staff, database, "complete", judged="pending")
    await move(staff, customer, "submit")
    item = (await checklist(staff, customer))["items"]["credit_report"]

    refused = await state(staff, item["documents"][0], issued_on="2026-11-01")

    assert (refused.status_code, refused.json()["code"]) == (409, "document.under_review")
    assert (await state(auditor, item["documents"][0], issued_on="2026-11-01")).status_code == 200
