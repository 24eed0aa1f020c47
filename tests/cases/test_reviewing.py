"""What stands beside a decision: protected values once per case, and who else has the case open."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from backend.domains.cases.service import reviewing
from backend.kit.clock import clock, now
from backend.kit.db.session import Database
from tests.audit.factories import entries_of
from tests.customers.factories import create_customer
from tests.identity.factories import user_id_of

SECRETS = {"id_number": "11010519491231002X", "bank_account": "6222021001116245702"}


async def reveal(client: AsyncClient, customer: dict[str, Any], **body: Any) -> Any:
    return await client.post(f"/customers/{customer['id']}/review/reveal", json=body)


async def attend(client: AsyncClient, customer: dict[str, Any]) -> list[str]:
    """Give a sign of life and return the names of the others."""
    response = await client.put(f"/customers/{customer['id']}/review/presence")
    assert response.status_code == 200, response.text
    return [other["person"]["display_name"] for other in response.json()["others"]]


async def test_one_question_reveals_all_and_leaves_one_entry_with_the_case(
    staff: AsyncClient, auditor: AsyncClient, database: Database
) -> None:
    customer = await create_customer(staff, **SECRETS)
    case = (await auditor.get("/cases", params={"customer_id": customer["id"]})).json()["items"][0]

    response = await reveal(auditor, customer, purpose="phone_call", note="回访")

    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert response.json() == SECRETS
    [entry] = await entries_of(database, "customer.reveal")
    assert entry.details == {
        "case_id": case["id"],
        "purpose": "phone_call",
        "reason": "回访",
        "fields": ["id_number", "bank_account"],
    }


async def test_what_the_customer_lacks_is_not_told_and_not_noted(
    staff: AsyncClient, auditor: AsyncClient, database: Database
) -> None:
    account = {"bank_account": SECRETS["bank_account"]}
    with_account, bare = await create_customer(staff, **account), await create_customer(staff)

    assert (await reveal(auditor, with_account, purpose="check_documents")).json() == {
        **account,
        "id_number": None,
    }
    assert (await reveal(auditor, bare, purpose="check_documents")).status_code == 404

    [entry] = await entries_of(database, "customer.reveal")
    assert entry.details["fields"] == ["bank_account"]


@pytest.mark.parametrize(
    "body", [{}, {"purpose": "curiosity"}, {"purpose": "other"}, {"purpose": "other", "note": " "}]
)
async def test_a_purpose_is_chosen_and_another_one_explained(
    staff: AsyncClient, auditor: AsyncClient, database: Database, body: dict[str, Any]
) -> None:
    customer = await create_customer(staff, **SECRETS)

    assert (await reveal(auditor, customer, **body)).status_code == 422

    assert await entries_of(database, "customer.reveal") == []


async def test_each_of_two_auditors_sees_that_the_other_has_the_case_open(
    staff: AsyncClient, auditor: AsyncClient, auditor2: AsyncClient
) -> None:
    customer, other = await create_customer(staff), await create_customer(staff)

    assert await attend(auditor, customer) == []
    assert await attend(auditor2, other) == []
    assert await attend(auditor2, customer) == ["测试 auditor"]
    assert await attend(auditor, customer) == ["测试 auditor2"]

    assert (await auditor.delete(f"/customers/{customer['id']}/review/presence")).status_code == 204
    assert await attend(auditor2, customer) == []


async def test_whoever_gives_no_sign_of_life_is_gone_and_comes_again_as_new(
    staff: AsyncClient, auditor: AsyncClient, auditor2: AsyncClient
) -> None:
    customer = await create_customer(staff)
    with clock.stopped(now()):
        await attend(auditor, customer)

        clock.advance(reviewing.PRESENCE + timedelta(seconds=1))
        assert await attend(auditor2, customer) == []
        later = now()
        await attend(auditor, customer)

        clock.advance(timedelta(seconds=10))
        await attend(auditor, customer)
        answer = (await auditor2.put(f"/customers/{customer['id']}/review/presence")).json()
    [seen] = answer["others"]
    assert seen["person"]["id"] == await user_id_of(auditor)
    assert datetime.fromisoformat(seen["since"]) == later
