"""Judging documents, and the trash."""

from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from backend.config import Settings
from backend.kit.clock import now
from backend.kit.db.session import Database
from tests.audit.factories import entries_of
from tests.conftest import client_of
from tests.customers.factories import create_customer, set_columns
from tests.documents.factories import add_document, create_document, upload
from tests.identity.factories import open_account, user_id_of

Customer = dict[str, Any]
OPEN, CLOSED = ("pending", "complete", "reviewing"), ("approved", "rejected")
BLURRED = {"reason_code": "blurred", "message": "看不清"}


async def act(client: AsyncClient, document_id: str, action: str) -> Response:
    if action == "delete":
        return await client.delete(f"/documents/{document_id}")
    body = BLURRED if action == "reject" else None
    return await client.post(f"/documents/{document_id}/{action}", json=body)


def outcome(response: Response) -> str:
    """Name what came of an action: the document's new state, or the code of the refusal."""
    if response.status_code == 204:
        return "deleted"
    body = response.json()
    return str(body["review_status"] if response.status_code == 200 else body["code"])


# Judgement so far → state of the file → what accepting and what rejecting does.
JUDGEMENTS = {
    "pending": dict.fromkeys(OPEN, ("accepted", "rejected")),
    "accepted": {
        "pending": ("accepted", "document.illegal_review"),
        "complete": ("accepted", "document.illegal_review"),
        "reviewing": ("accepted", "rejected"),
    },
    "rejected": dict.fromkeys(OPEN, ("document.illegal_review", "document.illegal_review")),
}


@pytest.mark.parametrize("case", [*OPEN, *CLOSED])
@pytest.mark.parametrize("judged", JUDGEMENTS)
async def test_every_judgement_in_every_state(
    auditor: AsyncClient, customer: Customer, database: Database, judged: str, case: str
) -> None:
    expected = JUDGEMENTS[judged].get(case, ("document.case_closed", "document.case_closed"))
    await set_columns(database, customer["id"], status=case)

    for action, result in zip(("accept", "reject"), expected, strict=True):
        document_id = await add_document(database, customer, review_status=judged, reason_code=None)
        offered = action in (await auditor.get(f"/documents/{document_id}")).json()["can"]

        response = await act(auditor, document_id, action)

        assert outcome(response) == result
        # Judging the same again is harmless, but nothing to offer.
        assert offered == (response.status_code == 200 and result != judged)
        after = (await auditor.get(f"/documents/{document_id}")).json()
        assert after["review_status"] == (result if response.status_code == 200 else judged)


async def test_a_refused_judgement_tells_status_and_what_is_allowed(
    auditor: AsyncClient, customer: Customer, database: Database
) -> None:
    document_id = await add_document(database, customer, review_status="rejected")

    problem = (await act(auditor, document_id, "accept")).json()

    assert (problem["status"], problem["review_status"], problem["allowed"]) == (409, "rejected", [])


async def test_a_judgement_keeps_who_when_and_why(
    auditor: AsyncClient, auditor2: AsyncClient, customer: Customer, database: Database
) -> None:
    document_id = await add_document(database, customer)
    before = (await auditor.get(f"/documents/{document_id}")).json()

    rejected = (await act(auditor, document_id, "reject")).json()

    assert (rejected["reason_code"], rejected["message"]) == ("blurred", "看不清")
    assert rejected["reviewed_by"] == {"id": await user_id_of(auditor), "display_name": "测试 auditor"}
    assert rejected["reviewed_at"] is not None
    assert rejected["version"] == before["version"] + 1
    # A repetition changes nothing, also not who it was.
    again = (await act(auditor2, document_id, "reject")).json()
    assert again["reviewed_by"] == rejected["reviewed_by"]
    [entry] = await entries_of(database, "document.reject")
    assert entry.details["reason_code"] == "blurred"


async def test_second_thoughts_during_the_review_are_kept(
    auditor: AsyncClient, auditor2: AsyncClient, customer: Customer, database: Database
) -> None:
    await set_columns(database, customer["id"], status="reviewing")
    document_id = await add_document(database, customer)
    await act(auditor, document_id, "accept")

    rejected = (await act(auditor2, document_id, "reject")).json()

    assert rejected["reviewed_by"]["display_name"] == "测试 auditor2"
    assert len(await entries_of(database, "document.accept")) == 1
    assert len(await entries_of(database, "document.reject")) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason_code"),
        ({"reason_code": "ugly"}, "reason_code"),
        ({"reason_code": "other"}, "message"),
        ({"reason_code": "other", "message": ""}, "message"),
        ({"reason_code": "other", "message": "  "}, "message"),
        ({"reason_code": "blurred", "message": "x" * 501}, "message"),
        ({"reason_code": "blurred", "final": True}, "final"),
    ],
)
async def test_a_rejection_gives_a_known_reason_and_explains_another(
    auditor: AsyncClient, customer: Customer, database: Database, body: dict[str, Any], field: str
) -> None:
    document_id = await add_document(database, customer)

    response = await auditor.post(f"/documents/{document_id}/reject", json=body)

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "reason_code", ["blurred", "incomplete", "wrong_type", "expired", "mismatch", "tampered", "other"]
)
async def test_every_reason_is_taken(
    auditor: AsyncClient, customer: Customer, database: Database, reason_code: str
) -> None:
    document_id = await add_document(database, customer)
    body = {"reason_code": reason_code, "message": "说明" if reason_code == "other" else ""}

    rejected = (await auditor.post(f"/documents/{document_id}/reject", json=body)).json()

    assert (rejected["reason_code"], rejected["message"]) == (reason_code, body["message"] or None)


@pytest.mark.parametrize("action", ["accept", "reject"])
async def test_nobody_judges_what_they_uploaded(
    app: FastAPI, database: Database, settings: Settings, customer: Customer, action: str
) -> None:
    async with client_of(app, await open_account(database, settings, "both", "staff", "auditor")) as both:
        document = await create_document(both, customer["id"])

        response = await act(both, document["id"], action)

    assert document["can"] == ["delete"]
    assert (response.status_code, response.json()["code"]) == (403, "document.own_upload")


class TestTrash:
    @pytest.mark.parametrize("case", [*OPEN, *CLOSED])
    @pytest.mark.parametrize("judged", JUDGEMENTS)
    async def test_every_document_in_every_state(
        self, staff: AsyncClient, customer: Customer, database: Database, judged: str, case: str
    ) -> None:
        if case in CLOSED:
            expected = "document.case_closed"
        elif case == "reviewing":
            expected = "document.under_review"
        else:
            expected = "document.accepted" if judged == "accepted" else "deleted"
        await set_columns(database, customer["id"], status=case)
        document_id = await add_document(database, customer, review_status=judged)
        offered = "delete" in (await staff.get(f"/documents/{document_id}")).json()["can"]

        assert outcome(await act(staff, document_id, "delete")) == expected

        assert offered == (expected == "deleted")
        deleted_at = (await staff.get(f"/documents/{document_id}")).json()["deleted_at"]
        assert (deleted_at is not None) == (expected == "deleted")

    async def test_a_deleted_document_leaves_list_and_file_and_comes_back(
        self, staff: AsyncClient, customer: Customer
    ) -> None:
        document = await create_document(staff, customer["id"])
        path = f"/documents/{document['id']}"

        async def seen() -> tuple[int, int, int]:
            listed = (await staff.get("/documents")).json()["total"]
            trashed = (await staff.get("/documents", params={"trashed": "true"})).json()["total"]
            progress = (await staff.get(f"/customers/{customer['id']}")).json()["progress"]
            return listed, trashed, progress["uploaded"]

        assert await seen() == (1, 0, 1)
        assert (await staff.delete(path)).status_code == 204
        assert await seen() == (0, 1, 0)
        assert (await staff.get(path)).json()["can"] == ["restore"]
        restored = (await staff.post(f"{path}/restore")).json()
        assert (restored["deleted_at"], restored["review_status"]) == (None, "pending")
        assert await seen() == (1, 0, 1)

    async def test_deleting_and_restoring_twice_is_harmless(
        self, staff: AsyncClient, customer: Customer, database: Database
    ) -> None:
        document_id = await add_document(database, customer)

        for _ in range(2):
            assert (await act(staff, document_id, "delete")).status_code == 204
        for _ in range(2):
            assert (await act(staff, document_id, "restore")).status_code == 200

        assert len(await entries_of(database, "document.delete")) == 1
        assert len(await entries_of(database, "document.restore")) == 1

    @pytest.mark.parametrize("action", ["accept", "reject"])
    async def test_what_is_in_the_trash_is_not_judged(
        self, staff: AsyncClient, auditor: AsyncClient, customer: Customer, database: Database, action: str
    ) -> None:
        document_id = await add_document(database, customer)
        await act(staff, document_id, "delete")

        assert outcome(await act(auditor, document_id, action)) == "document.in_trash"

    @pytest.mark.parametrize("case", CLOSED)
    async def test_nothing_comes_back_into_a_decided_case(
        self, staff: AsyncClient, customer: Customer, database: Database, case: str
    ) -> None:
        document_id = await add_document(database, customer)
        await act(staff, document_id, "delete")
        await set_columns(database, customer["id"], status=case)

        assert outcome(await act(staff, document_id, "restore")) == "document.case_closed"
        assert (await staff.get(f"/documents/{document_id}")).json()["can"] == []

    async def test_a_restored_document_needs_a_place(
        self, staff: AsyncClient, customer: Customer, database: Database
    ) -> None:
        document_id = await add_document(database, customer)
        await act(staff, document_id, "delete")
        for _ in range(3):
            await add_document(database, customer)

        assert outcome(await act(staff, document_id, "restore")) == "document.too_many_files"


async def test_a_superseded_document_comes_back_without_a_place(
    staff: AsyncClient, customer: Customer, database: Database
) -> None:
    for _ in range(2):
        await add_document(database, customer)
    replaced = await add_document(database, customer, superseded_at=now(), deleted_at=now())
    await add_document(database, customer)

    assert (await act(staff, replaced, "restore")).status_code == 200


@pytest.mark.parametrize("action", ["delete", "restore", "accept", "reject"])
async def test_documents_of_an_archived_customer_stay_as_they_are(
    admin: AsyncClient, customer: Customer, database: Database, action: str
) -> None:
    document_id = await add_document(database, customer)
    await admin.delete(f"/customers/{customer['id']}")

    assert outcome(await act(admin, document_id, action)) == "customer.archived"
    assert (await admin.get(f"/documents/{document_id}")).json()["can"] == []


@pytest.mark.parametrize("action", ["delete", "restore", "accept", "reject"])
async def test_an_unknown_document_is_not_found(admin: AsyncClient, action: str) -> None:
    assert outcome(await act(admin, "00000000-0000-7000-8000-000000000000", action)) == "resource.not_found"


async def test_a_rejected_document_makes_room_for_a_better_one(
    staff: AsyncClient, auditor: AsyncClient, customer: Customer, database: Database
) -> None:
    first, *_ = [await add_document(database, customer) for _ in range(3)]
    assert (await upload(staff, customer["id"])).status_code == 409

    await act(auditor, first, "reject")

    assert (await upload(staff, customer["id"])).status_code == 201


async def test_a_document_of_another_customer_is_judged_by_its_own_file(
    auditor: AsyncClient, staff: AsyncClient, customer: Customer, database: Database
) -> None:
    closed = await create_customer(staff)
    await set_columns(database, closed["id"], status="approved")
    document_id = await add_document(database, customer, id=UUID(int=7))

    assert outcome(await act(auditor, document_id, "accept")) == "accepted"
