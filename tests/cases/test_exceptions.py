"""Items added to one case, or waived for it."""

from httpx import AsyncClient

from backend.kit.db.session import Database
from tests.audit.factories import entries_of
from tests.cases.factories import ask_for, checklist, move, open_case, read
from tests.customers.factories import create_customer
from tests.documents.factories import REQUIRED_TYPES, create_document


def path(customer: dict[str, str], document_type: str) -> str:
    return f"/customers/{customer['id']}/requirements/{document_type}"


async def test_a_waived_item_completes_the_case_and_says_by_whom_and_why(
    staff: AsyncClient, auditor: AsyncClient, database: Database
) -> None:
    customer = await create_customer(staff)
    for code in REQUIRED_TYPES[:-1]:
        await create_document(staff, customer["id"], code)

    body = {"kind": "waive", "reason": "央行系统维护，已电话核实"}
    answer = await auditor.put(path(customer, REQUIRED_TYPES[-1]), json=body)

    assert answer.status_code == 200, answer.text
    item = (await checklist(staff, customer))["items"][REQUIRED_TYPES[-1]]
    assert (item["required"], item["exception"]["reason"]) == (False, body["reason"])
    assert item["exception"]["by"]["display_name"] == "测试 auditor"
    assert (await read(staff, customer))["status"] == "complete"
    [entry] = await entries_of(database, "case.waive_item")
    assert entry.details == {"document_type": REQUIRED_TYPES[-1], "reason": body["reason"]}

    assert (await auditor.delete(path(customer, REQUIRED_TYPES[-1]))).status_code == 200

    assert (await read(staff, customer))["status"] == "pending"
    assert (await checklist(staff, customer))["missing"] == [REQUIRED_TYPES[-1]]


async def test_an_added_item_is_needed_though_no_set_asks_for_it(
    staff: AsyncClient, auditor: AsyncClient
) -> None:
    customer = await create_customer(staff)

    await auditor.put(path(customer, "tax_certificate"), json={"kind": "add", "reason": "收入较高"})

    item = (await checklist(staff, customer))["items"]["tax_certificate"]
    assert (item["required"], item["lack"]["code"]) == (True, "missing")
    await create_document(staff, customer["id"], "tax_certificate")
    assert "tax_certificate" not in (await checklist(staff, customer))["missing"]


async def test_it_counts_under_review_too_and_no_more_after_the_decision(
    staff: AsyncClient, auditor: AsyncClient, database: Database
) -> None:
    customer = await open_case(staff, database, "complete")
    await move(staff, customer, "submit")

    added = await auditor.put(path(customer, "other"), json={"kind": "add", "reason": "缺联系方式"})

    assert [lack["document_type"] for lack in added.json()["missing"]] == ["other"]
    await auditor.put(path(customer, "other"), json={"kind": "waive", "reason": "已补充"})
    assert (await move(auditor, customer, "approve")).status_code == 200
    late = await auditor.put(path(customer, "other"), json={"kind": "add", "reason": "x"})
    assert (late.status_code, late.json()["code"]) == (409, "case.decided")


async def test_only_a_type_in_use_is_added(staff: AsyncClient, auditor: AsyncClient) -> None:
    customer = await create_customer(staff)

    refused = await auditor.put(path(customer, "no_such_type"), json={"kind": "add", "reason": "x"})

    assert (refused.status_code, refused.json()["code"]) == (422, "document.unknown_type")


async def test_what_a_case_was_submitted_with_counts_until_it_comes_back(
    admin: AsyncClient, staff: AsyncClient, auditor: AsyncClient, database: Database
) -> None:
    customer = await open_case(staff, database, "complete")
    await move(staff, customer, "submit")
    await ask_for(admin, "person", "property_proof")

    assert (await checklist(auditor, customer))["missing"] == []
    await move(auditor, customer, "return", reason="请核对")
    assert (await checklist(auditor, customer))["missing"] == ["property_proof"]


async def test_a_married_customer_supplies_the_certificate(staff: AsyncClient) -> None:
    customer = await create_customer(staff, marital_status="married")
    assert "marriage_certificate" in (await checklist(staff, customer))["missing"]

    body = {"name": customer["name"], "phone": customer["phone"], "marital_status": "single"}
    headers = {"If-Match": f'"{customer["version"]}"'}
    changed = await staff.put(f"/customers/{customer['id']}", json=body, headers=headers)

    assert changed.status_code == 200, changed.text
    assert (await read(staff, customer))["progress"]["required"] == len(REQUIRED_TYPES)
    assert "marriage_certificate" not in (await checklist(staff, customer))["items"]


async def test_a_company_supplies_its_own_papers(staff: AsyncClient) -> None:
    company = await create_customer(staff, kind="company", name="上海浦江科技有限公司", phone=None)

    found = await checklist(staff, company)

    assert {"business_license", "articles_of_association", "corporate_statement"} <= set(found["missing"])
    assert not {"marriage_certificate", "household_register"} & found["items"].keys()
    assert found["items"]["capital_verification"]["groups"] == ["出资证明"]
