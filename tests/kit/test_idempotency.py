"""Repeating a creating request with the same ``Idempotency-Key``."""

import asyncio
import hashlib
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import func, select, text

from backend.app import create_app
from backend.config import Settings
from backend.domains.customers.models import Customer
from backend.kit.clock import now
from backend.kit.db.answers import IdempotencyRecord, forget_old_answers
from backend.kit.db.session import Database
from tests.conftest import client_of
from tests.customers.factories import id_number, person

HASHES = (hashlib.sha256, hashlib.blake2b, hashlib.sha3_256)
KEY = "0199a6f2-6b54-7c2f-9d0e-1f2a3b4c5d6e"


async def create(client: AsyncClient, key: str = KEY, **fields: object) -> Response:
    """Ask for a customer."""
    return await client.post("/customers", json=person(**fields), headers={"Idempotency-Key": key})


async def customers(database: Database) -> int:
    """Count the customers."""
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Customer)) or 0


async def test_a_repetition_gets_the_first_answer_and_has_no_effect(
    staff: AsyncClient, database: Database
) -> None:
    first = await create(staff)
    # The stored answer stands, whatever has happened to the customer since.
    await staff.delete(first.headers["location"].removeprefix("/api/v1"))
    again = await create(staff)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    for name in ("location", "etag", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert first.headers["location"].endswith(first.json()["id"])
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"
    assert await customers(database) == 1


async def test_what_is_kept_of_a_request_cannot_be_guessed_from_a_dump(
    staff: AsyncClient, database: Database
) -> None:
    body = person(id_number=id_number())
    response = await staff.post("/customers", json=body, headers={"Idempotency-Key": KEY})

    async with database.reading() as session:
        kept = (await session.scalars(select(IdempotencyRecord.fingerprint))).one()
    content = response.request.content
    assert kept not in {
        hash_(prefix + content).hexdigest() for prefix in (b"", b"idempotency:") for hash_ in HASHES
    }


async def test_a_password_is_not_part_of_what_is_kept(admin: AsyncClient) -> None:
    account = {"username": "wangfang", "display_name": "王芳", "roles": ["staff"]}
    headers = {"Idempotency-Key": KEY}
    answers = [
        await admin.post("/users", json={**account, "password": password}, headers=headers)
        for password in ("five quick otters", "four calm herons too")
    ]

    # The key does not tell a right guess of the password from a wrong one.
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["idempotent-replay"] == "true"


async def test_without_a_key_every_request_has_its_effect(staff: AsyncClient, database: Database) -> None:
    answers = [await staff.post("/customers", json=person()) for _ in range(2)]

    assert answers[0].json()["id"] != answers[1].json()["id"]
    assert await customers(database) == 2
    async with database.reading() as session:
        assert (await session.scalars(select(IdempotencyRecord.key))).all() == []


async def test_a_key_is_not_taken_for_another_request(staff: AsyncClient, database: Database) -> None:
    await create(staff, name="张伟")

    refused = await create(staff, name="李娜")

    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "idempotency.key_reused"
    assert await customers(database) == 1
    assert (await create(staff, key="another", name="李娜")).status_code == 201


async def test_the_same_key_of_another_person_is_another_key(
    staff: AsyncClient, staff2: AsyncClient, database: Database
) -> None:
    first, second = await create(staff), await create(staff2)

    assert first.json()["id"] != second.json()["id"]
    assert first.json()["created_by"] != second.json()["created_by"]
    assert "idempotent-replay" not in second.headers
    assert await customers(database) == 2


async def test_the_same_key_on_another_route_is_another_key(admin: AsyncClient) -> None:
    await create(admin)
    visa = {
        "code": "visa",
        "name": "签证",
        "name_en": "Visa",
        "sort_order": 90,
        "allowed_kinds": ["image"],
        "max_files": 1,
        "hint": "",
    }

    other = await admin.post("/documents/types", json=visa, headers={"Idempotency-Key": KEY})

    assert other.status_code == 201, other.text


async def test_a_refused_request_does_not_use_up_its_key(staff: AsyncClient, database: Database) -> None:
    taken = id_number()
    await create(staff, key="the other customer", id_number=taken)

    conflict = await create(staff, id_number=taken)
    invalid = await create(staff, phone="x")
    corrected = await create(staff, id_number=id_number())

    assert (conflict.status_code, invalid.status_code, corrected.status_code) == (409, 422, 201)
    assert await customers(database) == 2


@pytest.mark.parametrize(("length", "status"), [(0, 422), (255, 201), (256, 422)])
async def test_a_key_has_a_length(staff: AsyncClient, length: int, status: int) -> None:
    assert (await create(staff, key="k" * length)).status_code == status


@pytest.mark.parametrize(("hours", "replayed"), [(23, True), (25, False)])
async def test_answers_are_kept_for_a_day(
    staff: AsyncClient, database: Database, hours: int, *, replayed: bool
) -> None:
    first = await create(staff)

    async with database.transaction() as session:
        await forget_old_answers(session, now() + timedelta(hours=hours))

    assert ((await create(staff)).json()["id"] == first.json()["id"]) is replayed


@pytest.fixture
def live_app(live_database: Database, settings: Settings) -> FastAPI:
    """The application with real concurrency."""
    return create_app(settings, live_database)


async def test_requests_at_once_with_one_key_have_one_effect(
    live_app: FastAPI, live_database: Database, tokens: dict[str, str]
) -> None:
    async with client_of(live_app, tokens["staff"]) as staff:
        answers = await asyncio.gather(*(create(staff) for _ in range(10)))
        later = await create(staff)

    assert await customers(live_database) == 1
    done = [answer for answer in answers if answer.status_code == 201]
    assert {answer.json()["id"] for answer in done} == {later.json()["id"]}
    assert sum("idempotent-replay" not in answer.headers for answer in done) == 1
    for answer in set(answers) - set(done):
        assert answer.status_code == 409
        assert answer.json()["code"] == "idempotency.in_flight"


async def test_a_repetition_does_not_wait_for_a_first_request_that_still_runs(
    live_app: FastAPI, live_database: Database, tokens: dict[str, str]
) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE NOT granted AND datname = current_database()"
    )
    # The transaction ends before the group waits for the first request.
    async with (
        client_of(live_app, tokens["staff"]) as staff,
        asyncio.TaskGroup() as tasks,
        live_database.transaction() as session,
    ):
        # The first request has to wait before it may write its customer.
        await session.execute(text("LOCK TABLE customers IN SHARE MODE"))
        first = tasks.create_task(create(staff))
        while not first.done() and not await session.scalar(waiting):
            pass
        refused = await create(staff)

    assert refused.status_code == 409
    assert refused.json()["code"] == "idempotency.in_flight"
    assert first.result().status_code == 201
    assert await customers(live_database) == 1
