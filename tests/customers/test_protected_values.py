"""ID numbers and bank accounts: masked everywhere, encrypted at rest, revealed with a reason."""

import logging
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from backend.domains.audit.repository import AuditRepository
from backend.kit.db.session import Database
from backend.models import Base
from tests.audit.factories import entries_of
from tests.customers.factories import create_customer, person
from tests.documents.factories import create_document
from tests.identity.factories import user_id_of

ID_NUMBER = "11010519491231002X"
BANK_ACCOUNT = "6222021234567890123"
CANARIES = (ID_NUMBER, ID_NUMBER.lower(), ID_NUMBER[6:17], BANK_ACCOUNT, BANK_ACCOUNT[4:15])


def clear_values_in(text_: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text_]


async def dump(database: Database) -> str:
    """Return every row of every table as text."""
    lines: list[str] = []
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            rows = await session.scalars(text(f'SELECT row::text FROM "{table.name}" AS row'))  # noqa: S608 - our own tables
            lines += [str(row) for row in rows]
    return "\n".join(lines)


async def test_no_answer_row_or_log_line_holds_a_clear_value(
    staff: AsyncClient,
    auditor: AsyncClient,
    admin: AsyncClient,
    database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    body = person(id_number=ID_NUMBER, bank_account=BANK_ACCOUNT, bank_name="中国银行")
    created = await staff.post("/customers", json=body, headers={"Idempotency-Key": "canary"})
    customer = created.json()
    path = f"/customers/{customer['id']}"
    document = await create_document(staff, customer["id"])

    answers = [
        created,
        await staff.post("/customers", json=body, headers={"Idempotency-Key": "canary"}),
        await staff.post("/customers", json=body),
        await staff.post("/customers", json={**body, "id_number": ID_NUMBER[:-1] + "1"}),
        await staff.get("/customers"),
        await staff.get("/customers", params={"q": "002X"}),
        await admin.get(path),
        await auditor.get(path),
        await staff.put(path, json={"name": "张伟", "id_number": ID_NUMBER}, headers={"If-Match": '"1"'}),
        await staff.put(path, json={"name": "张伟"}, headers={"If-Match": '"1"'}),
        await staff.get(f"{path}/completeness"),
        await staff.get(f"{path}/history"),
        await staff.get("/documents"),
        await staff.get(f"/documents/{document['id']}"),
        await staff.post(f"{path}/reveal", json={"field": "id_number", "reason": "核对"}),
    ]

    for answer in answers:
        assert clear_values_in(answer.text + repr(answer.headers)) == [], answer.request.url
    assert sum(answer.text.count("110***********002X") for answer in answers) >= 6
    stored = await dump(database)
    assert customer["customer_no"] in stored
    assert clear_values_in(stored) == []
    assert clear_values_in(caplog.text) == []


async def test_not_even_the_end_of_an_id_number_stands_among_the_search_tokens(
    staff: AsyncClient, database: Database
) -> None:
    customer = await create_customer(staff, name="王芳", phone="13800138000", id_number=ID_NUMBER)

    async with database.reading() as session:
        [tokens] = (await session.scalars(text("SELECT search_tokens FROM customers"))).all()
    assert not any("02x" in token.lower() for token in tokens)
    for q in ("002X", "002x", "王芳 002x", "wf 002X"):
        found = (await staff.get("/customers", params={"q": q})).json()["items"]
        assert [item["id"] for item in found] == [customer["id"]], q
        assert (await staff.get("/cases", params={"q": q})).json()["total"] == 1, q
    assert (await staff.get("/customers", params={"q": "李 002x"})).json()["total"] == 0


async def test_the_same_value_is_encrypted_differently_each_time(
    staff: AsyncClient, database: Database
) -> None:
    for _ in range(2):
        await create_customer(staff, bank_account=BANK_ACCOUNT)

    async with database.reading() as session:
        sealed = (await session.scalars(text("SELECT bank_account_encrypted FROM customers"))).all()
    assert len(set(sealed)) == 2


@pytest.mark.parametrize(("field", "value"), [("id_number", ID_NUMBER), ("bank_account", BANK_ACCOUNT)])
async def test_revealing_is_audited_with_its_reason_and_without_the_value(
    staff: AsyncClient, auditor: AsyncClient, database: Database, field: str, value: str
) -> None:
    customer = await create_customer(staff, id_number=ID_NUMBER, bank_account=BANK_ACCOUNT)

    response = await auditor.post(
        f"/customers/{customer['id']}/reveal", json={"field": field, "reason": " 电话核对身份 "}
    )

    assert response.json() == {"field": field, "value": value}
    assert response.headers["cache-control"] == "no-store"
    [entry] = await entries_of(database, "customer.reveal")
    assert entry.details == {"field": field, "reason": "电话核对身份"}
    assert (str(entry.actor_id), entry.target_label) == (await user_id_of(auditor), customer["customer_no"])


async def test_nothing_is_revealed_that_could_not_be_audited(
    staff: AsyncClient, auditor: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await create_customer(staff, id_number=ID_NUMBER)

    async def fail(_self: AuditRepository, _rows: Any) -> None:
        raise OSError

    monkeypatch.setattr(AuditRepository, "append", fail)

    response = await auditor.post(
        f"/customers/{customer['id']}/reveal", json={"field": "id_number", "reason": "核对"}
    )

    assert response.status_code == 500
    assert clear_values_in(response.text) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"field": "id_number"}, "reason"),
        ({"field": "id_number", "reason": ""}, "reason"),
        ({"field": "id_number", "reason": "  "}, "reason"),
        ({"field": "id_number", "reason": "x" * 501}, "reason"),
        ({"field": "password_hash", "reason": "核对"}, "field"),
        ({"reason": "核对"}, "field"),
    ],
)
async def test_revealing_takes_a_known_field_and_a_reason(
    staff: AsyncClient, auditor: AsyncClient, database: Database, body: dict[str, str], field: str
) -> None:
    customer = await create_customer(staff, id_number=ID_NUMBER)

    response = await auditor.post(f"/customers/{customer['id']}/reveal", json=body)

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert await entries_of(database, "customer.reveal") == []


async def test_revealing_needs_its_own_permission(staff: AsyncClient, auditor: AsyncClient) -> None:
    customer = await create_customer(staff, id_number=ID_NUMBER)
    path = f"/customers/{customer['id']}"

    refused = await staff.post(f"{path}/reveal", json={"field": "id_number", "reason": "核对"})

    assert (refused.status_code, refused.json()["permission"]) == (403, "customers:reveal")
    assert "reveal" not in (await staff.get(path)).json()["can"]
    assert "reveal" in (await auditor.get(path)).json()["can"]


async def test_an_empty_field_has_nothing_to_reveal(staff: AsyncClient, auditor: AsyncClient) -> None:
    customer = await create_customer(staff)
    path = f"/customers/{customer['id']}"

    response = await auditor.post(f"{path}/reveal", json={"field": "bank_account", "reason": "核对"})

    assert (response.status_code, response.json()["code"]) == (404, "customer.nothing_to_reveal")
    assert "reveal" not in (await auditor.get(path)).json()["can"]
