"""The kinds of document there are."""

from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from backend.domains.documents.service import types
from backend.domains.documents.service.types import PRESETS, DocumentTypeService
from backend.kit.db.session import Database
from tests.audit.factories import entries_of
from tests.documents.factories import add_document, upload

Customer = dict[str, Any]
NEW = {
    "code": "vehicle_license",
    "name": "行驶证",
    "name_en": "Vehicle license",
    "hint": "正副页",
    "is_active": True,
    "sort_order": 15,
    "allowed_kinds": ["image"],
    "max_files": 4,
}
FIELDS = {name: value for name, value in NEW.items() if name != "code"}


async def codes(client: AsyncClient) -> list[str]:
    return [item["code"] for item in (await client.get("/documents/types")).json()["items"]]


async def change(client: AsyncClient, code: str, if_match: str | None = '"1"', **fields: Any) -> Response:
    headers = {} if if_match is None else {"If-Match": if_match}
    return await client.put(f"/documents/types/{code}", json={**FIELDS, **fields}, headers=headers)


async def recounts(database: Database) -> int:
    async with database.reading() as session:
        return (
            await session.scalar(text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'cases.recount'"))
            or 0
        )


async def test_every_installation_starts_with_the_types_that_its_sets_ask_for(staff: AsyncClient) -> None:
    items = (await staff.get("/documents/types")).json()["items"]

    assert [item["code"] for item in items] == [preset.code for preset in PRESETS]
    asked = {
        item["document_type"]
        for found in (await staff.get("/requirement-sets")).json()["items"]
        for item in found["items"]
    }
    assert asked == {item["code"] for item in items}
    assert all(item["is_active"] and item["allowed_kinds"] == ["image", "pdf"] for item in items)
    assert all(item["name"] and item["name_en"] and item["max_files"] for item in items)


async def seed_again(database: Database) -> None:
    async with database.transaction() as session:
        await DocumentTypeService(session).seed()


async def test_seeding_again_brings_nothing_back_and_changes_nothing(
    admin: AsyncClient, database: Database
) -> None:
    await change(admin, "other", name="杂项")
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM requirement_items WHERE document_type = 'property_proof'"))
    await admin.delete("/documents/types/property_proof")

    await seed_again(database)

    items = {item["code"]: item["name"] for item in (await admin.get("/documents/types")).json()["items"]}
    assert items.keys() == {preset.code for preset in PRESETS} - {"property_proof"}
    assert items["other"] == "杂项"


async def test_a_new_version_adds_its_presets_but_not_over_a_type_of_ones_own(
    admin: AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await admin.post("/documents/types", json=NEW)
    newer = (
        types.Preset("vehicle_license", "机动车行驶证", "Vehicle license", 2, ""),
        types.Preset("tax_return", "纳税证明", "Tax return", 4, "近一年"),
    )
    monkeypatch.setattr(types, "PRESETS", (*PRESETS, *newer))

    await seed_again(database)

    items = {item["code"]: item["name"] for item in (await admin.get("/documents/types")).json()["items"]}
    assert items["tax_return"] == "纳税证明"
    assert items["vehicle_license"] == NEW["name"]


async def test_a_type_is_added_in_its_place(admin: AsyncClient, staff: AsyncClient) -> None:
    response = await admin.post("/documents/types", json=NEW)

    assert response.status_code == 201
    assert response.json() == {**NEW, "version": 1}
    assert response.headers["location"] == "/api/v1/documents/types/vehicle_license"
    assert response.headers["etag"] == '"1"'
    assert (await codes(staff))[1] == "vehicle_license"
    assert (await staff.get("/documents/types/vehicle_license")).json() == response.json()


async def test_a_code_exists_once(admin: AsyncClient) -> None:
    response = await admin.post("/documents/types", json={**NEW, "code": "other"})

    assert (response.status_code, response.json()["code"]) == (409, "document_type.duplicate_code")


async def test_the_same_request_twice_adds_one_type(admin: AsyncClient) -> None:
    headers = {"Idempotency-Key": "one"}
    first = await admin.post("/documents/types", json=NEW, headers=headers)

    second = await admin.post("/documents/types", json=NEW, headers=headers)

    assert (second.status_code, second.json()) == (201, first.json())


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "Vehicle"}, "code"),
        ({"code": "../x"}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"name": " "}, "name"),
        ({"name_en": "x" * 61}, "name_en"),
        ({"hint": "x" * 201}, "hint"),
        ({"sort_order": -1}, "sort_order"),
        ({"allowed_kinds": []}, "allowed_kinds"),
        ({"allowed_kinds": ["video"]}, "allowed_kinds.0"),
        ({"max_files": 0}, "max_files"),
        ({"max_files": 201}, "max_files"),
        ({"version": 1}, "version"),
    ],
)
async def test_a_wrong_field_is_named(admin: AsyncClient, fields: dict[str, Any], field: str) -> None:
    response = await admin.post("/documents/types", json={**NEW, **fields})

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_a_type_is_changed_and_open_cases_are_counted_anew(
    admin: AsyncClient, database: Database
) -> None:
    response = await change(admin, "other", name="杂项", is_active=False)

    changed = response.json()
    assert (changed["name"], changed["is_active"], changed["version"]) == ("杂项", False, 2)
    assert response.headers["etag"] == '"2"'
    assert await recounts(database) == 1


@pytest.mark.parametrize(
    ("if_match", "status", "code"),
    [
        (None, 428, "request.precondition_required"),
        ('"2"', 412, "request.stale"),
        ("1", 412, "request.stale"),
    ],
)
async def test_a_change_names_the_version_it_was_made_from(
    admin: AsyncClient, if_match: str | None, status: int, code: str
) -> None:
    response = await change(admin, "other", if_match)

    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_an_unknown_type_is_not_found(admin: AsyncClient, method: str) -> None:
    response = await admin.request(
        method,
        "/documents/types/nothing",
        headers={"If-Match": '"1"'},
        json=FIELDS if method == "PUT" else None,
    )

    assert (response.status_code, response.json()["code"]) == (404, "resource.not_found")


async def test_an_unused_type_is_removed(admin: AsyncClient, database: Database) -> None:
    await admin.post("/documents/types", json=NEW)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM pgqueuer"))

    assert (await admin.delete("/documents/types/vehicle_license")).status_code == 204

    assert "vehicle_license" not in await codes(admin)
    assert await recounts(database) == 1


async def test_a_type_that_a_set_asks_for_is_taken_out_of_use(admin: AsyncClient) -> None:
    assert (await admin.delete("/documents/types/marriage_certificate")).status_code == 204

    assert (await admin.get("/documents/types/marriage_certificate")).json()["is_active"] is False


@pytest.mark.parametrize("in_trash", [False, True])
async def test_a_used_type_is_taken_out_of_use_and_its_documents_stay(
    admin: AsyncClient, customer: Customer, database: Database, *, in_trash: bool
) -> None:
    document_id = await add_document(database, customer, "property_proof")
    if in_trash:
        await admin.delete(f"/documents/{document_id}")

    assert (await admin.delete("/documents/types/property_proof")).status_code == 204

    assert (await admin.get("/documents/types/property_proof")).json()["is_active"] is False
    assert (await admin.get(f"/documents/{document_id}")).json()["document_type"] == "property_proof"
    refused = await upload(admin, customer["id"], "property_proof")
    assert (refused.status_code, refused.json()["code"]) == (422, "document.unknown_type")
    assert refused.json()["errors"][0]["field"] == "document_type"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_types_are_for_administrators_to_change(staff: AsyncClient, method: str) -> None:
    path = "/documents/types" if method == "POST" else "/documents/types/other"

    response = await staff.request(
        method, path, headers={"If-Match": '"1"'}, json=None if method == "DELETE" else NEW
    )

    assert (response.status_code, response.json()["permission"]) == (403, "document_types:manage")


@pytest.mark.parametrize(
    ("changed", "counted"),
    [
        ({"name": "行驶证正本"}, False),
        ({"sort_order": 20}, False),
        ({"max_files": 5}, False),
        ({"is_active": False}, True),
    ],
)
async def test_cases_are_counted_anew_when_what_they_need_may_be_another(
    admin: AsyncClient, database: Database, changed: dict[str, Any], *, counted: bool
) -> None:
    await admin.post("/documents/types", json=NEW)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM pgqueuer"))

    assert (await change(admin, "vehicle_license", **changed)).status_code == 200

    assert (await recounts(database) == 1) is counted
    [entry] = await entries_of(database, "document_type.update")
    assert entry.details == {name: [NEW[name], value] for name, value in changed.items()}


async def test_a_change_of_a_type_that_changes_nothing_leaves_no_trace(
    admin: AsyncClient, database: Database
) -> None:
    await admin.post("/documents/types", json=NEW)

    assert (await change(admin, "vehicle_license")).status_code == 200

    assert await entries_of(database, "document_type.update") == []
