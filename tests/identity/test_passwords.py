"""Which passwords are taken, and how they are kept."""

import pytest
from httpx import AsyncClient
from sqlalchemy import QueuePool

from backend.app import create_app
from backend.config import Settings
from backend.domains.identity import passwords
from backend.domains.identity.errors import WeakPassword
from backend.domains.identity.passwords import check_strength, hash_password, verify_password
from backend.domains.identity.service import accounts, sessions
from backend.kit.db.session import Database
from tests.conftest import client_of
from tests.identity.factories import PASSWORD, sign_in

WEAK = [
    "",
    "short",
    "nine-char",
    "aaaaaaaaaaaa",
    "abababababab",
    "1111111111111",
    "password123",
    "Password!2026",
    "1234567890",
    "12345678@123",
    "qwertyuiop"[:8] + "12",
    "iloveyou2026",
    "WoAiNi1314520",
    "8888888888.1",
    "kehui123456",
    "KEHUI@2026!!",
    "wangfang-2026",
    "my name is WangFang",
]
STRONG = [
    PASSWORD,
    "Kehui-demo-2026",
    "correct horse battery staple",
    "浦江之水长流不尽思念",
    "x7$Kq9!mZp2w",
    "pass phrase pass",
]


@pytest.mark.parametrize("password", WEAK)
def test_a_password_that_guessers_try_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_strength(password, username="wangfang", field="new_password")

    assert [(error.field, error.code) for error in refused.value.errors] == [
        ("new_password", "password.too_weak")
    ]
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize("password", STRONG)
def test_other_passwords_are_taken(password: str) -> None:
    check_strength(password, username="wangfang", field="new_password")


async def test_a_password_is_kept_as_a_salted_argon2id_hash() -> None:
    first, second = await hash_password(PASSWORD), await hash_password(PASSWORD)

    assert first.startswith("$argon2id$")
    assert first != second
    assert await verify_password(PASSWORD, first)
    assert not await verify_password(PASSWORD + " ", first)


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        (
            "PUT",
            "/auth/me/password",
            {"current_password": PASSWORD, "new_password": "1234567890"},
            "new_password",
        ),
        (
            "POST",
            "/users",
            {"username": "newcomer", "display_name": "新人", "password": "newcomer-2026", "roles": ["staff"]},
            "password",
        ),
    ],
)
async def test_every_route_that_sets_a_password_refuses_weak_ones(
    admin: AsyncClient, method: str, path: str, body: dict[str, object], field: str
) -> None:
    response = await admin.request(method, path, json=body)

    assert response.status_code == 422
    assert response.json()["code"] == "password.too_weak"
    assert response.json()["errors"][0]["field"] == field
    assert str(body[field]) not in response.text


async def test_a_new_password_for_somebody_else_must_be_strong_too(
    admin: AsyncClient, staff: AsyncClient
) -> None:
    user_id = (await staff.get("/auth/me")).json()["id"]

    response = await admin.put(f"/users/{user_id}/password", json={"new_password": "staff-staff-2026"})

    assert response.json()["code"] == "password.too_weak"
    assert (await staff.get("/auth/me")).status_code == 200


async def test_the_current_password_must_be_right(staff: AsyncClient) -> None:
    response = await staff.put(
        "/auth/me/password",
        json={"current_password": "a wrong password", "new_password": "five quick otters"},
    )

    assert response.status_code == 422
    assert response.json()["code"] == "password.wrong"
    assert response.json()["errors"][0]["field"] == "current_password"


ROUTES: list[tuple[str, str, dict[str, object]]] = [
    ("PUT", "/auth/me/password", {"current_password": PASSWORD, "new_password": "five quick otters"}),
    ("PUT", "/users/{staff}/password", {"new_password": "five quick otters"}),
    (
        "POST",
        "/users",
        {"username": "newcomer", "display_name": "新人", "password": "five quick otters", "roles": ["staff"]},
    ),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_nothing_is_held_while_a_password_is_hashed(
    live_database: Database,
    settings: Settings,
    tokens: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    body: dict[str, object],
) -> None:
    held: list[int] = []
    hashing, verifying = passwords.hash_password, passwords.verify_password

    def in_use() -> int:
        pools = (live_database.engine.pool, live_database.read_engine.pool)
        return sum(pool.checkedout() for pool in pools if isinstance(pool, QueuePool))

    async def hash_and_look(password: str) -> str:
        held.append(in_use())
        return await hashing(password)

    async def verify_and_look(password: str, password_hash: str) -> bool:
        held.append(in_use())
        return await verifying(password, password_hash)

    for module in (passwords, accounts):
        monkeypatch.setattr(module, "hash_password", hash_and_look)
    monkeypatch.setattr(accounts, "verify_password", verify_and_look)
    async with client_of(create_app(settings, live_database), tokens["admin"]) as admin:
        people = (await admin.get("/users", params={"q": "staff2"})).json()["items"]
        response = await admin.request(method, path.format(staff=people[0]["id"]), json=body)

    assert response.is_success, response.text
    assert held
    assert set(held) == {0}


async def test_a_password_changed_meanwhile_is_not_changed_again(
    staff: AsyncClient, admin: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = (await staff.get("/auth/me")).json()["id"]
    hashing = passwords.hash_password

    async def hash_slowly(password: str) -> str:
        await admin.put(f"/users/{user_id}/password", json={"new_password": "six quiet rivers"})
        return await hashing(password)

    monkeypatch.setattr(accounts, "hash_password", hash_slowly)
    response = await staff.put(
        "/auth/me/password", json={"current_password": PASSWORD, "new_password": "five quick otters"}
    )

    assert (response.status_code, response.json()["code"]) == (422, "password.wrong")
    assert (await sign_in(admin, "staff", "six quiet rivers")).status_code == 200


async def test_a_password_reset_while_it_was_verified_opens_nothing(
    anonymous: AsyncClient, admin: AsyncClient, staff: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = (await staff.get("/auth/me")).json()["id"]
    verifying = passwords.verify_password

    async def verify_slowly(password: str, password_hash: str) -> bool:
        is_right = await verifying(password, password_hash)
        await admin.put(f"/users/{user_id}/password", json={"new_password": "six quiet rivers"})
        return is_right

    monkeypatch.setattr(sessions, "verify_password", verify_slowly)

    response = await sign_in(anonymous, "staff", PASSWORD)

    assert (response.status_code, response.json()["code"]) == (401, "auth.invalid_credentials")
