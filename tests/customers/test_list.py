"""The customer list and its counts: search, filters, order, pages."""

import json
from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient

from backend.domains.customers.projection import CaseStatus
from backend.kit.clock import day_start
from backend.kit.db.session import Database
from tests.customers.factories import company, create_customer, multiply, set_columns
from tests.identity.factories import user_id_of
from tests.query_count import statements_of

ID_NUMBER = "11010519491231002X"
CREDIT_CODE = "91350100M000100Y43"

Query = dict[str, Any]


async def list_of(client: AsyncClient, **query: Any) -> dict[str, Any]:
    response = await client.get("/customers", params=query)
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page


async def names(client: AsyncClient, **query: Any) -> list[str]:
    return [customer["name"] for customer in (await list_of(client, **query))["items"]]


async def test_search_finds_by_name_pinyin_and_numbers(staff: AsyncClient) -> None:
    wang = await create_customer(staff, name="王建国", phone="13912345678", id_number=ID_NUMBER)
    await create_customer(staff, name="单雄信", phone="13800001111")
    await create_customer(staff, name="欧阳娜娜", phone=None, landline="021-61234567-801")
    body = company(name="上海浦江科技有限公司", unified_social_credit_code=CREDIT_CODE)
    await create_customer(staff, **body, phone=None)
    number = wang["customer_no"]

    for q, expected in {
        "王": ["王建国"],
        "建国": ["王建国"],
        "王建国": ["王建国"],
        "王国": [],
        "建国王": [],
        "浦江科技": ["上海浦江科技有限公司"],
        "海浦江科技有限公": ["上海浦江科技有限公司"],
        "浦江 科技": ["上海浦江科技有限公司"],
        "浦江食品": [],
        "wangjianguo": ["王建国"],
        "Wang Jian Guo": ["王建国"],
        "wjg": ["王建国"],
        "WJG": ["王建国"],
        "jianguo": ["王建国"],
        "shan": ["单雄信", "上海浦江科技有限公司"],
        "sxx": ["单雄信"],
        "danxx": ["单雄信"],
        "oynn": ["欧阳娜娜"],
        "ouyang": ["欧阳娜娜"],
        "shpj": ["上海浦江科技有限公司"],
        "5678": ["王建国"],
        "13912345678": ["王建国"],
        "139 1234 5678": ["王建国"],
        "+8613912345678": ["王建国"],
        "4567": ["欧阳娜娜"],
        "02161234567": ["欧阳娜娜"],
        "002X": ["王建国"],
        "002x": ["王建国"],
        ID_NUMBER: ["王建国"],
        "110105491231002": ["王建国"],
        "1101054912310": [],
        number: ["王建国"],
        number.lower(): ["王建国"],
        CREDIT_CODE: ["上海浦江科技有限公司"],
        "王 5678": ["王建国"],
        "王 1111": [],
        "%": [],
        "_": [],
        "没有这个客户": [],
        "   ": ["上海浦江科技有限公司", "欧阳娜娜", "单雄信", "王建国"],
        "": ["上海浦江科技有限公司", "欧阳娜娜", "单雄信", "王建国"],
    }.items():
        assert sorted(await names(staff, q=q)) == sorted(expected), q
        counts = (await staff.get("/customers/status-counts", params={"q": q})).json()
        assert counts["total"] == len(expected), q


async def test_every_filter_narrows_list_and_counts(
    staff: AsyncClient, staff2: AsyncClient, database: Database
) -> None:
    staff_id, staff2_id = await user_id_of(staff), await user_id_of(staff2)
    rows: list[tuple[AsyncClient, dict[str, Any], CaseStatus]] = [
        (staff, {"name": "甲", "area": "上海市浦东新区", "level": "major"}, CaseStatus.PENDING),
        (staff, {"name": "乙", "area": "上海市徐汇区", "manager_id": staff2_id}, CaseStatus.COMPLETE),
        (staff2, {"name": "丙", "area": "北京市", "level": "ordinary"}, CaseStatus.APPROVED),
        (staff2, {"name": "丁", "kind": "company", "level": "partner"}, CaseStatus.REJECTED),
        (staff, {"name": "戊", "area": "上%市", "manager_id": staff_id}, CaseStatus.REVIEWING),
        (staff, {"name": "己"}, CaseStatus.PENDING),
    ]
    for day, (client, fields, status) in enumerate(rows, start=1):
        customer = await create_customer(client, **fields)
        # Midnight in Shanghai belongs to the day that begins.
        await set_columns(database, customer["id"], status=status, created_at=day_start(date(2026, 11, day)))
    await staff.delete(f"/customers/{customer['id']}")

    table: list[tuple[Query, str]] = [
        ({}, "甲乙丙丁戊"),
        ({"kind": "person"}, "甲乙丙戊"),
        ({"kind": "company"}, "丁"),
        ({"level": "major"}, "甲"),
        ({"level": ["major", "partner"]}, "甲丁"),
        ({"area": "上海"}, "甲乙"),
        ({"area": "上海市浦东"}, "甲"),
        ({"area": "海"}, ""),
        ({"area": "上%"}, "戊"),
        ({"manager_id": staff2_id}, "乙"),
        ({"created_by_id": staff2_id}, "丙丁"),
        ({"created_from": "2026-11-03"}, "丙丁戊"),
        ({"created_to": "2026-11-02"}, "甲乙"),
        ({"created_from": "2026-11-02", "created_to": "2026-11-02"}, "乙"),
        ({"created_from": "2026-11-05", "created_to": "2026-11-01"}, ""),
        ({"archived": "true"}, "己"),
        ({"archived": "false"}, "甲乙丙丁戊"),
        ({"kind": "person", "area": "上海", "level": "major"}, "甲"),
        ({"q": "乙", "kind": "company"}, ""),
    ]
    for query, expected in table:
        page = await list_of(staff, **query)
        assert sorted(item["name"] for item in page["items"]) == sorted(expected), query
        assert page["total"] == len(expected), query
        counts = (await staff.get("/customers/status-counts", params=query)).json()
        by_status = {
            status.value: (await list_of(staff, **query, status=status))["total"] for status in CaseStatus
        }
        assert counts == {**by_status, "total": page["total"], "is_estimate": False}, query
    assert sorted(await names(staff, status=["complete", "rejected"])) == sorted("乙丁")


async def test_every_sort_key_works_both_ways(staff: AsyncClient, database: Database) -> None:
    rows = {
        "阿木": (CaseStatus.REVIEWING, 3),
        "曾国藩": (CaseStatus.PENDING, 1),
        "单雄信": (CaseStatus.APPROVED, 5),
        "Bob": (CaseStatus.COMPLETE, 2),
        "重阳": (CaseStatus.REJECTED, 0),
    }
    for name, (status, uploaded) in rows.items():
        customer = await create_customer(staff, name=name)
        await set_columns(database, customer["id"], status=status, uploaded_count=uploaded)
    created = list(rows)
    expected = {
        "created_at": created,
        "updated_at": created,
        "customer_no": created,
        "name": ["阿木", "Bob", "重阳", "单雄信", "曾国藩"],
        "status": ["单雄信", "Bob", "曾国藩", "重阳", "阿木"],
        "uploaded_pct": ["重阳", "曾国藩", "Bob", "阿木", "单雄信"],
    }

    for key, ascending in expected.items():
        assert await names(staff, sort=key) == ascending, key
        assert await names(staff, sort=f"-{key}") == ascending[::-1], key
    assert await names(staff) == created[::-1]


async def test_a_second_sort_key_orders_what_the_first_leaves_equal(
    staff: AsyncClient, database: Database
) -> None:
    for name, status in [("乙", "pending"), ("甲", "pending"), ("丙", "complete")]:
        customer = await create_customer(staff, name=name)
        await set_columns(database, customer["id"], status=status)

    assert await names(staff, sort=["status", "name"]) == ["丙", "甲", "乙"]
    assert await names(staff, sort=["-status", "-name"]) == ["乙", "甲", "丙"]


@pytest.mark.parametrize("key", ["created_at", "name", "status", "-uploaded_pct"])
async def test_pages_are_stable_when_all_keys_are_equal(
    staff: AsyncClient, database: Database, key: str
) -> None:
    customer = await create_customer(staff)
    await multiply(database, customer["id"], 24)

    pages = [await list_of(staff, sort=key, limit=7, page=page) for page in range(1, 6)]

    assert [len(page["items"]) for page in pages] == [7, 7, 7, 4, 0]
    assert {page["total"] for page in pages} == {25}
    ids = [item["id"] for page in pages for item in page["items"]]
    assert len(set(ids)) == 25
    assert ids == [item["id"] for item in (await list_of(staff, sort=key, limit=100))["items"]]


async def test_a_deep_page_is_the_same_slice_of_the_same_order(
    staff: AsyncClient, database: Database
) -> None:
    customer = await create_customer(staff)
    await multiply(database, customer["id"], 1_150)
    expected = [
        item["customer_no"]
        for page in range(1, 13)
        for item in (await list_of(staff, sort="-customer_no", limit=100, page=page))["items"]
    ]

    assert len(expected) == 1_151
    assert expected == sorted(expected, reverse=True)
    for page in (100, 101, 115, 116, 117):
        deep = await list_of(staff, sort="-customer_no", limit=10, page=page)
        assert [item["customer_no"] for item in deep["items"]] == expected[(page - 1) * 10 : page * 10]
        assert deep["total"] == 1_151


async def test_totals_are_exact_up_to_a_limit(staff: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("backend.kit.db.repository", "backend.kit.listing"):
        monkeypatch.setattr(f"{module}.EXACT_TOTAL_LIMIT", 2)
    await create_customer(staff)
    await create_customer(staff)
    exact = await list_of(staff, limit=1)
    assert (exact["total"], exact["total_is_estimate"]) == (2, False)

    await create_customer(staff)

    more = await list_of(staff, limit=1)
    assert (more["total"], more["total_is_estimate"]) == (2, True)
    counts = (await staff.get("/customers/status-counts")).json()
    assert counts["total"] == 3


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "101"},
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "all"},
        {"page": "0"},
        {"page": "1000001"},
        {"sort": "phone"},
        {"sort": "--name"},
        {"sort": "name desc"},
        {"status": "closed"},
        {"kind": "robot"},
        {"level": "大客户"},
        {"manager_id": "staff"},
        {"created_from": "yesterday"},
        {"created_from": "0001-01-01"},
        {"created_to": "9999-12-31"},
        {"archived": "perhaps"},
        {"q": "x" * 101},
        {"id_number": ID_NUMBER},
        {"stauts": "pending"},
        {"Q": "张"},
    ],
    ids=json.dumps,
)
async def test_a_wrong_or_unknown_parameter_is_refused(staff: AsyncClient, query: dict[str, str]) -> None:
    response = await staff.get("/customers", params=query)

    assert response.status_code == 422, response.text
    assert [error["field"].partition(".")[0] for error in response.json()["errors"]] == list(query)
    assert ID_NUMBER not in response.text


@pytest.mark.parametrize(
    "q", ["张\x00", "'; DROP TABLE customers; --", "\\", "😀", "\u202e", "a" * 100, "' OR '1'='1"]
)
async def test_hostile_search_text_finds_nothing_and_does_no_harm(staff: AsyncClient, q: str) -> None:
    await create_customer(staff, name="李四")

    assert (await list_of(staff, q=q))["items"] == []

    assert (await list_of(staff))["total"] == 1


async def test_lists_take_the_same_statements_for_any_number_of_rows(
    staff: AsyncClient, staff2: AsyncClient, database: Database
) -> None:
    customer = await create_customer(staff, id_number=ID_NUMBER, manager_id=await user_id_of(staff2))
    await multiply(database, customer["id"], 60)

    # Full pages, so that the total is counted by a statement of its own.
    for limit in (1, 50):
        with statements_of(database) as statements:
            assert len((await list_of(staff, limit=limit))["items"]) == limit
        assert len(statements) == len(["who asks", "the rows", "the total"])
    with statements_of(database) as statements:
        await staff.get("/customers/status-counts")
    assert len(statements) == len(["who asks", "the counts"])


async def test_a_row_holds_what_the_list_shows(staff: AsyncClient, staff2: AsyncClient) -> None:
    customer = await create_customer(staff, id_number=ID_NUMBER, manager_id=await user_id_of(staff2))

    [row] = (await list_of(staff))["items"]

    assert row == {name: customer[name] for name in row}
    assert set(row) == {
        "id", "customer_no", "kind", "name", "status", "rejected_final", "phone", "id_number",
        "unified_social_credit_code", "area", "level", "manager", "created_by", "progress",
        "created_at", "updated_at", "archived_at", "version",
    }  # fmt: skip


async def test_states_are_counted_no_further_than_is_told(
    staff: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await create_customer(staff, name=f"客户{number}")
    for module in ("backend.kit.db.lists", "backend.domains.customers.service.record"):
        monkeypatch.setattr(f"{module}.EXACT_TOTAL_LIMIT", 2)

    counts = (await staff.get("/customers/status-counts", params={"q": "客户"})).json()

    assert (counts["pending"], counts["total"], counts["is_estimate"]) == (2, 2, True)
