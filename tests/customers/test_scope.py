"""The second gate: people whose role reaches their own customers only."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from backend.config import Settings
from backend.kit.auth import Scope
from backend.kit.db.session import Database
from backend.permissions import PERMISSIONS
from tests.conftest import client_of
from tests.customers.factories import create_customer, id_number, person, set_columns
from tests.documents.factories import create_document
from tests.identity.factories import open_account_with, user_id_of
from tests.routes import Route, api_routes, call

OpenAs = Callable[[dict[str, Scope]], Any]


@pytest.fixture
async def owner(app: FastAPI, database: Database, settings: Settings) -> AsyncIterator[AsyncClient]:
    """Somebody who may do everything, but with their own customers only."""
    grants: dict[str, Scope] = dict.fromkeys(PERMISSIONS, Scope.OWN)
    async with client_of(app, await open_account_with(database, settings, "owner", grants)) as client:
        yield client


def routes_of_objects(app: FastAPI) -> list[Route]:
    ids = ("{customer_id}", "{document_id}", "{case_id}")
    by_id = [route for route in api_routes(app) if any(name in route.path for name in ids)]
    uploads = [route for route in api_routes(app) if route.path.endswith("upload")]
    assert (len(by_id), len(uploads)) == (38, 2)
    return by_id + uploads


async def test_a_foreign_customer_and_its_documents_do_not_exist(
    app: FastAPI, owner: AsyncClient, staff: AsyncClient
) -> None:
    customer = await create_customer(staff, id_number=id_number())
    document = await create_document(staff, customer["id"])
    case = (await staff.get("/cases", params={"customer_id": customer["id"]})).json()["items"][0]

    for route in routes_of_objects(app):
        response = await call(
            owner,
            route,
            customer_id=customer["id"],
            document_id=document["id"],
            case_id=case["id"],
            fact="name",
        )
        assert response.status_code == 404, (str(route), response.text)
        assert response.json()["code"] == "resource.not_found", str(route)
        assert customer["name"] not in response.text

    after = (await staff.get(f"/customers/{customer['id']}")).json()
    assert {**after, "progress": None, "updated_at": None} == {
        **customer,
        "progress": None,
        "updated_at": None,
    }


async def test_lists_and_counts_hold_the_own_customers_only(owner: AsyncClient, staff: AsyncClient) -> None:
    foreign = await create_customer(staff, name="外人")
    await create_document(staff, foreign["id"])
    own = await create_customer(owner, name="自己")
    managed = await create_customer(staff, name="负责", manager_id=await user_id_of(owner))
    for customer in (own, managed):
        await create_document(owner, customer["id"])

    listed = (await owner.get("/customers")).json()
    assert {item["id"] for item in listed["items"]} == {own["id"], managed["id"]}
    assert listed["total"] == 2
    assert (await owner.get("/customers/status-counts")).json()["total"] == 2
    cases = (await owner.get("/cases")).json()["items"]
    assert {item["customer"]["id"] for item in cases} == {own["id"], managed["id"]}
    assert (await owner.get("/cases", params={"q": "外人"})).json()["total"] == 0
    assert (await owner.get("/customers", params={"q": "外人"})).json()["total"] == 0
    documents = (await owner.get("/documents")).json()
    assert {item["customer_id"] for item in documents["items"]} == {own["id"], managed["id"]}
    assert (await owner.get("/documents", params={"q": foreign["customer_no"]})).json()["total"] == 0
    assert (await owner.get("/documents", params={"customer_id": foreign["id"]})).json()["total"] == 0


async def test_a_customer_given_over_to_another_manager_is_gone(
    owner: AsyncClient, staff: AsyncClient
) -> None:
    customer = await create_customer(staff, manager_id=await user_id_of(owner))
    path = f"/customers/{customer['id']}"
    assert (await owner.get(path)).status_code == 200

    await staff.put(path, json={"name": "张伟"}, headers={"If-Match": '"1"'})

    assert (await owner.get(path)).status_code == 404


async def test_a_duplicate_of_an_unseen_customer_names_its_number_only(
    owner: AsyncClient, staff: AsyncClient
) -> None:
    body = person(name="机密", id_number=id_number())
    customer = await create_customer(staff, **body)

    response = await owner.post("/customers", json={**body, "name": "张伟"})

    assert response.status_code == 409
    assert response.json()["existing_customer_no"] == customer["customer_no"]
    assert "机密" not in response.text
    assert customer["id"] not in response.text


READ_ALL = {"customers:read": Scope.ALL, "documents:read": Scope.ALL}
# What each permission with the reach `own` lets somebody do with a customer that they see but do not own.
SEEN_BUT_FORBIDDEN = [
    ("customers:write", "PUT /customers/{customer_id}"),
    ("customers:archive", "DELETE /customers/{customer_id}"),
    ("customers:archive", "POST /customers/{customer_id}/restore"),
    ("customers:reveal", "POST /customers/{customer_id}/reveal"),
    ("documents:upload", "POST /documents/upload"),
    ("documents:delete", "DELETE /documents/{document_id}"),
    ("documents:delete", "POST /documents/{document_id}/restore"),
    ("documents:review", "POST /documents/{document_id}/accept"),
    ("documents:review", "POST /documents/{document_id}/reject"),
    ("cases:submit", "POST /customers/{customer_id}/submit"),
    ("cases:review", "POST /customers/{customer_id}/approve"),
    ("cases:review", "POST /customers/{customer_id}/reject"),
    ("cases:review", "POST /customers/{customer_id}/return"),
    ("cases:reopen", "POST /customers/{customer_id}/reopen"),
    ("cases:submit", "POST /cases/{case_id}/submit"),
    ("cases:review", "POST /cases/{case_id}/approve"),
    ("cases:review", "POST /cases/{case_id}/reject"),
    ("cases:review", "POST /cases/{case_id}/return"),
    ("cases:reopen", "POST /cases/{case_id}/reopen"),
]


@pytest.mark.parametrize(("permission", "name"), SEEN_BUT_FORBIDDEN)
async def test_a_permission_for_own_customers_does_not_reach_others_that_are_seen(
    app: FastAPI,
    database: Database,
    settings: Settings,
    staff: AsyncClient,
    *,
    permission: str,
    name: str,
) -> None:
    customer = await create_customer(staff, id_number=id_number())
    document = await create_document(staff, customer["id"])
    action = name.rpartition("/")[2]
    status = {"submit": "complete", "reopen": "approved"}.get(action)
    status = status or ("reviewing" if permission == "cases:review" else "pending")
    await set_columns(database, customer["id"], status=status)
    token = await open_account_with(database, settings, "reader", {**READ_ALL, permission: Scope.OWN})
    route = next(route for route in api_routes(app) if str(route) == name)

    case = (await staff.get("/cases", params={"customer_id": customer["id"]})).json()["items"][0]
    async with client_of(app, token) as reader:
        response = await call(
            reader, route, customer_id=customer["id"], document_id=document["id"], case_id=case["id"]
        )
        offered = (await reader.get(f"/customers/{customer['id']}")).json()["can"]
        offered += (await reader.get(f"/documents/{document['id']}")).json()["can"]
        offered += (await reader.get(f"/cases/{case['id']}")).json()["can"]

    assert (response.status_code, response.json()["code"]) == (403, "auth.forbidden"), response.text
    assert response.json()["permission"] == permission
    assert offered == []


async def test_documents_are_seen_as_far_as_both_permissions_reach(
    app: FastAPI, database: Database, settings: Settings, staff: AsyncClient
) -> None:
    customer = await create_customer(staff)
    document = await create_document(staff, customer["id"])
    grants = {"customers:read": Scope.ALL, "documents:read": Scope.OWN}

    async with client_of(app, await open_account_with(database, settings, "reader", grants)) as reader:
        assert (await reader.get(f"/customers/{customer['id']}")).status_code == 200
        assert (await reader.get(f"/documents/{document['id']}")).status_code == 404
        assert (await reader.get("/documents")).json()["total"] == 0
        checklist = (await reader.get(f"/customers/{customer['id']}/completeness")).json()

    assert checklist["uploaded"] == 1
    assert all(item["documents"] == [] for item in checklist["items"])
