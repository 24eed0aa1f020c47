"""Accounts, as an administrator manages them."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import select, text

from backend.app import create_app
from backend.config import Settings
from backend.domains.identity.repository import UserRepository
from backend.kit.db.session import Database
from backend.kit.realtime.feed import FeedEntry
from backend.permissions import DEFAULT_GRANTS
from tests.conftest import PEOPLE, client_of
from tests.identity.factories import PASSWORD, bearer, open_account, sign_in, user_id_of
from tests.query_count import statements_of

NEWCOMER = {
    "username": "wangfang",
    "display_name": "王芳",
    "phone": "+86 138-0013-8000",
    "email": "wangfang@example.com",
    "password": PASSWORD,
    "roles": ["staff", "auditor"],
}
WAITING = text(
    "SELECT count(*) FROM pg_locks WHERE NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
CHANGED = {"display_name": "王小芳", "phone": None, "email": None, "roles": ["auditor"]}


async def change(client: AsyncClient, user: dict[str, Any], **fields: Any) -> Response:
    """Change an account from the version given."""
    return await client.put(
        f"/users/{user['id']}", json={**CHANGED, **fields}, headers={"If-Match": f'"{user["version"]}"'}
    )


async def usernames(client: AsyncClient, **query: Any) -> list[str]:
    response = await client.get("/users", params=query)
    assert response.status_code == 200, response.text
    return [user["username"] for user in response.json()["items"]]


async def test_an_account_is_opened(admin: AsyncClient, anonymous: AsyncClient) -> None:
    response = await admin.post("/users", json=NEWCOMER)

    assert response.status_code == 201
    user = response.json()
    assert response.headers["location"] == f"/api/v1/users/{user['id']}"
    assert response.headers["etag"] == f'"{user["version"]}"'
    assert user["username"] == "wangfang"
    assert user["phone"] == "13800138000"
    assert user["roles"] == ["auditor", "staff"]
    assert user["permissions"] == sorted({*DEFAULT_GRANTS["staff"], *DEFAULT_GRANTS["auditor"]})
    assert user["is_active"] is True
    assert user["last_login_at"] is None
    assert "password" not in response.text
    assert (await admin.get(f"/users/{user['id']}")).json() == user
    assert (await sign_in(anonymous, "wangfang")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"username": "w"}, "username", "string_pattern_mismatch"),
        ({"username": "王芳"}, "username", "string_pattern_mismatch"),
        ({"username": "wang fang"}, "username", "string_pattern_mismatch"),
        ({"username": "w" * 61}, "username", "string_pattern_mismatch"),
        ({"display_name": "  "}, "display_name", "string_too_short"),
        ({"display_name": "王" * 61}, "display_name", "string_too_long"),
        ({"phone": "12345"}, "phone", "phone.invalid"),
        ({"email": "wangfang"}, "email", "string_pattern_mismatch"),
        ({"roles": []}, "roles", "too_short"),
        ({"roles": ["staff", "owner"]}, "roles", "user.unknown_role"),
        ({"is_active": False}, "is_active", "extra_forbidden"),
        ({"password_hash": "x"}, "password_hash", "extra_forbidden"),
    ],
)
async def test_a_wrong_field_is_named(
    admin: AsyncClient, fields: dict[str, Any], field: str, code: str
) -> None:
    response = await admin.post("/users", json={**NEWCOMER, **fields})

    assert response.status_code == 422
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(field, code)]


@pytest.mark.parametrize("username", ["staff", "STAFF", "sTaFf"])
async def test_a_username_is_taken_in_any_case(admin: AsyncClient, username: str) -> None:
    response = await admin.post("/users", json={**NEWCOMER, "username": username})

    assert response.status_code == 409
    assert response.json()["code"] == "user.duplicate_username"


async def test_the_same_request_twice_opens_one_account(admin: AsyncClient) -> None:
    headers = {"Idempotency-Key": "open wangfang"}

    first = await admin.post("/users", json=NEWCOMER, headers=headers)
    second = await admin.post("/users", json=NEWCOMER, headers=headers)

    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["idempotent-replay"] == "true"


async def test_an_account_is_changed(admin: AsyncClient) -> None:
    user = (await admin.post("/users", json=NEWCOMER)).json()

    response = await change(admin, user)

    changed = response.json()
    assert {name: changed[name] for name in CHANGED} == CHANGED
    assert changed["username"] == "wangfang"
    assert changed["version"] > user["version"]
    assert response.headers["etag"] == f'"{changed["version"]}"'


async def test_a_change_of_roles_alone_makes_a_new_version(admin: AsyncClient) -> None:
    user = (await admin.post("/users", json=NEWCOMER)).json()
    kept = {name: user[name] for name in ("display_name", "phone", "email")}

    changed = (await change(admin, user, **kept, roles=["staff"])).json()

    assert changed["version"] > user["version"]
    assert (await change(admin, user)).status_code == 412


@pytest.mark.parametrize(
    ("if_match", "status", "code"),
    [
        (None, 428, "request.precondition_required"),
        ('"999"', 412, "request.stale"),
        ("1", 412, "request.stale"),
        ('W/"1"', 412, "request.stale"),
        ("*", 412, "request.stale"),
        ('"x"', 412, "request.stale"),
        ("", 412, "request.stale"),
    ],
)
async def test_a_change_names_the_version_it_was_made_from(
    admin: AsyncClient, if_match: str | None, status: int, code: str
) -> None:
    user = (await admin.post("/users", json=NEWCOMER)).json()
    headers = {} if if_match is None else {"If-Match": if_match}

    response = await admin.put(f"/users/{user['id']}", json=CHANGED, headers=headers)

    assert (response.status_code, response.json()["code"]) == (status, code)
    if if_match == '"999"':
        assert response.json()["current_version"] == user["version"]
    assert (await admin.get(f"/users/{user['id']}")).json() == user


async def test_the_last_who_manages_accounts_keeps_the_right(
    admin: AsyncClient, database: Database, settings: Settings
) -> None:
    own = (await admin.get("/auth/me")).json()

    refused = await change(admin, own, roles=["staff"])

    assert refused.status_code == 409
    assert refused.json()["code"] == "user.last_administrator"
    assert (await admin.get("/auth/me")).json()["roles"] == ["admin"]
    # With a second one, the first may go.
    await open_account(database, settings, "admin2", "admin")
    assert (await change(admin, own, roles=["staff"])).status_code == 200


async def test_a_disabled_administrator_does_not_count(
    app: FastAPI, admin: AsyncClient, database: Database, settings: Settings
) -> None:
    async with client_of(app, await open_account(database, settings, "admin2", "admin")) as second:
        second_id = await user_id_of(second)
    assert (await admin.post(f"/users/{second_id}/disable")).status_code == 200

    refused = await change(admin, (await admin.get("/auth/me")).json(), roles=["staff"])

    assert refused.json()["code"] == "user.last_administrator"


async def test_nobody_disables_the_own_account(
    admin: AsyncClient, database: Database, settings: Settings
) -> None:
    await open_account(database, settings, "admin2", "admin")

    refused = await admin.post(f"/users/{await user_id_of(admin)}/disable")

    assert (refused.status_code, refused.json()["code"]) == (409, "user.own_account")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PUT", ""), ("POST", "/disable"), ("POST", "/enable"), ("PUT", "/password")],
)
async def test_an_unknown_account_is_not_found(admin: AsyncClient, method: str, path: str) -> None:
    body = {"new_password": PASSWORD} if path == "/password" else CHANGED

    response = await admin.request(
        method,
        f"/users/00000000-0000-7000-8000-000000000000{path}",
        headers={"If-Match": '"1"'},
        json=body if method == "PUT" else None,
    )

    assert (response.status_code, response.json()["code"]) == (404, "resource.not_found")


async def test_disabling_and_enabling_twice_is_harmless(admin: AsyncClient, staff: AsyncClient) -> None:
    user_id = await user_id_of(staff)

    for action, is_active in [("disable", False), ("disable", False), ("enable", True), ("enable", True)]:
        response = await admin.post(f"/users/{user_id}/{action}")
        assert (response.status_code, response.json()["is_active"]) == (200, is_active)


ROWS: list[dict[str, Any]] = [
    {"username": "chenlei", "display_name": "陈磊", "phone": "13912345678", "email": "lei@example.com"},
    {"username": "zhaomin", "display_name": "赵敏", "phone": None, "email": "min_100%@example.com"},
    {"username": "liqiang", "display_name": "李强", "phone": None, "email": None, "roles": ["auditor"]},
]


async def add_rows(admin: AsyncClient) -> None:
    for row in ROWS:
        await admin.post("/users", json={"password": PASSWORD, "roles": ["staff"], **row})
    found = (await admin.get("/users", params={"q": "zhaomin"})).json()["items"]
    await admin.post(f"/users/{found[0]['id']}/disable")


async def test_the_list_searches_filters_sorts_and_pages(admin: AsyncClient) -> None:
    await add_rows(admin)
    everybody = sorted([*PEOPLE, *(row["username"] for row in ROWS)])
    table: list[tuple[dict[str, Any], list[str]]] = [
        ({}, everybody),
        ({"q": "陈"}, ["chenlei"]),
        ({"q": "CHEN"}, ["chenlei"]),
        ({"q": "1391234"}, ["chenlei"]),
        ({"q": "example.com"}, ["chenlei", "zhaomin"]),
        ({"q": "_100%"}, ["zhaomin"]),
        ({"q": "%"}, ["zhaomin"]),
        ({"q": "没有这个人"}, []),
        ({"role": "auditor"}, ["auditor", "auditor2", "liqiang"]),
        ({"role": ["auditor", "admin"]}, ["admin", "auditor", "auditor2", "liqiang"]),
        ({"role": "owner"}, []),
        ({"is_active": "false"}, ["zhaomin"]),
        ({"is_active": "true", "role": "staff"}, ["chenlei", "staff", "staff2"]),
        ({"sort": "-username"}, everybody[::-1]),
        ({"limit": 3}, everybody[:3]),
        ({"limit": 3, "page": 3}, everybody[6:]),
        ({"limit": 3, "page": 4}, []),
    ]
    for query, expected in table:
        assert await usernames(admin, **query) == expected, query
    page = (await admin.get("/users", params={"limit": 3, "page": 2})).json()
    assert {name: page[name] for name in ("total", "page", "limit", "total_is_estimate")} == {
        "total": len(everybody),
        "page": 2,
        "limit": 3,
        "total_is_estimate": False,
    }


@pytest.mark.parametrize("key", ["username", "display_name", "created_at", "last_login_at"])
async def test_every_sort_key_works_both_ways(admin: AsyncClient, key: str) -> None:
    await add_rows(admin)

    for sign in ("", "-"):
        items = (await admin.get("/users", params={"sort": sign + key})).json()["items"]
        values = [item[key] for item in items if item[key] is not None]
        assert values == sorted(values, reverse=sign == "-")
        # Whoever never signed in comes last, whichever way.
        assert [item[key] for item in items][: len(values)] == values


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "101"},
        {"limit": "0"},
        {"page": "0"},
        {"page": "x"},
        {"sort": "password_hash"},
        {"is_active": "perhaps"},
        {"q": "x" * 101},
        {"status": "active"},
    ],
)
async def test_a_wrong_or_unknown_parameter_is_refused(admin: AsyncClient, query: dict[str, str]) -> None:
    response = await admin.get("/users", params=query)

    assert response.status_code == 422
    assert [error["field"].partition(".")[0] for error in response.json()["errors"]] == list(query)


async def test_the_list_takes_the_same_statements_for_any_number_of_rows(
    admin: AsyncClient, database: Database
) -> None:
    # Who asks; the page; its accounts' roles; what the roles permit.
    with statements_of(database) as few:
        assert len(await usernames(admin, q="auditor", limit=5)) == 2
    await add_rows(admin)

    with statements_of(database) as many:
        assert len(await usernames(admin, limit=10)) > 5

    assert (len(few), len(many)) == (4, 4), (few, many)


async def test_pickers_find_active_people_by_part_of_their_name(
    admin: AsyncClient, staff: AsyncClient
) -> None:
    await add_rows(admin)

    async def options(q: str) -> list[str]:
        items = (await staff.get("/users/options", params={"q": q})).json()["items"]
        assert all(set(item) == {"id", "display_name"} for item in items)
        return [item["display_name"] for item in items]

    assert await options("陈") == ["陈磊"]
    assert await options("QIANG") == ["李强"]
    assert await options("赵敏") == []
    assert len(await options("")) == len(PEOPLE) + 2


async def test_the_roles_say_what_they_permit(admin: AsyncClient) -> None:
    items = (await admin.get("/roles")).json()["items"]

    assert {role["code"]: role["permissions"] for role in items if role["is_builtin"]} == {
        code: sorted(grants) for code, grants in DEFAULT_GRANTS.items()
    }
    # Built-in ones first; the tests' visitors have one of their own.
    assert [(role["code"], role["permissions"]) for role in items if not role["is_builtin"]] == [
        ("visitor", [])
    ]
    assert items[-1]["code"] == "visitor"


async def test_people_change_their_own_profile(staff: AsyncClient) -> None:
    before = (await staff.get("/auth/me")).json()

    response = await staff.put(
        "/auth/me", json={"display_name": " 李四 ", "phone": "139 1234 5678", "email": ""}
    )

    changed = response.json()
    assert (changed["display_name"], changed["phone"], changed["email"]) == ("李四", "13912345678", None)
    assert (changed["username"], changed["roles"]) == (before["username"], before["roles"])
    assert (await staff.get("/auth/me")).json() == changed


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"display_name": "  "}, "display_name", "string_too_short"),
        ({"display_name": "王" * 61}, "display_name", "string_too_long"),
        ({"phone": "12345"}, "phone", "phone.invalid"),
        ({"email": "lisi"}, "email", "string_pattern_mismatch"),
    ],
)
async def test_a_wrong_field_of_the_own_profile_is_named_and_nothing_changes(
    staff: AsyncClient, fields: dict[str, str], field: str, code: str
) -> None:
    before = (await staff.get("/auth/me")).json()

    response = await staff.put("/auth/me", json={"display_name": "李四", **fields})

    assert response.status_code == 422
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(field, code)]
    assert (await staff.get("/auth/me")).json() == before


async def test_a_changed_profile_shows_at_once_to_those_who_manage_accounts(
    staff: AsyncClient, admin: AsyncClient, database: Database
) -> None:
    before = (await staff.get("/auth/me")).json()

    await staff.put("/auth/me", json={"display_name": "李四", "email": "lisi@example.com"})

    user = (await admin.get(f"/users/{before['id']}")).json()
    assert (user["display_name"], user["email"]) == ("李四", "lisi@example.com")
    assert user["version"] > before["version"]
    # An administrator who had the account open meanwhile is told instead of writing over it.
    assert (await change(admin, before)).status_code == 412
    async with database.reading() as session:
        told = await session.scalars(select(FeedEntry).where(FeedEntry.type == "user.updated"))
        [event] = [event for event in told if event.data["actor_id"] == before["id"]]
    assert event.permission == "users:read"
    assert event.data == {
        "user_id": before["id"],
        "actor_id": before["id"],
        "version": user["version"],
        "customer_id": None,
    }


@pytest.mark.parametrize("field", ["roles", "username", "is_active", "password", "version"])
async def test_people_cannot_change_more_of_themselves(staff: AsyncClient, field: str) -> None:
    response = await staff.put("/auth/me", json={"display_name": "李四", field: "admin"})

    assert response.status_code == 422
    assert [error["code"] for error in response.json()["errors"]] == ["extra_forbidden"]


async def test_two_roles_give_the_permissions_of_both(
    anonymous: AsyncClient, database: Database, settings: Settings
) -> None:
    token = await open_account(database, settings, "both", "staff", "auditor")

    me = (await anonymous.get("/auth/me", headers=bearer(token))).json()

    assert me["roles"] == ["auditor", "staff"]
    assert {"cases:submit", "cases:review"} <= set(me["permissions"])


async def test_signing_in_does_not_make_an_edit_stale(admin: AsyncClient, anonymous: AsyncClient) -> None:
    user = (await admin.post("/users", json=NEWCOMER)).json()

    await sign_in(anonymous, "wangfang")

    assert (await change(admin, user)).status_code == 200


async def test_two_administrators_cannot_take_each_others_rights_at_the_same_time(
    live_database: Database, settings: Settings, tokens: dict[str, str]
) -> None:
    app = create_app(settings, live_database)
    second_token = await open_account(live_database, settings, "admin2", "admin")
    async with client_of(app, tokens["admin"]) as first, client_of(app, second_token) as second:
        accounts = [(await client.get("/auth/me")).json() for client in (first, second)]

        # Both have been let in before either can take anything away.
        async with live_database.transaction() as session:
            await UserRepository(session).lock_administration()
            taking = [
                asyncio.create_task(change(client, account, roles=["staff"]))
                for client, account in ((first, accounts[1]), (second, accounts[0]))
            ]
            while await session.scalar(WAITING) < len(taking):
                assert not any(task.done() for task in taking)
        answers = await asyncio.gather(*taking)

        left = [(await client.get("/auth/me")).json()["roles"] for client in (first, second)]
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert sorted(left) == [["admin"], ["staff"]]
