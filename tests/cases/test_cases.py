"""Cases by their own ids: the same flow as below the customer, seen by whoever may see the customer."""

from typing import Any

import pytest
from httpx import AsyncClient

from backend.kit.db.session import Database
from tests.cases.factories import BODIES, case_of, checklist, history, move, open_case, read
from tests.cases.test_moves import LEGAL
from tests.customers.factories import create_customer
from tests.documents.factories import complete_case, create_document
from tests.query_count import statements_of


async def test_a_customer_opens_with_a_case(staff: AsyncClient) -> None:
    customer = await create_customer(staff)

    case = await case_of(staff, customer)

    assert case["customer"] == {name: customer[name] for name in ("id", "customer_no", "name")}
    assert (case["status"], case["is_current"], case["progress"]) == ("pending", True, customer["progress"])
    response = await staff.get(f"/cases/{case['id']}")
    assert (response.json(), response.headers["etag"]) == (case, f'"{case["version"]}"')


@pytest.mark.parametrize(("status", "action"), LEGAL)
async def test_a_move_of_the_case_moves_what_the_customer_shows(
    staff: AsyncClient, admin: AsyncClient, database: Database, status: str, action: str
) -> None:
    customer = await open_case(staff, database, status)
    case = await case_of(admin, customer)
    assert action in case["can"]

    response = await admin.post(f"/cases/{case['id']}/{action}", json=BODIES[action])

    assert response.status_code == 200, response.text
    assert response.json() == await case_of(admin, customer)
    assert response.json()["version"] > case["version"]
    after = await read(admin, customer)
    assert after["status"] == response.json()["status"] == LEGAL[status, action]
    assert after["progress"] == response.json()["progress"]
    assert set(after["can"]) >= set(response.json()["can"])
    moves = (await admin.get(f"/cases/{case['id']}/history")).json()["items"]
    assert moves == await history(admin, customer)
    assert (moves[0]["from_status"], moves[0]["to_status"]) == (status, after["status"])


async def test_an_illegal_move_names_the_status_and_what_is_allowed(
    staff: AsyncClient, admin: AsyncClient, database: Database
) -> None:
    case = await case_of(admin, await open_case(staff, database, "complete"))

    problem = (await admin.post(f"/cases/{case['id']}/approve")).json()

    assert (problem["status"], problem["code"]) == (409, "case.illegal_move")
    assert (problem["case_status"], problem["allowed"]) == ("complete", ["submit"])


async def test_the_checklist_is_the_one_below_the_customer(staff: AsyncClient) -> None:
    customer = await create_customer(staff)
    await create_document(staff, customer["id"])
    case = await case_of(staff, customer)

    answer = (await staff.get(f"/cases/{case['id']}/completeness")).json()

    assert {item["type"]["code"]: item for item in answer["items"]} == (await checklist(staff, customer))[
        "items"
    ]


async def test_the_list_is_searched_and_narrowed(staff: AsyncClient) -> None:
    zhang = await create_customer(staff, name="张建国")
    wang = await create_customer(staff, name="王建华")
    await complete_case(staff, wang["id"])

    async def found(**query: Any) -> list[str]:
        page = (await staff.get("/cases", params=query)).json()
        return [item["customer"]["name"] for item in page["items"]]

    assert await found(q="建") == ["王建华", "张建国"]
    assert await found(q="zjg") == ["张建国"]
    assert await found(q="建", sort="opened_at") == ["张建国", "王建华"]
    assert await found(q="建", status=["complete"]) == ["王建华"]
    assert await found(customer_id=zhang["id"]) == ["张建国"]
    await staff.delete(f"/customers/{zhang['id']}")
    assert await found(q="建") == ["王建华"]
    assert await found(q="建", archived=True) == ["王建华", "张建国"]


async def test_the_queue_of_those_who_wait_longest_comes_first(
    staff: AsyncClient, database: Database
) -> None:
    for name in ("张建国", "王建华"):
        customer = await open_case(staff, database, "complete", name=name)
        await move(staff, customer, "submit")

    page = (await staff.get("/cases", params={"status": "reviewing", "sort": "submitted_at"})).json()

    assert [item["customer"]["name"] for item in page["items"]] == ["张建国", "王建华"]


async def test_the_cases_of_an_archived_customer_stand_still(
    staff: AsyncClient, admin: AsyncClient, database: Database
) -> None:
    customer = await open_case(staff, database, "complete")
    await staff.delete(f"/customers/{customer['id']}")
    case = await case_of(admin, customer)

    response = await admin.post(f"/cases/{case['id']}/submit")

    assert case["can"] == []
    assert (response.status_code, response.json()["code"]) == (409, "customer.archived")


async def test_the_list_takes_the_same_statements_for_any_number_of_cases(
    staff: AsyncClient, database: Database
) -> None:
    await create_customer(staff)
    with statements_of(database) as few:
        await staff.get("/cases")
    for _ in range(3):
        await create_customer(staff)
    with statements_of(database) as many:
        await staff.get("/cases")

    assert len(many) == len(few)
