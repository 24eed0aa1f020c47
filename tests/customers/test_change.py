"""Changing, archiving and restoring a customer."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from backend.app import create_app
from backend.config import Settings
from backend.domains.customers.projection import CaseStatus
from backend.kit.db.session import Database
from backend.kit.realtime.feed import FeedEntry
from tests.audit.factories import entries_of
from tests.conftest import client_of
from tests.customers.factories import company, create_customer, id_number, person, set_columns
from tests.documents.factories import complete_case, upload
from tests.identity.factories import user_id_of

ID_NUMBER = "11010519491231002X"
BANK_ACCOUNT = "6222021234567890123"


async def change(client: AsyncClient, customer: dict[str, Any], **fields: Any) -> Response:
    """Change a customer from the version given; a field left out is cleared."""
    return await client.put(
        f"/customers/{customer['id']}",
        json={"name": customer["name"], **fields},
        headers={"If-Match": f'"{customer["version"]}"'},
    )


async def told(database: Database) -> list[str]:
    """Return the kinds of events told so far."""
    async with database.reading() as session:
        return list(await session.scalars(select(FeedEntry.type).order_by(FeedEntry.id)))


async def test_a_change_replaces_what_people_typed(staff: AsyncClient) -> None:
    customer = await create_customer(staff, area="上海市", remark="旧备注")

    response = await change(staff, customer, name="李四", phone="13900139000", level="major")

    changed = response.json()
    assert (changed["name"], changed["phone"], changed["level"]) == ("李四", "13900139000", "major")
    assert (changed["area"], changed["remark"]) == (None, None)
    assert (changed["customer_no"], changed["kind"], changed["created_at"]) == (
        customer["customer_no"],
        customer["kind"],
        customer["created_at"],
    )
    assert changed["version"] == customer["version"] + 1
    assert response.headers["etag"] == f'"{changed["version"]}"'
    assert changed["updated_at"] > customer["updated_at"]
    assert (await staff.get(f"/customers/{customer['id']}")).json() == changed


@pytest.mark.parametrize(
    ("sent", "masked"),
    [
        ({}, ("110***********002X", "**** 0123")),
        ({"id_number": None, "bank_account": None}, (None, None)),
        ({"id_number": "", "bank_account": " "}, (None, None)),
        ({"id_number": None}, (None, "**** 0123")),
        ({"bank_account": None}, ("110***********002X", None)),
        (
            {"id_number": "440524188001010014", "bank_account": "310066661018800012345"},
            ("440***********0014", "**** 2345"),
        ),
    ],
    ids=["left out", "null", "blank", "ID number null", "bank account null", "changed"],
)
async def test_protected_values_stay_when_left_out_and_go_on_null(
    staff: AsyncClient, sent: dict[str, Any], masked: tuple[str | None, str | None]
) -> None:
    customer = await create_customer(staff, id_number=ID_NUMBER, bank_account=BANK_ACCOUNT)

    changed = (await change(staff, customer, **sent)).json()

    assert (changed["id_number"], changed["bank_account"]) == masked
    birth_date = {"110***********002X": "1949-12-31", "440***********0014": "1880-01-01"}
    assert changed["birth_date"] == birth_date.get(changed["id_number"])


async def test_a_cleared_id_number_is_free_for_another_customer(staff: AsyncClient) -> None:
    customer = await create_customer(staff, id_number=ID_NUMBER)
    await change(staff, customer, id_number=None)

    assert (await staff.post("/customers", json=person(id_number=ID_NUMBER))).status_code == 201


async def test_a_change_that_changes_nothing_leaves_no_trace(staff: AsyncClient, database: Database) -> None:
    fields = {"phone": "13800138000", "id_number": id_number(), "bank_account": BANK_ACCOUNT}
    customer = await create_customer(staff, **fields)
    told_before = await told(database)

    response = await change(staff, customer, **fields)

    assert response.json() == customer
    assert await entries_of(database, "customer.update") == []
    assert await told(database) == told_before


async def test_search_follows_a_change(staff: AsyncClient) -> None:
    customer = await create_customer(staff, name="张伟", phone="13800138000", id_number=ID_NUMBER)

    await change(staff, customer, name="李建国", phone="13900139999", id_number=None)

    for query, found in [("建国", 1), ("9999", 1), ("张伟", 0), ("8000", 0), ("002X", 0)]:
        assert (await staff.get("/customers", params={"q": query})).json()["total"] == found, query


@pytest.mark.parametrize(
    ("if_match", "status", "code"),
    [
        (None, 428, "request.precondition_required"),
        ('"7"', 412, "request.stale"),
        ('W/"1"', 412, "request.stale"),
        ("1", 412, "request.stale"),
        ("*", 412, "request.stale"),
    ],
)
async def test_a_change_names_the_version_it_was_made_from(
    staff: AsyncClient, if_match: str | None, status: int, code: str
) -> None:
    customer = await create_customer(staff)
    headers = {} if if_match is None else {"If-Match": if_match}

    response = await staff.put(f"/customers/{customer['id']}", json={"name": "李四"}, headers=headers)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert (await staff.get(f"/customers/{customer['id']}")).json() == customer


async def test_the_second_of_two_editors_learns_the_current_version(
    staff: AsyncClient, staff2: AsyncClient
) -> None:
    customer = await create_customer(staff)
    await change(staff, customer, name="李四")

    second = await change(staff2, customer, name="王五")

    assert second.status_code == 412
    assert second.json()["current_version"] == customer["version"] + 1
    current = (await staff2.get(f"/customers/{customer['id']}")).json()
    assert current["name"] == "李四"
    assert (await change(staff2, current, name="王五")).status_code == 200


async def test_of_two_changes_at_the_same_time_one_wins(
    live_database: Database, settings: Settings, tokens: dict[str, str]
) -> None:
    async with client_of(create_app(settings, live_database), tokens["staff"]) as client:
        customer = await create_customer(client)
        answers = await asyncio.gather(
            *(change(client, customer, name=name) for name in ("李四", "王五", "赵六"))
        )
        stored = (await client.get(f"/customers/{customer['id']}")).json()

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    [winner] = [answer.json()["name"] for answer in answers if answer.status_code == 200]
    assert (stored["name"], stored["version"]) == (winner, 2)


async def test_uploads_and_moves_do_not_make_an_edit_stale(staff: AsyncClient) -> None:
    customer = await create_customer(staff)
    await complete_case(staff, customer["id"])
    await staff.post(f"/customers/{customer['id']}/submit")

    assert (await change(staff, customer, name="李四")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"kind": "company"}, "kind", "extra_forbidden"),
        ({"status": "approved"}, "status", "extra_forbidden"),
        ({"legal_representative": "李娜"}, "legal_representative", "customer.wrong_kind"),
        ({"name": ""}, "name", "string_too_short"),
        ({"phone": "1"}, "phone", "phone.invalid"),
        ({"manager_id": "00000000-0000-7000-8000-000000000000"}, "manager_id", "customer.unknown_manager"),
    ],
)
async def test_a_wrong_field_is_named(
    staff: AsyncClient, fields: dict[str, Any], field: str, code: str
) -> None:
    customer = await create_customer(staff)

    response = await change(staff, customer, **fields)

    assert response.status_code == 422
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(field, code)]


async def test_a_change_into_a_duplicate_is_refused(staff: AsyncClient) -> None:
    existing = await create_customer(staff, id_number=ID_NUMBER)
    customer = await create_customer(staff, id_number=id_number())

    response = await change(staff, customer, id_number=ID_NUMBER)

    assert (response.status_code, response.json()["code"]) == (409, "customer.duplicate_id_number")
    assert response.json()["existing_customer_no"] == existing["customer_no"]


async def test_a_disabled_account_cannot_become_the_manager(
    admin: AsyncClient, staff: AsyncClient, staff2: AsyncClient
) -> None:
    manager_id = await user_id_of(staff2)
    customer = await create_customer(staff)
    managed = await create_customer(staff, manager_id=manager_id)
    await admin.post(f"/users/{manager_id}/disable")

    refused = await change(staff, customer, manager_id=manager_id)

    assert refused.json()["errors"][0]["code"] == "customer.unknown_manager"
    # Who is the manager already stays so while other things are changed.
    assert (await change(staff, managed, manager_id=manager_id, phone="13900139000")).status_code == 200


async def test_the_audit_trail_keeps_what_changed_but_no_protected_value(
    staff: AsyncClient, database: Database
) -> None:
    customer = await create_customer(staff, id_number=ID_NUMBER, phone=None)

    await change(staff, customer, name="李四", id_number="440524188001010014")

    [entry] = await entries_of(database, "customer.update")
    assert entry.details == {
        "name": ["张伟", "李四"],
        "sex": ["female", "male"],
        "birth_date": ["1949-12-31", "1880-01-01"],
        "id_number": ["***", "***"],
    }


async def test_an_archived_customer_leaves_the_lists_and_comes_back(staff: AsyncClient) -> None:
    customer = await create_customer(staff)
    path = f"/customers/{customer['id']}"

    assert (await staff.delete(path)).status_code == 204

    archived = (await staff.get(path)).json()
    assert archived["archived_at"] is not None
    assert archived["can"] == ["restore"]
    assert (await staff.get("/customers")).json()["total"] == 0
    assert (await staff.get("/customers", params={"archived": "true"})).json()["total"] == 1
    restored = (await staff.post(f"{path}/restore")).json()
    assert (restored["archived_at"], restored["status"]) == (None, customer["status"])
    assert restored["can"] == customer["can"]
    assert (await staff.get("/customers")).json()["total"] == 1


async def test_an_archived_customer_is_read_only(staff: AsyncClient) -> None:
    customer = await create_customer(staff)
    await staff.delete(f"/customers/{customer['id']}")
    archived = (await staff.get(f"/customers/{customer['id']}")).json()

    for response in (await change(staff, archived, name="李四"), await upload(staff, customer["id"])):
        assert (response.status_code, response.json()["code"]) == (409, "customer.archived")


async def test_archiving_and_restoring_twice_is_harmless(staff: AsyncClient, database: Database) -> None:
    customer = await create_customer(staff)
    path = f"/customers/{customer['id']}"

    for _ in range(2):
        assert (await staff.delete(path)).status_code == 204
    for _ in range(2):
        assert (await staff.post(f"{path}/restore")).status_code == 200

    assert len(await entries_of(database, "customer.archive")) == 1
    assert len(await entries_of(database, "customer.restore")) == 1


@pytest.mark.parametrize("status", CaseStatus)
async def test_only_a_case_under_review_cannot_be_archived(
    staff: AsyncClient, database: Database, status: CaseStatus
) -> None:
    customer = await create_customer(staff)
    await set_columns(database, customer["id"], status=status)
    path = f"/customers/{customer['id']}"

    offered = "archive" in (await staff.get(path)).json()["can"]
    response = await staff.delete(path)

    if status is CaseStatus.REVIEWING:
        assert (response.status_code, response.json()["code"]) == (409, "customer.under_review")
        assert not offered
    else:
        assert response.status_code == 204
        assert offered


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "/restore"),
        ("GET", "/completeness"),
        ("GET", "/history"),
    ],
)
async def test_an_unknown_customer_is_not_found(staff: AsyncClient, method: str, path: str) -> None:
    response = await staff.request(
        method,
        f"/customers/00000000-0000-7000-8000-000000000000{path}",
        headers={"If-Match": '"1"'},
        json={"name": "李四"} if method == "PUT" else None,
    )

    assert (response.status_code, response.json()["code"]) == (404, "resource.not_found")


async def test_an_id_that_is_none_is_a_wrong_field(staff: AsyncClient) -> None:
    response = await staff.get("/customers/not-an-id")

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "customer_id"


async def test_a_company_keeps_its_own_fields(staff: AsyncClient) -> None:
    customer = (await staff.post("/customers", json=company(registered_capital="1.00"))).json()

    changed = (await change(staff, customer, registered_capital="2.50", legal_representative="李娜")).json()

    assert (changed["registered_capital"], changed["legal_representative"]) == ("2.50", "李娜")
