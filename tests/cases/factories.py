"""Make cases in any status, and move them."""

import json
from collections.abc import Sequence
from typing import Any

from httpx import AsyncClient, Response
from sqlalchemy import text

from backend.jobs import HANDLERS
from backend.kit.db.session import Database
from backend.kit.jobs import JobRun
from tests.customers.factories import create_customer, set_columns
from tests.documents.factories import REQUIRED_TYPES, add_document, recount

BODIES: dict[str, dict[str, Any] | None] = {
    "submit": None,
    "approve": {"comment": "资料齐全"},
    "reject": {"reason": "资料不实"},
    "return": {"reason": "请补充"},
    "reopen": {"reason": "复核"},
}


async def open_case(
    client: AsyncClient,
    database: Database,
    status: str = "pending",
    *,
    judged: str | None = "accepted",
    **columns: Any,
) -> dict[str, Any]:
    """Open a customer whose case stands in ``status``.

    Its five required documents have the judgement ``judged`` (``None``: there are none) and were uploaded by whoever
    opened it.
    """
    customer = await create_customer(client)
    if judged is not None:
        for code in REQUIRED_TYPES:
            await add_document(database, customer, code, review_status=judged)
        await recount(database, customer["id"])
    await set_columns(database, customer["id"], status=status, **columns)
    return await read(client, customer)


async def read(client: AsyncClient, customer: dict[str, Any]) -> dict[str, Any]:
    """Fetch the customer as it is now."""
    current: dict[str, Any] = (await client.get(f"/customers/{customer['id']}")).json()
    return current


async def case_of(client: AsyncClient, customer: dict[str, Any]) -> dict[str, Any]:
    """Fetch the customer's only case."""
    page = (await client.get("/cases", params={"customer_id": customer["id"], "archived": True})).json()
    assert page["total"] == 1
    case: dict[str, Any] = page["items"][0]
    return case


async def move(client: AsyncClient, customer: dict[str, Any], action: str, **body: Any) -> Response:
    """Send one of the five actions, with a body that is right unless another is given."""
    return await client.post(f"/customers/{customer['id']}/{action}", json=body or BODIES[action])


async def checklist(client: AsyncClient, customer: dict[str, Any]) -> dict[str, Any]:
    """Fetch the completeness; its items by type code, and of what is missing the type codes."""
    answer = (await client.get(f"/customers/{customer['id']}/completeness")).json()
    return {
        **answer,
        "items": {item["type"]["code"]: item for item in answer["items"]},
        "missing": [lack["document_type"] for lack in answer["missing"]],
    }


async def ask_for(admin: AsyncClient, code: str, document_type: str, **item: Any) -> Response:
    """Let a requirement set ask for a document type, in place of what it says of it so far."""
    found = (await admin.get(f"/requirement-sets/{code}")).json()
    items = [known for known in found["items"] if known["document_type"] != document_type]
    if item.get("need") != "none":
        items.append({"document_type": document_type, **item})
    body = {name: found[name] for name in ("name_zh", "name_en", "kinds", "products", "is_active")}
    headers = {"If-Match": f'"{found["version"]}"'}
    response = await admin.put(f"/requirement-sets/{code}", json={**body, "items": items}, headers=headers)
    assert response.status_code == 200, response.text
    return response


async def history(client: AsyncClient, customer: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    """Fetch the case's moves, newest first."""
    response = await client.get(f"/customers/{customer['id']}/history", params=query)
    moves: list[dict[str, Any]] = response.json()["items"]
    return moves


async def documents_of(client: AsyncClient, customer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Fetch the case's documents by type code."""
    page = (await client.get("/documents", params={"customer_id": customer["id"], "limit": 100})).json()
    return {document["document_type"]: document for document in page["items"]}


async def run_recount(database: Database) -> None:
    """Run the jobs that follow a change of document types, and those they leave behind them."""
    payloads: Sequence[bytes] = [b"{}"]
    while payloads:
        for payload in payloads:
            await HANDLERS["cases.recount"](database, JobRun(json.loads(payload), is_last_try=False))
        payloads = await _take_queued(database, "cases.recount")


async def _take_queued(database: Database, name: str) -> Sequence[bytes]:
    statement = text("DELETE FROM pgqueuer WHERE entrypoint = :name RETURNING payload")
    async with database.transaction() as session:
        return (await session.scalars(statement, {"name": name})).all()
