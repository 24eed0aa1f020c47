"""Guessing passwords is slowed down."""

import asyncio
from datetime import timedelta

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select

from backend.app import create_app
from backend.config import Settings
from backend.domains.identity.models import LoginFailure
from backend.domains.identity.service.throttle import FAILURE_WINDOW, FAILURES_FROM_ONE_PLACE
from backend.jobs import SCHEDULES
from backend.kit.clock import clock, now
from backend.kit.db.session import Database
from tests.conftest import client_of
from tests.identity.factories import PASSWORD, sign_in

HERE = "127.0.0.1"


async def remember_failures(
    database: Database,
    number: int,
    *,
    username: str = "staff",
    address: str = HERE,
    ago: timedelta | None = None,
) -> None:
    async with database.transaction() as session:
        for count in range(number):
            row = LoginFailure(
                username=username.format(count),
                address=address.format(count),
                failed_at=now() - (ago or timedelta()),
            )
            session.add(row)


async def count_failures(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(LoginFailure)) or 0


async def test_ten_wrong_passwords_pause_the_account_there(anonymous: AsyncClient) -> None:
    with clock.stopped(now()):
        for _ in range(FAILURES_FROM_ONE_PLACE):
            assert (await sign_in(anonymous, "staff", "a wrong password")).status_code == 401

        for name in ("staff", "STAFF"):
            paused = await sign_in(anonymous, name)
            assert paused.status_code == 429
            assert paused.json()["code"] == "auth.throttled"
            assert paused.headers["retry-after"] == str(int(FAILURE_WINDOW.total_seconds()))

        # Others at the same place go on.
        assert (await sign_in(anonymous, "staff2")).status_code == 200

        clock.advance(FAILURE_WINDOW)
        assert (await sign_in(anonymous, "staff")).status_code == 200


@pytest.mark.parametrize(
    ("number", "username", "address", "ago", "status"),
    [
        pytest.param(9, "staff", HERE, timedelta(), 200, id="nine here"),
        pytest.param(10, "staff", HERE, timedelta(), 429, id="ten here"),
        pytest.param(10, "staff", HERE, FAILURE_WINDOW, 200, id="ten here, long ago"),
        pytest.param(10, "staff", "10.0.0.1", timedelta(), 200, id="ten at another place"),
        pytest.param(49, "user{}", HERE, timedelta(), 200, id="49 accounts tried from here"),
        pytest.param(50, "user{}", HERE, timedelta(), 429, id="50 accounts tried from here"),
        pytest.param(99, "staff", "10.0.0.{}", timedelta(), 200, id="99 places tried this account"),
        pytest.param(100, "staff", "10.0.0.{}", timedelta(), 429, id="100 places tried this account"),
    ],
)
async def test_failures_are_counted_by_place_address_and_account(
    anonymous: AsyncClient,
    database: Database,
    *,
    number: int,
    username: str,
    address: str,
    ago: timedelta,
    status: int,
) -> None:
    with clock.stopped(now()):
        await remember_failures(database, number, username=username, address=address, ago=ago)

        assert (await sign_in(anonymous, "staff")).status_code == status


async def test_an_unknown_name_is_paused_like_a_known_one(anonymous: AsyncClient, database: Database) -> None:
    await remember_failures(database, FAILURES_FROM_ONE_PLACE, username="nobody")

    assert (await sign_in(anonymous, "nobody", "a wrong password")).status_code == 429


async def change_password(client: AsyncClient, current: str) -> Response:
    body = {"current_password": current, "new_password": "five quick otters"}
    return await client.put("/auth/me/password", json=body)


async def test_ten_wrong_current_passwords_pause_the_account_there(
    staff: AsyncClient, anonymous: AsyncClient
) -> None:
    with clock.stopped(now()):
        for _ in range(FAILURES_FROM_ONE_PLACE):
            assert (await change_password(staff, "a wrong password")).status_code == 422

        paused = await change_password(staff, PASSWORD)
        assert (paused.status_code, paused.json()["code"]) == (429, "auth.throttled")
        # One count for both doors; the open session goes on.
        assert (await sign_in(anonymous, "staff")).status_code == 429
        assert (await staff.get("/auth/me")).status_code == 200

        clock.advance(FAILURE_WINDOW)
        assert (await change_password(staff, PASSWORD)).status_code == 204


async def test_a_right_current_password_and_a_weak_new_one_count_as_no_failure(
    staff: AsyncClient, database: Database
) -> None:
    body = {"current_password": PASSWORD, "new_password": "1234567890"}
    assert (await staff.put("/auth/me/password", json=body)).status_code == 422
    assert await count_failures(database) == 0

    assert (await change_password(staff, PASSWORD)).status_code == 204
    assert await count_failures(database) == 0


async def test_a_refusal_is_counted_although_its_request_fails(
    live_database: Database, settings: Settings
) -> None:
    async with client_of(create_app(settings, live_database)) as client:
        await sign_in(client, "staff", "a wrong password")
        assert await count_failures(live_database) == 1
        await sign_in(client, "staff")
        assert await count_failures(live_database) == 1


async def test_tries_at_the_same_time_are_counted_too(live_database: Database, settings: Settings) -> None:
    """Each is counted before its password is looked at; only those already past the count can be too many."""
    async with client_of(create_app(settings, live_database)) as client:
        answers = await asyncio.gather(*(sign_in(client, "staff", "a wrong password") for _ in range(24)))

    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {401, 429}
    assert statuses.count(401) <= FAILURES_FROM_ONE_PLACE + settings.database_pool_size


async def test_traces_of_sign_ins_are_kept_for_a_day(anonymous: AsyncClient, database: Database) -> None:
    _, tidy_up = SCHEDULES["tidy_up"]
    with clock.stopped(now()):
        await sign_in(anonymous, "staff", "a wrong password")
        clock.advance(timedelta(hours=23))
        await tidy_up(database)
        assert await count_failures(database) == 1

        clock.advance(timedelta(hours=2))
        await tidy_up(database)

        assert await count_failures(database) == 0
