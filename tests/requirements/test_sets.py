"""Requirement sets through the API."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from backend.domains.requirements.service.sets import RequirementService
from backend.kit.db.session import Database
from tests.audit.factories import entries_of

ITEM = {"document_type": "property_proof", "need": "required"}
NEW = {
    "code": "home_renovation",
    "name_zh": "装修贷",
    "name_en": "Home renovation",
    "kinds": ["person"],
    "products": ["credit_loan"],
    "items": [ITEM],
}
FIELDS = {name: value for name, value in NEW.items() if name != "code"}
ONE_OF = {"need": "one_of", "group_name": "住所"}


async def recounts(database: Database) -> int:
    statement = text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'cases.recount'")
    async with database.reading() as session:
        return await session.scalar(statement) or 0


async def test_a_set_is_added_behind_the_others_and_open_cases_are_counted_anew(
    admin: AsyncClient, staff: AsyncClient, database: Database
) -> None:
    response = await admin.post("/requirement-sets", json=NEW)

    assert response.status_code == 201, response.text
    assert response.headers["location"] == "/api/v1/requirement-sets/home_renovation"
    listed = (await staff.get("/requirement-sets")).json()["items"]
    assert listed[-1] == response.json()
    assert await recounts(database) == 1


async def test_a_set_is_changed_whole_with_its_items_in_their_order(
    admin: AsyncClient, database: Database
) -> None:
    await admin.post("/requirement-sets", json=NEW)
    items = [{"document_type": "other", "need": "optional"}, {**ITEM, "min_pages": 2}]

    changed = await admin.put(
        "/requirement-sets/home_renovation", json={**FIELDS, "items": items}, headers={"If-Match": '"1"'}
    )

    assert changed.status_code == 200, changed.text
    assert [item["document_type"] for item in changed.json()["items"]] == ["other", "property_proof"]
    assert changed.json()["items"][1]["min_pages"] == 2
    assert (await admin.get("/requirement-sets/home_renovation")).json() == changed.json()
    [entry] = await entries_of(database, "requirement_set.update")
    assert entry.details.keys() == {"items"}
    stale = await admin.put("/requirement-sets/home_renovation", json=FIELDS, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


async def test_a_change_that_changes_nothing_leaves_no_trace(admin: AsyncClient, database: Database) -> None:
    await admin.post("/requirement-sets", json=NEW)

    same = await admin.put("/requirement-sets/home_renovation", json=FIELDS, headers={"If-Match": '"1"'})

    assert same.json()["version"] == 1
    assert await entries_of(database, "requirement_set.update") == []


async def test_a_set_is_removed_with_its_items(admin: AsyncClient) -> None:
    await admin.post("/requirement-sets", json=NEW)

    assert (await admin.delete("/requirement-sets/home_renovation")).status_code == 204

    assert (await admin.get("/requirement-sets/home_renovation")).status_code == 404


async def test_sets_are_put_into_another_order(admin: AsyncClient) -> None:
    codes = [found["code"] for found in (await admin.get("/requirement-sets")).json()["items"]]

    answer = await admin.put("/requirement-sets/order", json={"codes": codes[::-1]})

    assert [found["code"] for found in answer.json()["items"]] == codes[::-1]
    listed = (await admin.get("/requirement-sets")).json()["items"]
    assert [found["code"] for found in listed] == codes[::-1]
    refused = await admin.put("/requirement-sets/order", json={"codes": codes[1:]})
    assert (refused.status_code, refused.json()["code"]) == (409, "requirement.other_sets")


async def test_a_code_exists_once(admin: AsyncClient) -> None:
    response = await admin.post("/requirement-sets", json={**NEW, "code": "person"})

    assert (response.status_code, response.json()["code"]) == (409, "requirement.duplicate_code")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"items": [ITEM, ITEM]}, "items.0.document_type", "same_type_twice"),
        ({"items": [{"document_type": "no_such_type"}]}, "items.0.document_type", "unknown_type"),
        ({"products": ["no_such_product"]}, "products.0", "unknown_product"),
        ({"items": [{**ITEM, **ONE_OF}]}, "items.0.group_name", "group_of_one"),
        ({"items": [{**ITEM, "need": "one_of"}]}, "items.0.group_name", "group_missing"),
        ({"items": [{**ITEM, "group_name": "住所"}]}, "items.0.group_name", "group_unwanted"),
        (
            {"items": [{**ITEM, "condition_field": "marital_status"}]},
            "items.0.condition_field",
            "condition_incomplete",
        ),
        (
            {
                "kinds": ["person", "company"],
                "items": [{**ITEM, "condition_field": "marital_status", "condition_values": ["married"]}],
            },
            "items.0.condition_field",
            "condition_foreign",
        ),
        (
            {"items": [{**ITEM, "condition_field": "level", "condition_values": ["no_such_level"]}]},
            "items.0.condition_values",
            "condition_value",
        ),
    ],
)
async def test_a_contradiction_is_named_at_its_field(
    admin: AsyncClient, change: dict[str, Any], field: str, code: str
) -> None:
    response = await admin.post("/requirement-sets", json={**NEW, **change})

    assert (response.status_code, response.json()["code"]) == (422, "requirement.contradictory")
    first = response.json()["errors"][0]
    assert (first["field"], first["code"]) == (field, f"requirement.{code}")


async def test_more_pages_than_a_type_takes_are_refused(admin: AsyncClient) -> None:
    await admin.post(
        "/documents/types",
        json={
            "code": "selfie",
            "name": "手持照",
            "name_en": "Selfie",
            "sort_order": 5,
            "allowed_kinds": ["image"],
            "max_files": 2,
        },
    )

    def asking(pages: int) -> dict[str, Any]:
        return {**NEW, "items": [{"document_type": "selfie", "min_pages": pages}]}

    refused = await admin.post("/requirement-sets", json=asking(3))
    assert refused.json()["errors"][0]["code"] == "requirement.too_many_pages"
    assert (await admin.post("/requirement-sets", json=asking(2))).status_code == 201


async def test_a_group_of_two_is_one(admin: AsyncClient) -> None:
    items = [{**ITEM, **ONE_OF}, {"document_type": "household_register", **ONE_OF}]

    assert (await admin.post("/requirement-sets", json={**NEW, "items": items})).status_code == 201


async def test_seeding_again_brings_nothing_back(admin: AsyncClient, database: Database) -> None:
    await admin.delete("/requirement-sets/car_loan")

    async with database.transaction() as session:
        await RequirementService(session).seed()

    codes = [found["code"] for found in (await admin.get("/requirement-sets")).json()["items"]]
    assert codes == ["person", "sole_proprietor", "company", "mortgage_loan", "business_loan"]
