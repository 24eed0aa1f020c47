"""Every move from every state, by everybody."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient, Response

from backend.app import create_app
from backend.config import Settings
from backend.domains.customers.case_states import ALLOWED, CaseAction, CustomerStatus
from backend.kit.db.session import Database
from tests.conftest import client_of
from tests.customers.factories import create_customer
from tests.documents.factories import REQUIRED_TYPES, complete_file, create_document, upload

BODIES: dict[CaseAction, dict[str, Any]] = {
    CaseAction.SUBMIT: {},
    CaseAction.APPROVE: {},
    CaseAction.REJECT: {"reason": "收入不足"},
    CaseAction.RETURN: {"reason": "请补充"},
    CaseAction.REOPEN: {"reason": "重新核对"},
}


async def move(client: AsyncClient, customer_id: str, action: CaseAction, **body: object) -> Response:
    return await client.post(f"/customers/{customer_id}/{action}", json={**BODIES[action], **body})


async def customer_in(status: CustomerStatus, staff: AsyncClient, auditor: AsyncClient) -> str:
    """Take a new customer to a state the way people do, and return its id."""
    customer_id: str = (await create_customer(staff))["id"]
    if status is CustomerStatus.PENDING:
        return customer_id
    documents = await complete_file(staff, customer_id)
    if status is CustomerStatus.COMPLETE:
        return customer_id
    await move(staff, customer_id, CaseAction.SUBMIT)
    for document in documents:
        await auditor.post(f"/documents/{document['id']}/accept")
    last = {CustomerStatus.APPROVED: CaseAction.APPROVE, CustomerStatus.REJECTED: CaseAction.REJECT}
    if status in last:
        await move(auditor, customer_id, last[status])
    return customer_id


async def status_of(client: AsyncClient, customer_id: str) -> str:
    status: str = (await client.get(f"/customers/{customer_id}")).json()["status"]
    return status


@pytest.mark.parametrize("status", CustomerStatus)
async def test_only_the_listed_moves_are_possible(
    status: CustomerStatus, staff: AsyncClient, auditor: AsyncClient
) -> None:
    for action in CaseAction:
        customer_id = await customer_in(status, staff, auditor)
        mover = staff if action is CaseAction.SUBMIT else auditor
        answer = await move(mover, customer_id, action)
        target = ALLOWED[status].get(action)
        if target is not None:
            assert answer.status_code == 200, answer.text
            assert answer.json()["status"] == target
        else:
            assert answer.status_code == 409, answer.text
            problem = answer.json()
            assert problem["code"] == "case.illegal_move"
            assert (problem["state"], problem["action"]) == (status, action)
            assert problem["allowed"] == sorted(ALLOWED[status])
            assert await status_of(staff, customer_id) == status


@pytest.mark.parametrize("status", CustomerStatus)
async def test_screens_offer_exactly_what_is_possible(
    status: CustomerStatus, staff: AsyncClient, auditor: AsyncClient
) -> None:
    customer_id = await customer_in(status, staff, auditor)
    offered: set[str] = set()
    for person in (staff, auditor):
        can = (await person.get(f"/customers/{customer_id}")).json()["can"]
        offered |= set(can) & set(CaseAction)
    assert offered == set(ALLOWED[status])


async def test_final_rejection_allows_nothing_more(staff: AsyncClient, auditor: AsyncClient) -> None:
    customer_id = await customer_in(CustomerStatus.REVIEWING, staff, auditor)
    rejected = await move(auditor, customer_id, CaseAction.REJECT, final=True)
    assert rejected.json()["rejected_final"] is True
    for action in CaseAction:
        answer = await move(auditor if action is not CaseAction.SUBMIT else staff, customer_id, action)
        assert (answer.status_code, answer.json()["allowed"]) == (409, [])


async def test_staff_takes_up_a_rejected_file_but_not_an_approved_one(
    staff: AsyncClient, auditor: AsyncClient
) -> None:
    rejected = await customer_in(CustomerStatus.REJECTED, staff, auditor)
    assert (await move(staff, rejected, CaseAction.REOPEN)).json()["status"] == "pending"
    approved = await customer_in(CustomerStatus.APPROVED, staff, auditor)
    answer = await move(staff, approved, CaseAction.REOPEN)
    assert (answer.status_code, answer.json()["permission"]) == (403, "cases:reopen")


@pytest.mark.parametrize("action", [CaseAction.APPROVE, CaseAction.REJECT])
async def test_nobody_decides_on_what_they_supplied(
    action: CaseAction, staff: AsyncClient, auditor: AsyncClient, admin: AsyncClient
) -> None:
    customer_id = (await create_customer(staff))["id"]
    await create_document(admin, customer_id, "other")
    await complete_file(staff, customer_id)
    await move(staff, customer_id, CaseAction.SUBMIT)
    answer = await move(admin, customer_id, action)
    assert (answer.status_code, answer.json()["code"]) == (403, "case.own_upload")
    assert await status_of(auditor, customer_id) == "reviewing"


async def test_file_follows_its_documents(staff: AsyncClient, auditor: AsyncClient) -> None:
    customer_id = (await create_customer(staff))["id"]
    documents = await complete_file(staff, customer_id)
    assert await status_of(staff, customer_id) == "complete"
    await staff.delete(f"/documents/{documents[0]['id']}")
    assert await status_of(staff, customer_id) == "pending"
    await staff.post(f"/documents/{documents[0]['id']}/restore")
    assert await status_of(staff, customer_id) == "complete"
    await auditor.post(f"/documents/{documents[1]['id']}/reject", json={"reason_code": "blurred"})
    assert await status_of(staff, customer_id) == "pending"
    await create_document(staff, customer_id, REQUIRED_TYPES[1])
    assert await status_of(staff, customer_id) == "complete"
    history = (await staff.get(f"/customers/{customer_id}/history")).json()["items"]
    assert [move["action"] for move in history] == [
        "completed",
        "uncompleted",
        "completed",
        "uncompleted",
        "completed",
        "created",
    ]
    assert [move["actor"] for move in history[:-1]] == [None] * 5


async def test_required_type_named_on_return_needs_a_new_document(
    staff: AsyncClient, auditor: AsyncClient
) -> None:
    customer_id = await customer_in(CustomerStatus.REVIEWING, staff, auditor)
    await move(auditor, customer_id, CaseAction.RETURN, document_types=["id_card_front"])
    checklist = (await staff.get(f"/customers/{customer_id}/completeness")).json()
    assert checklist["missing"] == ["id_card_front"]
    (item,) = [item for item in checklist["items"] if item["type"]["code"] == "id_card_front"]
    assert item["requested"]["reason"] == "请补充"
    assert item["requested"]["by"]["display_name"] == "测试 auditor"
    assert len(item["documents"]) == 1
    await create_document(staff, customer_id, "id_card_front")
    assert await status_of(staff, customer_id) == "complete"


async def test_unknown_type_on_return_changes_nothing(staff: AsyncClient, auditor: AsyncClient) -> None:
    customer_id = await customer_in(CustomerStatus.REVIEWING, staff, auditor)
    answer = await move(auditor, customer_id, CaseAction.RETURN, document_types=["no_such_type"])
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "document_types")
    assert await status_of(staff, customer_id) == "reviewing"


async def test_file_returned_with_nothing_missing_waits_and_may_be_submitted_again(
    staff: AsyncClient, auditor: AsyncClient
) -> None:
    customer_id = await customer_in(CustomerStatus.REVIEWING, staff, auditor)
    assert (await move(auditor, customer_id, CaseAction.RETURN)).json()["status"] == "pending"
    assert "submit" in (await staff.get(f"/customers/{customer_id}")).json()["can"]
    assert (await move(staff, customer_id, CaseAction.SUBMIT)).json()["status"] == "reviewing"


async def test_archived_customer_does_not_move(staff: AsyncClient, auditor: AsyncClient) -> None:
    customer_id = await customer_in(CustomerStatus.COMPLETE, staff, auditor)
    await staff.delete(f"/customers/{customer_id}")
    answer = await move(staff, customer_id, CaseAction.SUBMIT)
    assert (answer.status_code, answer.json()["code"]) == (409, "customer.archived")


@pytest.mark.parametrize("action", [CaseAction.REJECT, CaseAction.RETURN, CaseAction.REOPEN])
async def test_a_reason_is_needed(action: CaseAction, auditor: AsyncClient, staff: AsyncClient) -> None:
    customer_id = (await create_customer(staff))["id"]
    for reason in (None, "", "   "):
        answer = await auditor.post(f"/customers/{customer_id}/{action}", json={"reason": reason})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")


async def test_of_two_decisions_at_the_same_moment_one_counts(
    settings: Settings, live_database: Database, tokens: dict[str, str]
) -> None:
    app = create_app(settings, live_database)
    async with client_of(app, tokens["staff"]) as staff, client_of(app, tokens["auditor"]) as auditor:
        customer_id = await customer_in(CustomerStatus.REVIEWING, staff, auditor)
        answers = await asyncio.gather(
            *(move(auditor, customer_id, CaseAction.APPROVE) for _ in range(4)),
            *(move(auditor, customer_id, CaseAction.REJECT) for _ in range(4)),
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
        history = (await staff.get(f"/customers/{customer_id}/history")).json()["items"]
        assert len([entry for entry in history if entry["action"] in {"approve", "reject"}]) == 1


async def test_uploads_at_the_same_moment_are_all_counted(
    settings: Settings, live_database: Database, tokens: dict[str, str]
) -> None:
    app = create_app(settings, live_database)
    async with client_of(app, tokens["staff"]) as staff, client_of(app, tokens["staff2"]) as staff2:
        customer_id = (await create_customer(staff))["id"]
        people = [staff, staff2] * 3
        await asyncio.gather(
            *(upload(person, customer_id, code) for person, code in zip(people, REQUIRED_TYPES, strict=False))
        )
        customer = (await staff.get(f"/customers/{customer_id}")).json()
        assert (customer["status"], customer["progress"]["uploaded"]) == ("complete", 5)
