"""Who asks is remembered in each process, and forgotten in all of them the moment it is no longer true."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text, update

from backend.app import create_app
from backend.config import Settings
from backend.domains.identity.models import LoginSession
from backend.kit.auth import Scope
from backend.kit.clock import clock, now
from backend.kit.db import caching
from backend.kit.db.session import Database
from backend.kit.realtime import hub
from tests.conftest import client_of
from tests.identity.factories import (
    COOKIE,
    change_role,
    create_role,
    open_account,
    open_account_with,
    sign_in,
)
from tests.query_count import statements_of

PATIENCE = 10.0


@dataclass(frozen=True)
class Process:
    """One of the server's processes."""

    app: FastAPI
    database: Database
    client: AsyncClient

    async def get(self, token: str, path: str = "/auth/me") -> Response:
        """Ask with a token."""
        return await self.client.get(path, headers={"Authorization": f"Bearer {token}"})

    async def remembers(self, token: str) -> bool:
        """Tell whether the process answers without looking the session up."""
        with statements_of(self.database) as statements:
            await self.get(token)
        return not any("login_sessions" in statement for statement in statements)

    async def until(
        self, token: str, condition: Callable[[Response], bool], path: str = "/auth/me"
    ) -> Response:
        """Ask again and again until the answer is as wanted."""
        async with asyncio.timeout(PATIENCE):
            while not condition(response := await self.get(token, path)):
                pass
            return response

    async def until_remembered(self, token: str) -> None:
        """Ask again and again until the process listens and remembers."""
        async with asyncio.timeout(PATIENCE):
            while not await self.remembers(token):
                pass


@asynccontextmanager
async def process(url: str, settings: Settings) -> AsyncIterator[Process]:
    database = Database(url)
    app = create_app(settings, database)
    async with app.router.lifespan_context(app), client_of(app) as client:
        yield Process(app, database, client)


@pytest.fixture
async def here(live_database: Database, settings: Settings) -> AsyncIterator[Process]:
    """The process in which things are done."""
    async with process(live_database.url, settings) as here:
        yield here


@pytest.fixture
async def there(
    live_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Process]:
    """Another process, which learns of them by being told alone."""
    monkeypatch.setattr(caching, "MOST_SECONDS", 3_600.0)
    monkeypatch.setattr(hub, "POLL_SECONDS", 3_600.0)
    async with process(live_database.url, settings) as there:
        yield there


def is_refused(response: Response) -> bool:
    return response.status_code == 401


async def test_who_asks_again_is_remembered(here: Process, tokens: dict[str, str]) -> None:
    await here.until_remembered(tokens["staff"])

    assert (await here.get(tokens["staff"])).json()["username"] == "staff"
    assert (await here.get(tokens["auditor"])).json()["username"] == "auditor"


async def test_signing_out_bites_at_once_here_and_soon_there(here: Process, there: Process) -> None:
    signed_in = await sign_in(here.client, "staff")
    token = signed_in.json()["access_token"]
    await here.until_remembered(token)
    await there.until_remembered(token)

    cookie = {"Cookie": f"{COOKIE}={signed_in.cookies[COOKIE]}"}
    await here.client.post("/auth/logout", headers=cookie)

    assert is_refused(await here.get(token))
    await there.until(token, is_refused)


async def test_signing_out_bites_there_while_an_older_transaction_holds_the_feed_up(
    here: Process, there: Process, live_database: Database
) -> None:
    signed_in = await sign_in(here.client, "staff")
    token = signed_in.json()["access_token"]
    await there.until_remembered(token)

    async with live_database.transaction() as session:
        await session.execute(text("SELECT pg_current_xact_id()"))
        cookie = {"Cookie": f"{COOKIE}={signed_in.cookies[COOKIE]}"}
        await here.client.post("/auth/logout", headers=cookie)

        await there.until(token, is_refused)


async def test_disabling_an_account_bites_at_once_here_and_soon_there(
    here: Process, there: Process, settings: Settings, tokens: dict[str, str]
) -> None:
    token = await open_account(here.database, settings, "leaver", "staff")
    await here.until_remembered(token)
    await there.until_remembered(token)
    user_id = (await here.get(token)).json()["id"]

    disabled = await here.client.post(
        f"/users/{user_id}/disable", headers={"Authorization": f"Bearer {tokens['admin']}"}
    )

    assert disabled.is_success
    assert is_refused(await here.get(token))
    await there.until(token, is_refused)


@pytest.mark.parametrize(
    ("grants", "is_allowed"), [({}, False), ({"customers:read": Scope.ALL}, True)], ids=["taken", "given"]
)
async def test_a_changed_role_bites_at_once_here_and_soon_there(
    here: Process, there: Process, settings: Settings, grants: dict[str, Scope], *, is_allowed: bool
) -> None:
    before = {} if is_allowed else {"customers:read": Scope.ALL}
    token = await open_account_with(here.database, settings, "clerk", before)
    await here.until_remembered(token)
    await there.until_remembered(token)

    await change_role(here.database, "role_clerk", grants)

    def is_answered(response: Response) -> bool:
        return response.status_code == (200 if is_allowed else 403)

    assert is_answered(await here.get(token, "/customers"))
    await there.until(token, is_answered, "/customers")


async def test_other_roles_bite_at_once_here_and_soon_there(
    here: Process, there: Process, settings: Settings, tokens: dict[str, str]
) -> None:
    token = await open_account_with(here.database, settings, "clerk", {})
    reader = await create_role(here.database, "reader", {"customers:read": Scope.ALL})
    await here.until_remembered(token)
    await there.until_remembered(token)
    async with client_of(here.app, tokens["admin"]) as admin:
        user = await admin.get(f"/users/{(await here.get(token)).json()['id']}")
        body: dict[str, Any] = {"display_name": user.json()["display_name"], "roles": [reader]}
        changed = await admin.put(
            f"/users/{user.json()['id']}", json=body, headers={"If-Match": user.headers["ETag"]}
        )
    assert changed.is_success, changed.text

    assert (await here.get(token, "/customers")).status_code == 200
    await there.until(token, lambda response: response.status_code == 200, "/customers")


async def test_a_session_that_runs_out_is_not_remembered_beyond(
    here: Process, live_database: Database, tokens: dict[str, str]
) -> None:
    await here.until_remembered(tokens["staff"])
    async with live_database.reading() as session:
        expires_at = await session.scalar(text("SELECT max(expires_at) FROM login_sessions"))
    assert expires_at is not None

    with clock.stopped(now()):
        clock.advance(expires_at - now() + timedelta(seconds=1))

        assert is_refused(await here.get(tokens["staff"]))


async def test_while_nothing_is_heard_everybody_is_looked_up(
    here: Process, live_database: Database, tokens: dict[str, str]
) -> None:
    await here.until_remembered(tokens["staff"])
    async with live_database.transaction() as session:
        await session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kehui-listen'"
            )
        )
    async with asyncio.timeout(PATIENCE):
        while await here.remembers(tokens["staff"]):
            pass

    # A change that nobody is told of.
    async with live_database.transaction() as session:
        await session.execute(update(LoginSession).values(ended_at=now()))

    assert is_refused(await here.get(tokens["staff"]))


async def test_a_change_that_nobody_was_told_of_bites_within_seconds(
    here: Process, live_database: Database, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "MOST_SECONDS", 0.2)
    await here.until_remembered(tokens["staff"])

    async with live_database.transaction() as session:
        await session.execute(update(LoginSession).values(ended_at=now()))

    await here.until(tokens["staff"], is_refused)


async def test_who_renames_themselves_acts_under_the_new_name(here: Process, settings: Settings) -> None:
    token = await open_account(here.database, settings, "renamed", "staff")
    await here.until_remembered(token)
    headers = {"Authorization": f"Bearer {token}"}

    await here.client.put("/auth/me", json={"display_name": "新名字"}, headers=headers)
    customer = await here.client.post("/customers", json={"kind": "person", "name": "张伟"}, headers=headers)

    async with here.database.reading() as session:
        name = await session.scalar(
            text("SELECT actor_name FROM audit_entries WHERE target_id = :id"), {"id": customer.json()["id"]}
        )
    assert name == "新名字"
