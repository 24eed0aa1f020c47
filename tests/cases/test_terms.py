"""What a case is about: product and amount."""

from typing import Any

import pytest
from httpx import AsyncClient, Response

from backend.kit.db.session import Database
from tests.audit.factories import entries_of
from tests.cases.factories import case_of, open_case
from tests.customers.factories import create_customer

TERMS = {"product": "credit_loan", "amount": "300000.00"}


async def amend(client: AsyncClient, case: dict[str, Any], **body: Any) -> Response:
    """Replace product and amount of a case as it was read."""
    headers = {"If-Match": f'"{case["version"]}"'}
    return await client.put(f"/cases/{case['id']}", json=body, headers=headers)


async def test_a_customer_opens_with_what_the_first_case_is_about(staff: AsyncClient) -> None:
    customer = await create_customer(staff, **TERMS)

    case = await case_of(staff, customer)

    assert {name: case[name] for name in TERMS} == TERMS
    assert (await case_of(staff, await create_customer(staff)))["amount"] is None


async def test_product_and_amount_are_changed_and_cleared(staff: AsyncClient, database: Database) -> None:
    customer = await create_customer(staff, product="car_loan")
    case = await case_of(staff, customer)
    assert "amend" in case["can"]

    response = await amend(staff, case, **TERMS)

    assert response.status_code == 200, response.text
    assert response.json() == await case_of(staff, customer)
    assert response.headers["etag"] == f'"{response.json()["version"]}"'
    assert {name: response.json()[name] for name in TERMS} == TERMS
    [entry] = await entries_of(database, "case.amend")
    assert entry.details == {"product": ["car_loan", "credit_loan"], "amount": [None, "300000.00"]}
    cleared = (await amend(staff, response.json())).json()
    assert (cleared["product"], cleared["amount"]) == (None, None)
    unchanged = (await amend(staff, cleared)).json()
    assert unchanged["version"] == cleared["version"]


@pytest.mark.parametrize("amount", ["0.01", "999999999999.99", None])
async def test_an_amount_within_bounds_is_taken(staff: AsyncClient, amount: str | None) -> None:
    assert (await case_of(staff, await create_customer(staff, amount=amount)))["amount"] == amount


@pytest.mark.parametrize("amount", ["0", "0.00", "-1", "1000000000000", "1.234", 5.5, "很多"])
async def test_another_amount_is_refused(staff: AsyncClient, amount: Any) -> None:
    case = await case_of(staff, await create_customer(staff))

    response = await amend(staff, case, amount=amount)

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "amount"


async def test_only_a_product_of_the_dictionary_is_taken(staff: AsyncClient, admin: AsyncClient) -> None:
    case = await case_of(staff, await create_customer(staff, product="car_loan"))
    unknown = await amend(staff, case, product="pawn")
    opened = await staff.post("/customers", json={"kind": "person", "name": "张伟", "product": "pawn"})
    for response in (unknown, opened):
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "product")

    usage = (await admin.get("/dictionaries/product/usage")).json()

    assert usage["items"] == [{"code": "car_loan", "count": 1}]


@pytest.mark.parametrize("status", ["reviewing", "approved", "rejected"])
async def test_from_the_submission_on_it_is_locked(
    staff: AsyncClient, database: Database, status: str
) -> None:
    case = await case_of(staff, await open_case(staff, database, status))

    response = await amend(staff, case, **TERMS)

    assert "amend" not in case["can"]
    assert (response.status_code, response.json()["code"]) == (409, "case.locked")
    assert response.json()["case_status"] == status


async def test_a_change_needs_the_version_that_was_read(staff: AsyncClient) -> None:
    case = await case_of(staff, await create_customer(staff))
    await amend(staff, case, **TERMS)

    stale = await amend(staff, case, product="car_loan")
    blind = await staff.put(f"/cases/{case['id']}", json=TERMS)

    assert (stale.status_code, blind.status_code) == (412, 428)
