"""Notes on pages, and facts compared with documents."""

from typing import Any

import pytest
from httpx import AsyncClient

from backend.domains.documents.models import Document
from backend.domains.documents.service import findings
from backend.kit.clock import now
from backend.kit.db.session import Database
from tests.audit.factories import entries_of
from tests.customers.factories import set_columns
from tests.documents.factories import add_document
from tests.identity.factories import user_id_of

Customer = dict[str, Any]
NOTE = {"page": 1, "x": 0.1, "y": 0.25, "width": 0.5, "height": 0.125, "note": "号码看不清"}


async def found(client: AsyncClient, customer: Customer) -> dict[str, Any]:
    response = await client.get("/documents/findings", params={"customer_id": customer["id"]})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_note_is_seen_by_whoever_sees_the_document(
    auditor: AsyncClient, staff: AsyncClient, customer: Customer, database: Database
) -> None:
    document_id = await add_document(database, customer, page_count=2)

    written = await auditor.post(f"/documents/{document_id}/annotations", json={**NOTE, "page": 2})

    assert written.status_code == 201
    [seen] = (await found(staff, customer))["annotations"]
    assert seen == written.json()
    assert {name: seen[name] for name in NOTE} == {**NOTE, "page": 2}
    assert seen["author"] == {"id": await user_id_of(auditor), "display_name": "测试 auditor"}
    [entry] = await entries_of(database, "document.annotate")
    assert entry.details == {"page": 2, "note": "号码看不清"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"x": -0.1}, "x"),
        ({"y": 1.1}, "y"),
        ({"width": 0}, "width"),
        ({"height": 2}, "height"),
        ({"page": 0}, "page"),
        ({"note": "  "}, "note"),
        ({"note": "字" * 201}, "note"),
        ({"x": 0.6, "width": 0.5}, ""),
        ({"y": 0.9, "height": 0.2}, ""),
    ],
)
async def test_a_rectangle_lies_on_the_page_and_says_something(
    auditor: AsyncClient, customer: Customer, database: Database, wrong: dict[str, Any], field: str
) -> None:
    document_id = await add_document(database, customer)

    refused = await auditor.post(f"/documents/{document_id}/annotations", json={**NOTE, **wrong})

    assert refused.status_code == 422
    assert field in refused.json()["errors"][0]["field"]
    assert (await found(auditor, customer))["annotations"] == []


async def test_a_page_that_is_not_there_cannot_be_drawn_on(
    auditor: AsyncClient, customer: Customer, database: Database
) -> None:
    document_id = await add_document(database, customer, page_count=3)

    refused = await auditor.post(f"/documents/{document_id}/annotations", json={**NOTE, "page": 4})

    assert (refused.status_code, refused.json()["code"]) == (404, "document.no_such_page")


async def test_a_document_carries_so_many_notes_and_no_more(
    auditor: AsyncClient, customer: Customer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MAX_ANNOTATIONS", 1)
    document_id = await add_document(database, customer)
    await auditor.post(f"/documents/{document_id}/annotations", json=NOTE)

    refused = await auditor.post(f"/documents/{document_id}/annotations", json=NOTE)

    assert (refused.status_code, refused.json()["code"]) == (409, "document.too_many_annotations")


async def test_a_note_sent_twice_under_one_key_is_written_once(
    auditor: AsyncClient, customer: Customer, database: Database
) -> None:
    document_id = await add_document(database, customer)
    for _ in range(2):
        headers = {"Idempotency-Key": "note"}
        await auditor.post(f"/documents/{document_id}/annotations", json=NOTE, headers=headers)

    assert len((await found(auditor, customer))["annotations"]) == 1


async def test_only_its_author_takes_a_note_away(
    auditor: AsyncClient, auditor2: AsyncClient, customer: Customer, database: Database
) -> None:
    document_id, other_id = await add_document(database, customer), await add_document(database, customer)
    note = (await auditor.post(f"/documents/{document_id}/annotations", json=NOTE)).json()
    path = f"/documents/{document_id}/annotations/{note['id']}"

    refused = await auditor2.delete(path)
    elsewhere = await auditor.delete(f"/documents/{other_id}/annotations/{note['id']}")
    assert (refused.json()["code"], elsewhere.status_code) == ("document.foreign_annotation", 404)
    assert (await auditor.delete(path)).status_code == 204

    assert (await found(auditor, customer))["annotations"] == []
    assert len(await entries_of(database, "document.remove_annotation")) == 1


async def test_a_fact_keeps_the_latest_judgement_until_it_is_taken_back(
    auditor: AsyncClient, auditor2: AsyncClient, staff: AsyncClient, customer: Customer, database: Database
) -> None:
    document_id = await add_document(database, customer)
    path = f"/documents/{document_id}/checks/name"

    assert (await auditor.put(path, json={"agrees": True})).status_code == 204
    await auditor2.put(path, json={"agrees": False})

    [check] = (await found(staff, customer))["checks"]
    assert (check["document_id"], check["fact"], check["agrees"]) == (document_id, "name", False)
    assert check["checked_by"]["display_name"] == "测试 auditor2"
    assert [entry.details["agrees"] for entry in await entries_of(database, "document.check")] == [
        True,
        False,
    ]

    await auditor2.put(path, json={"agrees": None})

    assert (await found(staff, customer))["checks"] == []


async def test_a_fact_that_no_record_has_cannot_be_compared(
    auditor: AsyncClient, customer: Customer, database: Database
) -> None:
    document_id = await add_document(database, customer)

    assert (
        await auditor.put(f"/documents/{document_id}/checks/shoe_size", json={"agrees": True})
    ).status_code == 422


async def test_what_was_decided_on_and_what_lies_in_the_trash_is_left_alone(
    auditor: AsyncClient, customer: Customer, database: Database
) -> None:
    trashed = await add_document(database, customer, deleted_at=now())
    kept = await add_document(database, customer)

    async def codes(document_id: str) -> set[str]:
        answers = [
            await auditor.post(f"/documents/{document_id}/annotations", json=NOTE),
            await auditor.put(f"/documents/{document_id}/checks/name", json={"agrees": True}),
        ]
        return {answer.json()["code"] for answer in answers}

    assert await codes(trashed) == {"document.in_trash"}
    await set_columns(database, customer["id"], status="approved")
    assert await codes(kept) == {"document.case_closed"}


async def test_a_clerk_sees_findings_and_makes_none(
    staff: AsyncClient, customer: Customer, database: Database
) -> None:
    document_id = await add_document(database, customer)

    assert (await staff.post(f"/documents/{document_id}/annotations", json=NOTE)).status_code == 403
    assert (
        await staff.put(f"/documents/{document_id}/checks/name", json={"agrees": True})
    ).status_code == 403


async def test_findings_of_documents_in_the_trash_are_not_shown(
    auditor: AsyncClient, customer: Customer, database: Database
) -> None:
    document_id = await add_document(database, customer)
    await auditor.post(f"/documents/{document_id}/annotations", json=NOTE)
    await auditor.put(f"/documents/{document_id}/checks/name", json={"agrees": True})
    assert all((await found(auditor, customer)).values())

    async with database.transaction() as session:
        document = await session.get(Document, document_id)
        assert document is not None
        document.deleted_at = now()

    assert not any((await found(auditor, customer)).values())
