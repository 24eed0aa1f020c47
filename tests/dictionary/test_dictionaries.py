"""Dictionaries: what they hold, and how people keep them."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from backend.app import create_app
from backend.config import Settings
from backend.domains.dictionary import service
from backend.domains.dictionary.catalogue import DICTIONARIES, Dictionary, Preset
from backend.domains.dictionary.service import DictionaryService
from backend.kit.db.session import Database
from backend.kit.realtime.feed import FeedEntry
from tests.audit.factories import entries_of as audit_entries_of
from tests.conftest import client_of
from tests.customers.factories import create_customer
from tests.dictionary.factories import LEVELS, VIP, change, entries_of
from tests.query_count import statements_of


async def events(database: Database) -> list[dict[str, Any]]:
    async with database.reading() as session:
        told = await session.scalars(select(FeedEntry).where(FeedEntry.type == "dictionary.changed"))
        return [{"permission": entry.permission, **entry.data} for entry in told]


async def test_every_installation_starts_with_the_presets_in_their_order(staff: AsyncClient) -> None:
    items = {item["code"]: item for item in (await staff.get("/dictionaries")).json()["items"]}

    assert {
        code: [entry["code"] for entry in item["entries"]] for code, item in items.items() if code != "area"
    } == {
        "customer_level": ["ordinary", "key_prospect", "major", "partner", "strategic_partner"],
        "satisfaction": ["1", "2", "3", "4", "5"],
        "credit_rating": ["1", "2", "3", "4", "5"],
        "reject_reason": ["blurred", "incomplete", "wrong_type", "expired", "mismatch", "tampered", "other"],
        "product": ["credit_loan", "mortgage_loan", "car_loan", "business_loan"],
    }
    assert len(items["area"]["entries"]) == 34
    assert [item["code"] for item in items.values() if item["is_fixed"]] == ["satisfaction", "credit_rating"]
    assert all(entry["is_active"] for item in items.values() for entry in item["entries"])


async def test_one_statement_lists_all_dictionaries(staff: AsyncClient, database: Database) -> None:
    await staff.get("/dictionaries")
    with statements_of(database) as statements:
        await staff.get("/dictionaries")

    assert len([statement for statement in statements if "dictionary_entries" in statement]) == 1


@pytest.mark.parametrize("path", ["/dictionaries", f"{LEVELS}/entries"])
async def test_what_is_known_is_not_sent_again_until_it_changes(
    admin: AsyncClient, staff: AsyncClient, path: str
) -> None:
    tag = (await staff.get(path)).headers["etag"]

    known = await staff.get(path, headers={"If-None-Match": tag})
    await admin.post(f"{LEVELS}/entries", json=VIP)
    changed = await staff.get(path, headers={"If-None-Match": tag})

    assert (known.status_code, known.content) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_seeding_again_brings_nothing_back_and_changes_nothing(
    admin: AsyncClient, database: Database
) -> None:
    await change(admin, "customer_level", "major", label_zh="重要客户")
    await admin.delete(f"{LEVELS}/entries/partner")

    async with database.transaction() as session:
        await DictionaryService(session).seed()

    entries = await entries_of(admin, "customer_level")
    assert list(entries) == ["ordinary", "key_prospect", "major", "strategic_partner"]
    assert entries["major"]["label_zh"] == "重要客户"


async def test_a_new_version_adds_its_presets_in_their_place_but_not_over_an_entry_of_ones_own(
    admin: AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await admin.post(f"{LEVELS}/entries", json=VIP)
    levels = DICTIONARIES["customer_level"]
    newer = (Preset("vip", "大户", "Big"), Preset("former", "前客户", "Former"), *levels.presets)
    known = {"customer_level": Dictionary(levels.code, levels.label_zh, levels.label_en, newer)}
    monkeypatch.setattr(service, "DICTIONARIES", known)

    async with database.transaction() as session:
        await DictionaryService(session).seed()

    entries = await entries_of(admin, "customer_level")
    assert list(entries).index("former") < list(entries).index("major")
    assert entries["vip"]["label_zh"] == VIP["label_zh"]


async def test_an_entry_is_added_behind_the_others(admin: AsyncClient, staff: AsyncClient) -> None:
    response = await admin.post(f"{LEVELS}/entries", json=VIP)

    assert response.status_code == 201
    assert response.headers["location"] == "/api/v1/dictionaries/customer_level/entries/vip"
    assert response.json() == {**VIP, "is_active": True, "is_builtin": False, "version": 1}
    assert list(await entries_of(staff, "customer_level"))[-1] == "vip"
    read = await staff.get(f"{LEVELS}/entries/vip")
    assert (read.json(), read.headers["etag"]) == (response.json(), '"1"')


async def test_a_repeated_request_adds_one_entry(admin: AsyncClient) -> None:
    answers = [
        await admin.post(f"{LEVELS}/entries", json=VIP, headers={"Idempotency-Key": "once"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["idempotent-replay"] == "true"


async def test_codes_are_unique_within_their_dictionary(admin: AsyncClient) -> None:
    other = await admin.post("/dictionaries/area/entries", json={**VIP, "code": "major"})
    same = await admin.post(f"{LEVELS}/entries", json={**VIP, "code": "major"})

    assert other.status_code == 201
    assert (same.status_code, same.json()["code"]) == (409, "dictionary.duplicate_code")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "大客户"}, "code"),
        ({"code": "_x"}, "code"),
        ({"label_zh": " "}, "label_zh"),
        ({"label_en": None}, "label_en"),
        ({"color": "#ff0000"}, "color"),
        ({"sort_order": 5}, "sort_order"),
    ],
)
async def test_what_an_entry_cannot_be_is_refused_at_its_field(
    admin: AsyncClient, fields: dict[str, Any], field: str
) -> None:
    response = await admin.post(f"{LEVELS}/entries", json={**VIP, **fields})

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_an_entry_is_changed_and_told_and_written_down(
    admin: AsyncClient, staff: AsyncClient, database: Database
) -> None:
    response = await change(admin, "customer_level", "major", label_zh="重要客户", is_active=False)

    assert response.headers["etag"] == '"2"'
    entry = (await entries_of(staff, "customer_level"))["major"]
    assert (entry["label_zh"], entry["is_active"], entry["version"]) == ("重要客户", False, 2)
    [told] = await events(database)
    assert (told["permission"], told["dictionary"]) == ("*", "customer_level")
    [written] = await audit_entries_of(database, "dictionary_entry.update")
    assert written.details == {"label_zh": ["大客户", "重要客户"], "is_active": [True, False]}
    assert written.target_id == "customer_level:major"


async def test_a_change_that_changes_nothing_leaves_no_trace(admin: AsyncClient, database: Database) -> None:
    response = await change(admin, "customer_level", "major")

    assert response.headers["etag"] == '"1"'
    assert await events(database) == []
    assert await audit_entries_of(database, "dictionary_entry.update") == []


@pytest.mark.parametrize(
    ("if_match", "status", "code"),
    [(None, 428, "request.precondition_required"), ('"2"', 412, "request.stale")],
)
async def test_a_change_names_the_version_it_was_made_from(
    admin: AsyncClient, if_match: str | None, status: int, code: str
) -> None:
    response = await change(admin, "customer_level", "major", if_match, label_zh="重要客户")

    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/dictionaries/nothing/entries"),
        ("GET", "/dictionaries/nothing/usage"),
        ("POST", "/dictionaries/nothing/entries"),
        ("PUT", "/dictionaries/nothing/order"),
        ("GET", f"{LEVELS}/entries/nothing"),
        ("PUT", f"{LEVELS}/entries/nothing"),
        ("DELETE", f"{LEVELS}/entries/nothing"),
    ],
)
async def test_what_is_not_there_is_not_found(admin: AsyncClient, method: str, path: str) -> None:
    bodies: dict[str, Any] = {
        "POST": VIP,
        "PUT": {"codes": []} if path.endswith("order") else {"label_zh": "甲", "label_en": "A"},
    }

    response = await admin.request(method, path, json=bodies.get(method), headers={"If-Match": '"1"'})

    assert (response.status_code, response.json()["code"]) == (404, "resource.not_found")


async def test_an_unused_entry_is_deleted(admin: AsyncClient, database: Database) -> None:
    assert (await admin.delete(f"{LEVELS}/entries/partner")).status_code == 204

    assert "partner" not in await entries_of(admin, "customer_level")
    assert [event["dictionary"] for event in await events(database)] == ["customer_level"]
    [written] = await audit_entries_of(database, "dictionary_entry.delete")
    assert written.details["label_zh"] == ["合作伙伴", None]


async def test_an_entry_in_use_is_counted_and_stays(admin: AsyncClient, staff: AsyncClient) -> None:
    for level in ("major", "major", "ordinary", None):
        await create_customer(staff, level=level)

    response = await admin.delete(f"{LEVELS}/entries/major")

    assert (response.status_code, response.json()["code"]) == (409, "dictionary.in_use")
    assert response.json()["usage_count"] == 2
    assert "major" in await entries_of(admin, "customer_level")
    usage = (await admin.get(f"{LEVELS}/usage")).json()["items"]
    assert usage == [{"code": "major", "count": 2}, {"code": "ordinary", "count": 1}]


async def test_an_area_is_used_by_whatever_lies_in_it(admin: AsyncClient, staff: AsyncClient) -> None:
    for area in ("上海市浦东新区", "上海市", "江苏省苏州市", "四川", None):
        await create_customer(staff, area=area)

    usage = (await admin.get("/dictionaries/area/usage")).json()["items"]

    assert usage == [{"code": "310000", "count": 2}, {"code": "320000", "count": 1}]
    refused = await admin.delete("/dictionaries/area/entries/310000")
    assert refused.json()["usage_count"] == 2
    assert (await admin.delete("/dictionaries/area/entries/330000")).status_code == 204


async def test_what_the_program_counts_with_is_renamed_and_stays(admin: AsyncClient) -> None:
    renamed = await change(admin, "reject_reason", "other", label_zh="别的原因")
    retired = await change(admin, "reject_reason", "other", '"2"', is_active=False)
    deleted = await admin.delete("/dictionaries/reject_reason/entries/other")

    assert renamed.json()["label_zh"] == "别的原因"
    assert [(answer.status_code, answer.json()["code"]) for answer in (retired, deleted)] == [
        (409, "dictionary.builtin")
    ] * 2


async def test_a_scale_takes_no_grades_and_no_other_order(admin: AsyncClient) -> None:
    added = await admin.post("/dictionaries/satisfaction/entries", json={**VIP, "code": "6"})
    turned = await admin.put("/dictionaries/satisfaction/order", json={"codes": ["5", "4", "3", "2", "1"]})

    assert [(answer.status_code, answer.json()["code"]) for answer in (added, turned)] == [
        (409, "dictionary.fixed")
    ] * 2


async def test_entries_are_put_into_another_order_at_once(
    admin: AsyncClient, staff: AsyncClient, database: Database
) -> None:
    before = list(await entries_of(staff, "customer_level"))
    codes = [before[-1], *before[:-1]]

    response = await admin.put(f"{LEVELS}/order", json={"codes": codes})

    assert [item["code"] for item in response.json()["items"]] == codes
    assert list(await entries_of(staff, "customer_level")) == codes
    assert len(await events(database)) == 1
    [written] = await audit_entries_of(database, "dictionary.reorder")
    assert written.details == {"order": [before, codes]}
    # The order that is there already is no change.
    await admin.put(f"{LEVELS}/order", json={"codes": codes})
    assert len(await events(database)) == 1


@pytest.mark.parametrize("codes", [["major"], ["ordinary", "key_prospect", "major", "partner", "vip"]])
async def test_an_order_of_other_entries_is_refused(admin: AsyncClient, codes: list[str]) -> None:
    response = await admin.put(f"{LEVELS}/order", json={"codes": codes})

    assert (response.status_code, response.json()["code"]) == (409, "dictionary.other_entries")


async def test_of_two_who_add_the_same_code_at_once_one_does(
    live_database: Database, settings: Settings, tokens: dict[str, str]
) -> None:
    async with client_of(create_app(settings, live_database), tokens["admin"]) as admin:
        answers = await asyncio.gather(*(admin.post(f"{LEVELS}/entries", json=VIP) for _ in range(2)))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
