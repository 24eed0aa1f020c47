"""What other domains do with dictionaries: rows keep codes, and only what is in use can be newly chosen."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from backend.app import create_app
from backend.config import Settings
from backend.domains.customers.models import Customer
from backend.domains.dictionary.errors import EntryInUse
from backend.domains.dictionary.reference import CUSTOMER_LEVEL, choose
from backend.domains.dictionary.service import DictionaryService
from backend.kit.auth import Actor
from backend.kit.db.session import Database
from tests.conftest import client_of
from tests.customers.factories import create_customer, person
from tests.dictionary.factories import LEVELS, VIP, change, entries_of
from tests.documents.factories import add_document

REASONS = "/dictionaries/reject_reason"


async def update(client: AsyncClient, customer: dict[str, Any], **fields: Any) -> Response:
    body = {name: value for name, value in person(**fields).items() if name != "kind"}
    version = (await client.get(f"/customers/{customer['id']}")).headers["etag"]
    return await client.put(f"/customers/{customer['id']}", json=body, headers={"If-Match": version})


async def test_an_added_level_can_be_chosen_and_found_at_once(admin: AsyncClient, staff: AsyncClient) -> None:
    await admin.post(f"{LEVELS}/entries", json=VIP)

    customer = await create_customer(staff, level="vip")

    found = (await staff.get("/customers", params={"level": "vip"})).json()["items"]
    assert [item["id"] for item in found] == [customer["id"]]
    assert found[0]["level"] == "vip"


async def test_a_level_out_of_use_stays_where_it_is_and_is_chosen_by_nobody(
    admin: AsyncClient, staff: AsyncClient
) -> None:
    customer = await create_customer(staff, level="major")
    await change(admin, "customer_level", "major", is_active=False)

    refused = await staff.post("/customers", json=person(level="major"))
    kept = await update(staff, customer, name="李四", level="major")
    left = await update(staff, customer, name="李四", level="ordinary")
    back = await update(staff, customer, name="李四", level="major")

    assert [answer.status_code for answer in (refused, kept, left, back)] == [422, 200, 200, 422]
    for answer in (refused, back):
        assert answer.json()["code"] == "dictionary.unknown_entry"
        assert [error["field"] for error in answer.json()["errors"]] == ["level"]


async def test_the_grades_of_both_scales_are_counted(admin: AsyncClient, staff: AsyncClient) -> None:
    await create_customer(staff, satisfaction=4, credit_rating=2)

    for dictionary, grade in (("satisfaction", "4"), ("credit_rating", "2")):
        usage = (await admin.get(f"/dictionaries/{dictionary}/usage")).json()["items"]
        assert usage == [{"code": grade, "count": 1}]


async def test_a_reason_is_added_given_counted_and_kept(
    admin: AsyncClient, auditor: AsyncClient, staff: AsyncClient, database: Database
) -> None:
    document_id = await add_document(database, await create_customer(staff))
    reason = {"code": "reflection", "label_zh": "反光", "label_en": "Reflection"}
    await admin.post(f"{REASONS}/entries", json=reason)

    answer = await auditor.post(f"/documents/{document_id}/reject", json={"reason_code": "reflection"})

    assert answer.json()["reason_code"] == "reflection"
    assert (await admin.delete(f"{REASONS}/entries/reflection")).json()["usage_count"] == 1
    assert "reflection" in await entries_of(admin, "reject_reason")


@pytest.mark.parametrize("code", ["expired", "ugly"])
async def test_a_reason_that_cannot_be_chosen_is_refused_at_its_field(
    admin: AsyncClient, auditor: AsyncClient, staff: AsyncClient, database: Database, code: str
) -> None:
    document_id = await add_document(database, await create_customer(staff))
    await change(admin, "reject_reason", "expired", is_active=False)

    answer = await auditor.post(f"/documents/{document_id}/reject", json={"reason_code": code})

    assert (answer.status_code, answer.json()["code"]) == (422, "dictionary.unknown_entry")
    assert [error["field"] for error in answer.json()["errors"]] == ["reason_code"]
    assert (await auditor.get(f"/documents/{document_id}")).json()["review_status"] == "pending"


async def test_who_removes_an_entry_waits_for_those_who_are_choosing_it_and_is_refused(
    live_database: Database, settings: Settings, tokens: dict[str, str]
) -> None:
    async with client_of(create_app(settings, live_database), tokens["staff"]) as staff:
        customer = await create_customer(staff)
        async with live_database.transaction() as choosing:
            await choose(choosing, CUSTOMER_LEVEL, "partner", field="level")
            removal = asyncio.create_task(remove(live_database, "partner"))
            # Others choose and save meanwhile.
            await create_customer(staff, level="major")
            assert not removal.done()
            row = await choosing.get_one(Customer, UUID(customer["id"]))
            row.level = "partner"
    with pytest.raises(EntryInUse):
        await removal


async def remove(database: Database, code: str) -> None:
    async with database.transaction() as session:
        await DictionaryService(session).delete(Actor.system("tests"), CUSTOMER_LEVEL, code)


async def test_those_who_choose_the_same_and_who_rename_it_do_not_wait_for_each_other(
    live_database: Database, settings: Settings, tokens: dict[str, str]
) -> None:
    app = create_app(settings, live_database)
    async with (
        client_of(app, tokens["staff"]) as staff,
        client_of(app, tokens["admin"]) as admin,
        live_database.transaction() as choosing,
    ):
        await choose(choosing, CUSTOMER_LEVEL, "major", field="level")
        async with asyncio.timeout(1.5):
            await create_customer(staff, level="major")
            renamed = await change(admin, "customer_level", "major", label_zh="重要客户")
    assert renamed.status_code == 200
