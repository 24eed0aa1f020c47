"""The document list: search, filters, order, pages."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from backend.kit.clock import day_start
from backend.kit.db.session import Database
from tests.customers.factories import create_customer
from tests.documents.factories import add_document
from tests.identity.factories import user_id_of
from tests.query_count import statements_of


async def list_of(client: AsyncClient, **query: Any) -> dict[str, Any]:
    response = await client.get("/documents", params=query)
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page


async def names(client: AsyncClient, **query: Any) -> list[str]:
    return [document["filename"] for document in (await list_of(client, **query))["items"]]


@pytest.fixture
async def customers(staff: AsyncClient, staff2: AsyncClient, database: Database) -> list[dict[str, Any]]:
    """Two customers with five documents uploaded on five days, one of them in the trash."""
    first, second = await create_customer(staff, name="王建国"), await create_customer(staff, name="上海浦江")
    other_id = UUID(await user_id_of(staff2))
    rows: list[dict[str, Any]] = [
        {"filename": "a正面.jpg", "size": 300},
        {"filename": "b反面.jpg", "size": 100, "document_type": "id_card_back", "review_status": "accepted"},
        {"filename": "c_100%.pdf", "size": 500, "document_type": "other", "uploaded_by_id": other_id},
        {
            "filename": "d流水.pdf",
            "size": 200,
            "document_type": "bank_statement",
            "review_status": "rejected",
        },
        {"filename": "e.jpg", "size": 400, "deleted_at": day_start(date(2026, 11, 9))},
    ]
    for day, row in enumerate(rows, start=1):
        customer = second if row["filename"] == "d流水.pdf" else first
        created_at = day_start(date(2026, 11, day))
        await add_document(database, customer, **row, created_at=created_at, updated_at=created_at)
    return [first, second]


async def test_search_and_filters(
    staff: AsyncClient, staff2: AsyncClient, customers: list[dict[str, Any]]
) -> None:
    first, second = customers
    table: list[tuple[dict[str, Any], str]] = [
        ({}, "abcd"),
        ({"q": "正面"}, "a"),
        ({"q": ".JPG"}, "ab"),
        ({"q": "_100%"}, "c"),
        ({"q": "%"}, "c"),
        ({"q": "建国"}, "abc"),
        ({"q": "浦江"}, "d"),
        ({"q": second["customer_no"]}, "d"),
        ({"q": second["customer_no"].lower()}, "d"),
        ({"q": "没有"}, ""),
        ({"q": "'; DROP TABLE documents; --"}, ""),
        ({"customer_id": first["id"]}, "abc"),
        ({"customer_id": second["id"]}, "d"),
        ({"customer_id": "00000000-0000-7000-8000-000000000000"}, ""),
        ({"document_type": "other"}, "c"),
        ({"document_type": ["other", "id_card_back"]}, "bc"),
        ({"document_type": "nothing"}, ""),
        ({"review_status": "pending"}, "ac"),
        ({"review_status": ["accepted", "rejected"]}, "bd"),
        ({"uploaded_by_id": await user_id_of(staff2)}, "c"),
        ({"uploaded_from": "2026-11-03"}, "cd"),
        ({"uploaded_to": "2026-11-02"}, "ab"),
        ({"uploaded_from": "2026-11-02", "uploaded_to": "2026-11-02"}, "b"),
        ({"trashed": "true"}, "e"),
        ({"trashed": "true", "q": "建国"}, "e"),
        ({"customer_id": first["id"], "review_status": "pending", "q": "正"}, "a"),
    ]
    for query, expected in table:
        page = await list_of(staff, **query)
        assert "".join(sorted(item["filename"][0] for item in page["items"])) == expected, query
        assert page["total"] == len(expected), query


async def test_every_sort_key_works_both_ways(staff: AsyncClient, customers: list[dict[str, Any]]) -> None:
    del customers
    for key, expected in {"uploaded_at": "abcd", "filename": "abcd", "size": "bdac"}.items():
        assert "".join(name[0] for name in await names(staff, sort=key)) == expected, key
        assert "".join(name[0] for name in await names(staff, sort=f"-{key}")) == expected[::-1], key
    assert "".join(name[0] for name in await names(staff)) == "dcba"


async def test_pages_are_stable_when_all_keys_are_equal(staff: AsyncClient, database: Database) -> None:
    customer = await create_customer(staff)
    at = day_start(date(2026, 11, 1)) + timedelta(hours=1)
    for _ in range(10):
        await add_document(database, customer, created_at=at, updated_at=at)

    for key in ("uploaded_at", "filename", "-size"):
        pages = [await list_of(staff, sort=key, limit=4, page=page) for page in (1, 2, 3, 4)]
        assert [len(page["items"]) for page in pages] == [4, 4, 2, 0]
        assert {page["total"] for page in pages} == {10}
        assert len({item["id"] for page in pages for item in page["items"]}) == 10


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "101"},
        {"limit": "0"},
        {"page": "0"},
        {"sort": "sha256"},
        {"review_status": "good"},
        {"customer_id": "x"},
        {"uploaded_by_id": "x"},
        {"uploaded_from": "x"},
        {"uploaded_from": "0001-01-01"},
        {"uploaded_to": "9999-12-31"},
        {"trashed": "x"},
        {"q": "x" * 101},
        {"type": "other"},
    ],
    ids=json.dumps,
)
async def test_a_wrong_or_unknown_parameter_is_refused(staff: AsyncClient, query: dict[str, str]) -> None:
    response = await staff.get("/documents", params=query)

    assert response.status_code == 422
    assert [error["field"].partition(".")[0] for error in response.json()["errors"]] == list(query)


async def test_text_that_cannot_be_stored_is_refused(staff: AsyncClient) -> None:
    assert (await staff.get("/documents", params={"q": "a\x00"})).status_code == 422


async def test_the_list_takes_the_same_statements_for_any_number_of_rows(
    staff: AsyncClient, database: Database
) -> None:
    customer = await create_customer(staff)
    for _ in range(30):
        await add_document(database, customer)

    for limit in (1, 20):
        with statements_of(database) as statements:
            assert len((await list_of(staff, limit=limit))["items"]) == limit
        assert len(statements) == len(["who asks", "the rows", "the total"])
    with statements_of(database) as statements:
        await staff.get(f"/customers/{customer['id']}/completeness")
    assert len(statements) == len(
        [
            "who asks",
            "the case and its customer",
            "what was asked for anew",
            "what was added or waived",
            "the sets",
            "the types",
            "the documents as far as they count",
            "the documents as they are shown",
        ]
    )
