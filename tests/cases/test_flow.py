"""The main job: a case fills up, is submitted, judged and decided."""

from httpx import AsyncClient

from tests.customers.factories import create_customer
from tests.documents.factories import REQUIRED_TYPES, complete_case, create_document


async def test_file_fills_up_and_is_approved(staff: AsyncClient, auditor: AsyncClient) -> None:
    customer = await create_customer(staff)
    assert customer["status"] == "pending"
    assert customer["progress"] == {
        "required": 5,
        "uploaded": 0,
        "accepted": 0,
        "uploaded_pct": 0,
        "accepted_pct": 0,
    }
    path = f"/customers/{customer['id']}"
    documents = await complete_case(staff, customer["id"])
    complete = (await staff.get(path)).json()
    assert complete["status"] == "complete"
    assert complete["progress"]["uploaded_pct"] == 100
    assert (await staff.post(f"{path}/submit")).json()["status"] == "reviewing"

    early = await auditor.post(f"{path}/approve")
    assert early.status_code == 409
    assert early.json()["code"] == "case.not_all_accepted"
    assert early.json()["document_types"] == list(REQUIRED_TYPES)

    for document in documents:
        accepted = await auditor.post(f"/documents/{document['id']}/accept")
        assert accepted.json()["review_status"] == "accepted"
    approved = await auditor.post(f"{path}/approve", json={"comment": "资料齐全"})
    assert approved.json()["status"] == "approved"
    assert approved.json()["progress"]["accepted_pct"] == 100
    history = (await staff.get(f"{path}/history")).json()["items"]
    assert [move["action"] for move in history] == ["approve", "submit", "completed", "created"]
    assert history[0]["reason"] == "资料齐全"
    assert history[0]["actor"]["display_name"] == "测试 auditor"


async def test_returned_file_needs_the_named_type_anew(staff: AsyncClient, auditor: AsyncClient) -> None:
    customer = await create_customer(staff)
    path = f"/customers/{customer['id']}"
    await complete_case(staff, customer["id"])
    await staff.post(f"{path}/submit")
    returned = await auditor.post(
        f"{path}/return", json={"reason": "请补充房产证明", "document_types": ["property_proof"]}
    )
    assert returned.json()["status"] == "returned"
    checklist = (await staff.get(f"{path}/completeness")).json()
    assert [lack["document_type"] for lack in checklist["missing"]] == ["property_proof"]
    assert checklist["required"] == 6
    await create_document(staff, customer["id"], "property_proof")
    assert (await staff.get(path)).json()["status"] == "complete"
    assert (await staff.post(f"{path}/submit")).json()["status"] == "reviewing"
