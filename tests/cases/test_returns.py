"""Cases that come back, cases that fill up and empty by themselves, and their history."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from backend.domains.cases import jobs
from backend.kit.clock import clock, now
from backend.kit.db.session import Database
from tests.cases.factories import (
    ask_for,
    case_of,
    checklist,
    documents_of,
    history,
    move,
    open_case,
    read,
    run_recount,
)
from tests.customers.factories import create_customer, set_columns
from tests.documents.factories import REQUIRED_TYPES, complete_case, create_document, jpeg
from tests.identity.factories import user_id_of

TYPE = {
    "name": "行驶证",
    "name_en": "Vehicle license",
    "sort_order": 95,
    "allowed_kinds": ["image"],
    "max_files": 4,
}


class TestReturn:
    async def test_an_optional_type_asked_for_becomes_required(
        self, staff: AsyncClient, auditor: AsyncClient, database: Database
    ) -> None:
        customer = await open_case(staff, database, "reviewing")

        returned = (
            await move(
                auditor, customer, "return", reason="请补充房产证明", document_types=["property_proof"]
            )
        ).json()

        assert (returned["status"], returned["progress"]["required"]) == ("returned", 6)
        assert (returned["progress"]["uploaded_pct"], "submit" in returned["can"]) == (83, False)
        before = await checklist(staff, customer)
        assert before["missing"] == ["property_proof"]
        item = before["items"]["property_proof"]
        assert (item["required"], item["state"], item["lack"]["code"]) == (True, "missing", "requested_anew")
        assert item["requested"]["reason"] == "请补充房产证明"
        assert item["requested"]["by"] == {"id": await user_id_of(auditor), "display_name": "测试 auditor"}
        assert (await move(staff, customer, "submit")).status_code == 409

        await create_document(staff, customer["id"], "property_proof")

        assert (await read(staff, customer))["status"] == "complete"
        # It stays required for this case, however often it is supplied.
        assert (await checklist(staff, customer))["items"]["property_proof"]["required"] is True

    async def test_a_required_type_asked_for_needs_a_newer_document(
        self, staff: AsyncClient, auditor: AsyncClient, database: Database
    ) -> None:
        customer = await open_case(staff, database, "reviewing")

        await move(auditor, customer, "return", reason="流水过期", document_types=["bank_statement"])

        lacking = await checklist(staff, customer)
        assert lacking["missing"] == ["bank_statement"]
        assert (lacking["required"], lacking["uploaded"], lacking["accepted"]) == (5, 4, 4)
        # The old one is still shown beside the gap.
        assert len(lacking["items"]["bank_statement"]["documents"]) == 1
        newer = await create_document(staff, customer["id"], "bank_statement")
        assert (await checklist(staff, customer))["items"]["bank_statement"]["state"] == "uploaded"
        await move(staff, customer, "submit")
        refused = await move(auditor, customer, "approve")
        assert refused.json()["document_types"] == ["bank_statement"]
        await auditor.post(f"/documents/{newer['id']}/accept")
        assert (await move(auditor, customer, "approve")).json()["status"] == "approved"

    async def test_asking_again_moves_the_time_on(
        self, staff: AsyncClient, auditor: AsyncClient, database: Database
    ) -> None:
        customer = await open_case(staff, database, "reviewing")
        for reason in ("请补充", "还是看不清"):
            await move(auditor, customer, "return", reason=reason, document_types=["other", "other"])
            state = await checklist(staff, customer)
            assert state["missing"] == ["other"]
            assert state["items"]["other"]["requested"]["reason"] == reason
            await create_document(staff, customer["id"], "other")
            assert (await move(staff, customer, "submit")).status_code == 200

    async def test_a_file_returned_with_nothing_missing_waits_and_may_be_submitted_as_it_is(
        self, staff: AsyncClient, auditor: AsyncClient, database: Database
    ) -> None:
        customer = await open_case(staff, database, "reviewing")

        returned = (await move(auditor, customer, "return", reason="请核对姓名")).json()

        assert (returned["status"], returned["progress"]["uploaded_pct"]) == ("returned", 100)
        offered = (await read(staff, customer))["can"]
        assert "submit" in offered
        assert (await move(staff, customer, "submit")).json()["status"] == "reviewing"
        assert [entry["action"] for entry in await history(staff, customer)][:3] == [
            "submit",
            "completed",
            "return",
        ]

    async def test_it_stays_returned_until_it_is_submitted_anew(
        self, staff: AsyncClient, auditor: AsyncClient, database: Database
    ) -> None:
        customer = await open_case(staff, database, "reviewing")
        await move(auditor, customer, "return", reason="请补充", document_types=["other"])
        supplied = await create_document(staff, customer["id"], "other")
        assert (await read(staff, customer))["status"] == "complete"

        await staff.delete(f"/documents/{supplied['id']}")

        assert (await read(staff, customer))["status"] == "returned"
        await create_document(staff, customer["id"], "other")
        await move(staff, customer, "submit")
        await move(auditor, customer, "reject", reason="资料不实")
        # A case that was taken up again is collected as at first.
        assert (await move(staff, customer, "reopen")).json()["status"] == "pending"

    async def test_the_case_tells_who_returned_it_why_and_for_what(
        self, staff: AsyncClient, auditor: AsyncClient, database: Database
    ) -> None:
        customer = await open_case(staff, database, "complete")
        await move(staff, customer, "submit")
        submitted = await case_of(staff, customer)
        items = [{"document_type": "bank_statement", "reason": "流水不足六个月"}, {"document_type": "other"}]
        with clock.stopped(now()):
            await move(auditor, customer, "return", reason="请补充资料", items=items)
            at = now().isoformat().replace("+00:00", "Z")

        case = await case_of(staff, customer)

        clerk = {"id": await user_id_of(staff), "display_name": "测试 staff"}
        judge = {"id": await user_id_of(auditor), "display_name": "测试 auditor"}
        assert (submitted["submitted_by"], submitted["returned"]) == (clerk, None)
        assert case["submitted_at"] == submitted["submitted_at"]
        assert case["returned"] == {
            "at": at,
            "by": judge,
            "reason": "请补充资料",
            "items": [
                {"document_type": "bank_statement", "reason": "流水不足六个月"},
                {"document_type": "other", "reason": "请补充资料"},
            ],
        }
        slots = (await checklist(staff, customer))["items"]
        assert slots["bank_statement"]["requested"]["reason"] == "流水不足六个月"
        assert slots["other"]["requested"]["reason"] == "请补充资料"

        for code in ("bank_statement", "other"):
            await create_document(staff, customer["id"], code)
        assert (await case_of(staff, customer))["returned"] == case["returned"]
        await move(staff, customer, "submit")
        assert (await case_of(staff, customer))["returned"] is None

    async def test_a_second_return_is_told_instead_of_the_first(
        self, staff: AsyncClient, auditor: AsyncClient, database: Database
    ) -> None:
        customer = await open_case(staff, database, "reviewing")
        for reason in ("请补充", "请核对姓名"):
            await move(auditor, customer, "return", reason=reason)
            case = await case_of(staff, customer)
            assert case["returned"]["reason"] == reason
            await move(staff, customer, "submit")

    @pytest.mark.parametrize("code", ["no_such_type", "out_of_use"])
    async def test_only_types_in_use_are_asked_for(
        self, admin: AsyncClient, staff: AsyncClient, auditor: AsyncClient, database: Database, code: str
    ) -> None:
        await admin.post("/documents/types", json={**TYPE, "code": "out_of_use", "is_active": False})
        customer = await open_case(staff, database, "reviewing")

        response = await move(auditor, customer, "return", reason="x", document_types=["other", code])

        assert (response.status_code, response.json()["code"]) == (422, "document.unknown_type")
        assert response.json()["errors"][0]["field"] == "document_types"
        assert (await read(staff, customer))["status"] == "reviewing"


async def test_the_same_bytes_answer_a_request_for_a_new_document(
    staff: AsyncClient, auditor: AsyncClient
) -> None:
    """Whoever supplies what was good after all is believed; the auditor sees both."""
    customer = await create_customer(staff)
    content = jpeg()
    await complete_case(staff, customer["id"])
    first = await create_document(staff, customer["id"], "other", content)
    await move(staff, customer, "submit")
    await move(auditor, customer, "return", reason="请补充", document_types=["other"])

    again = await create_document(staff, customer["id"], "other", content)

    assert again["id"] != first["id"]
    item = (await checklist(staff, customer))["items"]["other"]
    assert [document["id"] for document in item["documents"]] == [first["id"], again["id"]]
    assert (item["state"], (await read(staff, customer))["status"]) == ("uploaded", "complete")


async def test_a_reopened_file_is_counted_by_what_is_required_now(
    admin: AsyncClient, staff: AsyncClient, auditor: AsyncClient, database: Database
) -> None:
    customer = await open_case(staff, database, "approved")
    await ask_for(admin, "person", "property_proof")
    await run_recount(database)

    reopened = (await move(auditor, customer, "reopen")).json()

    assert (reopened["status"], reopened["progress"]["required"]) == ("reviewing", 6)


class TestByItself:
    async def test_a_file_becomes_complete_with_its_last_document_and_pending_without(
        self, staff: AsyncClient, auditor: AsyncClient
    ) -> None:
        customer = await create_customer(staff)
        states = []
        for code in REQUIRED_TYPES:
            document = await create_document(staff, customer["id"], code)
            states.append((await read(staff, customer))["status"])
        assert states == ["pending"] * 4 + ["complete"]

        async def after(path: str, **body: Any) -> str:
            method = "DELETE" if path == "" else "POST"
            client = staff if path in {"", "/restore"} else auditor
            response = await client.request(method, f"/documents/{document['id']}{path}", json=body or None)
            assert response.is_success, response.text
            return str((await read(staff, customer))["status"])

        assert await after("") == "pending"
        assert await after("/restore") == "complete"
        assert await after("/reject", reason_code="blurred") == "pending"
        await create_document(staff, customer["id"], code)
        assert (await read(staff, customer))["status"] == "complete"
        assert [(entry["action"], entry["actor"]) for entry in (await history(staff, customer))[:-1]] == [
            ("completed", None),
            ("uncompleted", None),
            ("completed", None),
            ("uncompleted", None),
            ("completed", None),
        ]

    async def test_under_review_nothing_moves_by_itself(
        self, staff: AsyncClient, auditor: AsyncClient, database: Database
    ) -> None:
        customer = await open_case(staff, database, "reviewing", judged="pending")
        document = (await documents_of(staff, customer))["income_proof"]

        await auditor.post(f"/documents/{document['id']}/reject", json={"reason_code": "blurred"})

        after = await read(staff, customer)
        assert (after["status"], after["progress"]["uploaded"]) == ("reviewing", 4)
        await create_document(staff, customer["id"], "income_proof")
        assert (await read(staff, customer))["progress"]["uploaded"] == 5

    async def test_an_optional_document_changes_nothing(self, staff: AsyncClient) -> None:
        customer = await create_customer(staff)

        await create_document(staff, customer["id"], "other")

        assert (await read(staff, customer))["progress"] == customer["progress"]


class TestDocumentTypes:
    @pytest.fixture(autouse=True)
    def _in_small_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(jobs, "BATCH", 2)

    async def test_a_set_that_asks_for_more_makes_open_cases_incomplete_but_those_under_review(
        self, admin: AsyncClient, staff: AsyncClient, database: Database
    ) -> None:
        cases = {
            state: await open_case(staff, database, state) for state in ("complete", "approved", "rejected")
        }
        cases["reviewing"] = await open_case(staff, database, "complete")
        await move(staff, cases["reviewing"], "submit")
        cases["pending"] = await open_case(staff, database, judged=None)
        await ask_for(admin, "person", "property_proof")
        assert (await read(staff, cases["complete"]))["status"] == "complete"

        await run_recount(database)

        states = {}
        for state, customer in cases.items():
            current = await read(staff, customer)
            states[state] = (current["status"], current["progress"]["required"])
        assert states == {
            "pending": ("pending", 6),
            "complete": ("pending", 6),
            # What was submitted or decided on stays as it was.
            "reviewing": ("reviewing", 5),
            "approved": ("approved", 5),
            "rejected": ("rejected", 5),
        }

    async def test_a_type_out_of_use_completes_cases(
        self, admin: AsyncClient, staff: AsyncClient, database: Database
    ) -> None:
        customer = await create_customer(staff)
        for code in REQUIRED_TYPES[:-1]:
            await create_document(staff, customer["id"], code)

        await admin.delete(f"/documents/types/{REQUIRED_TYPES[-1]}")
        await run_recount(database)

        current = await read(staff, customer)
        assert (current["status"], current["progress"]["required"]) == ("complete", 4)

    async def test_counting_again_changes_nothing(self, staff: AsyncClient, database: Database) -> None:
        customer = await open_case(staff, database, "complete")
        moves = await history(staff, customer)

        await run_recount(database)

        assert await read(staff, customer) == customer
        assert await history(staff, customer) == moves

    async def test_wrong_counts_are_put_right(self, staff: AsyncClient, database: Database) -> None:
        customer = await open_case(staff, database, "complete", judged="pending")
        await set_columns(database, customer["id"], uploaded_count=1, accepted_count=4, required_count=9)

        await run_recount(database)

        assert (await read(staff, customer))["progress"] == customer["progress"]


class TestHistory:
    async def test_it_tells_who_when_from_where_to_where_and_why(
        self, staff: AsyncClient, auditor: AsyncClient
    ) -> None:
        clerk = {"id": await user_id_of(staff), "display_name": "测试 staff"}
        judge = {"id": await user_id_of(auditor), "display_name": "测试 auditor"}
        with clock.stopped(now()):
            start = now()
            customer = await create_customer(staff)
            clock.advance(timedelta(minutes=1))
            await complete_case(staff, customer["id"])
            clock.advance(timedelta(minutes=1))
            await move(staff, customer, "submit")
            clock.advance(timedelta(minutes=1))
            await move(auditor, customer, "return", reason="请补充", document_types=["other"])
            clock.advance(timedelta(minutes=1))
            await create_document(staff, customer["id"], "other")
            clock.advance(timedelta(minutes=1))
            await move(staff, customer, "submit")
            clock.advance(timedelta(minutes=1))
            await move(auditor, customer, "reject", reason="伪造证件", final=True)

        expected: list[tuple[int, str, str | None, str, Any, str | None, list[str], bool]] = [
            (0, "created", None, "pending", clerk, None, [], False),
            (1, "completed", "pending", "complete", None, None, [], False),
            (2, "submit", "complete", "reviewing", clerk, None, [], False),
            (3, "return", "reviewing", "returned", judge, "请补充", ["other"], False),
            (4, "completed", "returned", "complete", None, None, [], False),
            (5, "submit", "complete", "reviewing", clerk, None, [], False),
            (6, "reject", "reviewing", "rejected", judge, "伪造证件", [], True),
        ]
        moves = (await history(staff, customer))[::-1]
        names = ("action", "from_status", "to_status", "actor", "reason", "document_types", "is_final")
        assert [tuple(entry[name] for name in names) for entry in moves] == [row[1:] for row in expected]
        for entry, row in zip(moves, expected, strict=True):
            at = start + timedelta(minutes=row[0])
            assert entry["created_at"] == at.isoformat().replace("+00:00", "Z")

    async def test_it_comes_in_pages(self, staff: AsyncClient) -> None:
        customer = await create_customer(staff)
        for code in REQUIRED_TYPES:
            document = await create_document(staff, customer["id"], code)
        await staff.delete(f"/documents/{document['id']}")

        pages = [await history(staff, customer, limit=2, page=page) for page in (1, 2, 3)]

        assert [[entry["action"] for entry in page] for page in pages] == [
            ["uncompleted", "completed"],
            ["created"],
            [],
        ]
        response = await staff.get(f"/customers/{customer['id']}/history", params={"limit": 2})
        assert (response.json()["total"], response.json()["limit"]) == (3, 2)

    @pytest.mark.parametrize("query", [{"limit": "101"}, {"page": "0"}, {"sort": "created_at"}])
    async def test_a_wrong_parameter_is_refused(self, staff: AsyncClient, query: dict[str, str]) -> None:
        customer = await create_customer(staff)

        response = await staff.get(f"/customers/{customer['id']}/history", params=query)

        assert response.status_code == 422


async def test_the_checklist_holds_every_type_in_order_with_its_documents(
    staff: AsyncClient, auditor: AsyncClient
) -> None:
    customer = await create_customer(staff)
    first = await create_document(staff, customer["id"], "id_card_front")
    second = await create_document(staff, customer["id"], "id_card_front")
    deleted = await create_document(staff, customer["id"], "id_card_back")
    await staff.delete(f"/documents/{deleted['id']}")
    await auditor.post(f"/documents/{first['id']}/accept")
    other = await create_document(staff, customer["id"], "other")
    await auditor.post(f"/documents/{other['id']}/reject", json={"reason_code": "blurred"})

    result = await checklist(auditor, customer)

    states = {code: (item["state"], item["required"]) for code, item in result["items"].items()}
    assert list(states) == [*REQUIRED_TYPES, "property_proof", "household_register", "other"]
    assert states["id_card_front"] == ("accepted", True)
    assert states["id_card_back"] == ("missing", True)
    assert states["other"] == ("rejected", False)
    documents = result["items"]["id_card_front"]["documents"]
    assert [document["id"] for document in documents] == [first["id"], second["id"]]
    assert documents[1]["can"] == ["accept", "reject"]
    counts = {
        name: result[name] for name in ("required", "uploaded", "accepted", "uploaded_pct", "accepted_pct")
    }
    assert counts == {"required": 5, "uploaded": 1, "accepted": 1, "uploaded_pct": 20, "accepted_pct": 20}
    assert result["missing"] == list(REQUIRED_TYPES[1:])
    assert (await read(staff, customer))["progress"] == counts


async def test_a_type_asked_for_anew_takes_a_new_document_although_its_places_are_full(
    admin: AsyncClient, staff: AsyncClient, auditor: AsyncClient
) -> None:
    front = (await admin.get("/documents/types/id_card_front")).json()
    fields = {name: value for name, value in front.items() if name not in {"code", "version"}}
    headers = {"If-Match": f'"{front["version"]}"'}
    await admin.put("/documents/types/id_card_front", json={**fields, "max_files": 1}, headers=headers)
    customer_id = (await create_customer(staff))["id"]
    documents = await complete_case(staff, customer_id)
    await staff.post(f"/customers/{customer_id}/submit")
    await auditor.post(f"/documents/{documents[0]['id']}/accept")
    await auditor.post(
        f"/customers/{customer_id}/return", json={"reason": "请重拍", "document_types": ["id_card_front"]}
    )

    item = (await checklist(staff, {"id": customer_id}))["items"]["id_card_front"]
    assert (item["room"], len(item["documents"])) == (1, 1)

    await create_document(staff, customer_id, "id_card_front")

    assert (await staff.get(f"/customers/{customer_id}")).json()["status"] == "complete"


async def test_an_offer_to_submit_needs_no_required_type(
    admin: AsyncClient, staff: AsyncClient, auditor: AsyncClient
) -> None:
    for code in REQUIRED_TYPES:
        await ask_for(admin, "person", code, need="optional")
    customer = await create_customer(staff)
    await staff.post(f"/customers/{customer['id']}/submit")
    await auditor.post(f"/customers/{customer['id']}/return", json={"reason": "请核对"})

    returned = await read(staff, customer)

    assert (returned["status"], "submit" in returned["can"]) == ("returned", True)
    assert (await staff.post(f"/customers/{customer['id']}/submit")).json()["status"] == "reviewing"


async def test_a_type_that_was_asked_for_is_taken_out_of_use_instead_of_deleted(
    admin: AsyncClient, staff: AsyncClient, auditor: AsyncClient
) -> None:
    customer_id = (await create_customer(staff))["id"]
    await complete_case(staff, customer_id)
    await staff.post(f"/customers/{customer_id}/submit")
    await auditor.post(
        f"/customers/{customer_id}/return",
        json={"reason": "请补", "document_types": ["marriage_certificate"]},
    )

    assert (await admin.delete("/documents/types/marriage_certificate")).status_code == 204

    assert (await admin.get("/documents/types/marriage_certificate")).json()["is_active"] is False
    assert (await staff.get(f"/customers/{customer_id}/completeness")).json()["missing"] == []
