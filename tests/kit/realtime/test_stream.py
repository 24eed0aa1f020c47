"""The event stream, read from a real server."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import QueuePool, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.app import create_app
from backend.config import Settings
from backend.domains.identity.models import LoginSession
from backend.kit.auth import NOBODYS, Actor, Authenticator, Ownership, Scope
from backend.kit.clock import clock, now
from backend.kit.db.session import Database, Phase, before_commit
from backend.kit.realtime import hub
from backend.kit.realtime import router as stream_router
from backend.kit.realtime.feed import FeedEntry, LiveEvent, Position, feed_bounds, forget_old, publish
from backend.kit.realtime.live import EVERYBODY
from tests.conftest import client_of
from tests.customers.factories import create_customer
from tests.identity.factories import (
    COOKIE,
    bearer,
    change_role,
    create_role,
    open_account_with,
    sign_in,
    user_id_of,
)

PATIENCE = 10.0
EVENTS = 200
RECONNECTS = 50


@dataclass(frozen=True)
class Message:
    """One server-sent event."""

    event: str
    id: str | None
    data: dict[str, Any]


async def parse(lines: AsyncIterator[str]) -> AsyncIterator[Message]:
    """Yield the events of a stream."""
    fields: dict[str, str] = {}
    async for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields:
            yield Message(fields["event"], fields.get("id"), json.loads(fields["data"]))
            fields = {}


class Stream:
    """An open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self._messages = parse(response.aiter_lines())

    async def next(self) -> Message:
        """Wait for the next event."""
        async with asyncio.timeout(PATIENCE):
            return await anext(self._messages)

    async def rest(self) -> list[Message]:
        """Wait for the server to end the stream; returns what came until then."""
        async with asyncio.timeout(PATIENCE):
            return [message async for message in self._messages]


@dataclass(frozen=True)
class Site:
    """A running server, and another process beside it that writes to the same database."""

    client: AsyncClient
    app: FastAPI
    served: Database
    database: Database

    @asynccontextmanager
    async def open(self, token: str, last_event_id: object = None) -> AsyncIterator[Stream]:
        """Open a stream."""
        headers = bearer(token)
        if last_event_id is not None:
            headers["Last-Event-ID"] = str(last_event_id)
        async with self.client.stream("GET", "/events", headers=headers) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            yield Stream(response)

    @asynccontextmanager
    async def open_ready(self, token: str, last_event_id: object = None) -> AsyncIterator[Stream]:
        """Open a stream that has told that it is ready."""
        async with self.open(token, last_event_id) as stream:
            assert (await stream.next()).event == "ready"
            yield stream

    async def tell(self, number: int, **more: Any) -> None:
        """Commit an event, as any other process might."""
        async with self.database.transaction() as session:
            publish(session, event(number, **more))

    async def bounds(self) -> tuple[Position, Position]:
        """Return the oldest and the newest kept position."""
        async with self.database.reading() as session:
            return await feed_bounds(session)


def event(number: int, permission: str = "customers:read", ownership: Ownership = NOBODYS) -> LiveEvent:
    """Return an event that differs by its number."""
    return LiveEvent("test.happened", permission, ownership, {"number": number})


@pytest.fixture
async def site(live_database: Database, settings: Settings) -> AsyncIterator[Site]:
    """A real server."""
    served = Database(live_database.url)
    app = create_app(settings, served)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/api/v1"
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        async with AsyncClient(base_url=address, timeout=PATIENCE, trust_env=False) as client:
            yield Site(client, app, served, live_database)
        server.should_exit = True
        await serving


async def test_the_first_event_says_where_the_stream_begins(site: Site, tokens: dict[str, str]) -> None:
    _, newest = await site.bounds()

    async with site.open(tokens["staff"]) as stream:
        assert await stream.next() == Message("ready", None, {"last_event_id": str(newest)})
    async with site.open(tokens["staff"], newest) as stream:
        assert await stream.next() == Message("ready", None, {"last_event_id": str(newest)})


async def test_what_happens_between_signing_in_and_listening_arrives(site: Site) -> None:
    await site.tell(1)
    signed_in = await sign_in(site.client, "staff")
    await site.tell(2)

    answer = signed_in.json()
    async with site.open_ready(answer["access_token"], answer["last_event_id"]) as stream:
        assert (await stream.next()).data["number"] == 2


async def test_what_another_process_commits_arrives(site: Site, tokens: dict[str, str]) -> None:
    before = now()
    async with site.open_ready(tokens["staff"]) as stream:
        await site.tell(7)
        message = await stream.next()

    assert (message.event, message.id) == ("test.happened", str((await site.bounds())[1]))
    at = datetime.fromisoformat(message.data.pop("at"))
    assert before <= at <= now()
    assert message.data == {"type": "test.happened", "number": 7}


async def test_a_created_customer_arrives_with_its_ids_and_nothing_else(
    site: Site, tokens: dict[str, str]
) -> None:
    async with site.open_ready(tokens["auditor"]) as stream:
        async with client_of(site.app, tokens["staff"]) as staff:
            customer = await create_customer(staff, name="张三丰")
        message = await stream.next()

    assert message.event == "customer.created"
    assert message.data["customer_id"] == customer["id"]
    assert message.data["actor_id"] == customer["created_by"]["id"]
    assert "张三丰" not in json.dumps(message.data, ensure_ascii=False)


async def test_every_event_arrives_once_and_in_order_over_fifty_reconnects(
    site: Site, tokens: dict[str, str]
) -> None:
    _, start = await site.bounds()
    numbers = iter(range(EVENTS))

    async def write() -> None:
        for number in numbers:
            overtaking = next(numbers, None)

            async def be_overtaken(_session: AsyncSession, overtaking: int | None = overtaking) -> None:
                if overtaking is not None:
                    await site.tell(overtaking)

            # Half of the events are committed while an earlier one is written and not committed.
            async with site.database.transaction() as session:
                publish(session, event(number))
                before_commit(session, Phase.LAST, be_overtaken)

    received: list[Message] = []
    async with asyncio.TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(write())
        for _ in range(RECONNECTS):
            position = received[-1].id if received else start
            async with site.open_ready(tokens["staff"], position) as stream:
                # Left with a part of what is under way unread, and without a word.
                received += [await stream.next() for _ in range(EVENTS // RECONNECTS)]

    async with site.database.reading() as session:
        stored = sorted(entry.position for entry in await session.scalars(select(FeedEntry)))
    assert [message.id for message in received] == [str(position) for position in stored if position > start]
    assert {message.data["number"] for message in received} == set(range(EVENTS))


async def test_a_transaction_that_stays_open_delays_what_follows_and_loses_nothing(
    site: Site, tokens: dict[str, str]
) -> None:
    _, start = await site.bounds()
    async with site.open_ready(tokens["staff"]) as live:

        async def linger(_session: AsyncSession) -> None:
            for number in range(1, 4):
                await site.tell(number)
            # Past many looks at the feed, and past a reader's leaving and coming back.
            async with site.open_ready(tokens["staff"], start):
                for _ in range(100):
                    assert (await site.bounds())[1] == start

        async with site.database.transaction() as session:
            publish(session, event(0))
            before_commit(session, Phase.LAST, linger)
        async with site.open_ready(tokens["staff"], start) as resumed:
            for stream in (live, resumed):
                assert [(await stream.next()).data["number"] for _ in range(4)] == [0, 1, 2, 3]


async def test_what_is_committed_and_never_notified_arrives_by_looking(
    site: Site, tokens: dict[str, str]
) -> None:
    async with site.open_ready(tokens["staff"]) as stream:
        # As a process killed between the commit and the wake-up leaves it.
        async with site.database.engine.begin() as connection:
            await connection.execute(
                text(
                    "INSERT INTO event_feed (type, permission, owner_ids, data)"
                    """ VALUES ('test.happened', 'customers:read', '{}', '{"number": 7}')"""
                )
            )
        async with asyncio.timeout(2 * hub.POLL_SECONDS + 1):
            assert (await stream.next()).data["number"] == 7


async def test_a_reader_who_was_away_gets_more_than_one_batch(
    site: Site, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_router, "BATCH", 2)
    monkeypatch.setattr(hub, "BATCH", 2)
    _, start = await site.bounds()
    for number in range(5):
        await site.tell(number)

    async with site.open_ready(tokens["staff"], start) as stream:
        missed = [(await stream.next()).data["number"] for _ in range(5)]
        async with site.database.transaction() as session:
            for number in range(5, 10):
                publish(session, event(number))
        live = [(await stream.next()).data["number"] for _ in range(5)]

    assert missed + live == list(range(10))


async def log_out(site: Site, cookie: str) -> None:
    response = await site.client.post("/auth/logout", headers={"Cookie": f"{COOKIE}={cookie}"})
    assert response.status_code == 204


async def test_the_stream_of_a_session_ends_when_it_logs_out_and_no_other_does(
    site: Site, tokens: dict[str, str]
) -> None:
    signed_in = await sign_in(site.client, "staff")
    async with (
        site.open_ready(signed_in.json()["access_token"]) as ended,
        site.open_ready(tokens["staff"]) as same_person,
    ):
        await site.tell(1)
        await log_out(site, signed_in.cookies[COOKIE])
        await site.tell(2)

        assert [message.event for message in await ended.rest()] == ["test.happened", "session.ended"]
        assert [(await same_person.next()).data["number"] for _ in range(2)] == [1, 2]


async def test_a_session_that_logs_out_while_its_stream_opens_gets_no_stream(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in = await sign_in(site.client, "staff")
    cookie, token = signed_in.cookies[COOKIE], signed_in.json()["access_token"]
    authenticate: Authenticator = site.app.state.authenticators["bearer"]
    is_first = True

    async def authenticate_and_log_out(token: str) -> Actor:
        nonlocal is_first
        actor = await authenticate(token)
        if is_first:
            is_first = False
            await log_out(site, cookie)
            while site.app.state.hub._position < (await site.bounds())[1]:
                pass
        return actor

    monkeypatch.setitem(site.app.state.authenticators, "bearer", authenticate_and_log_out)

    async with site.open(token) as stream:
        assert [message.event for message in await stream.rest()] == ["session.ended"]


async def test_the_streams_of_an_account_end_when_it_is_disabled(site: Site, tokens: dict[str, str]) -> None:
    async with client_of(site.app, tokens["staff"]) as staff, client_of(site.app, tokens["admin"]) as admin:
        user_id = await user_id_of(staff)
        async with site.open_ready(tokens["staff"]) as stream:
            assert (await admin.post(f"/users/{user_id}/disable")).status_code == 200
            assert [message.event for message in await stream.rest()] == ["session.ended"]

    refused = await site.client.get("/events", headers=bearer(tokens["staff"]))
    assert refused.status_code == 401
    assert refused.json()["code"] == "auth.session_ended"


async def test_a_stream_ends_when_the_rights_change_and_the_session_goes_on(
    site: Site, tokens: dict[str, str]
) -> None:
    narrow = await create_role(site.database, "narrow", {"documents:read": Scope.ALL})
    async with client_of(site.app, tokens["staff"]) as staff, client_of(site.app, tokens["admin"]) as admin:
        user = await admin.get(f"/users/{await user_id_of(staff)}")
        async with site.open_ready(tokens["staff"]) as stream:
            changed = await admin.put(
                f"/users/{user.json()['id']}",
                json={"display_name": "测试 staff", "roles": [narrow]},
                headers={"If-Match": user.headers["etag"]},
            )
            assert changed.status_code == 200
            assert [message.event for message in await stream.rest()] == ["session.rights_changed"]

    async with site.open_ready(tokens["staff"]) as stream:
        await site.tell(1)
        await site.tell(2, permission="documents:read")
        assert (await stream.next()).data["number"] == 2


async def test_the_streams_of_a_role_end_when_what_it_permits_changes_and_no_others_do(
    site: Site, tokens: dict[str, str]
) -> None:
    async with site.open_ready(tokens["staff"]) as theirs, site.open_ready(tokens["auditor"]) as other:
        await change_role(site.database, "staff", {"documents:read": Scope.ALL})
        [last] = await theirs.rest()
        assert (last.event, last.data) == ("session.rights_changed", {})
        assert last.id is not None
        await site.tell(1)
        assert (await other.next()).data["number"] == 1

    async with site.open_ready(tokens["staff"]) as stream:
        await site.tell(2)
        await site.tell(3, permission="documents:read")
        assert (await stream.next()).data["number"] == 3


async def test_who_was_away_when_the_rights_changed_is_told_and_others_are_not(
    site: Site, tokens: dict[str, str]
) -> None:
    await site.tell(1)
    _, before = await site.bounds()
    await change_role(site.database, "staff", {"documents:read": Scope.ALL})
    await site.tell(2, permission="documents:read")

    async with site.open_ready(tokens["staff"], before) as theirs:
        told = [await theirs.next(), await theirs.next()]
    async with site.open_ready(tokens["auditor"], before) as other:
        assert (await other.next()).data["number"] == 2

    assert [message.event for message in told] == ["session.rights_changed", "test.happened"]
    # Having read it, one is not told again.
    async with site.open_ready(tokens["staff"], told[0].id) as theirs:
        assert (await theirs.next()).data["number"] == 2


async def test_a_stream_ends_when_its_session_runs_out(site: Site) -> None:
    signed_in = await sign_in(site.client, "staff")
    session_id = UUID(signed_in.cookies[COOKIE].partition(".")[0])
    ran_out = now()
    async with site.database.transaction() as session:
        await session.execute(
            update(LoginSession).where(LoginSession.id == session_id).values(expires_at=ran_out)
        )

    # The session was open when it asked, and is not any more.
    with clock.stopped(ran_out - timedelta(seconds=1)):
        async with site.open(signed_in.json()["access_token"]) as stream:
            assert [message.event for message in await stream.rest()] == ["ready", "session.ended"]


async def test_people_with_a_reach_of_their_own_learn_of_their_own_customers_only(
    site: Site, settings: Settings, tokens: dict[str, str]
) -> None:
    grants = {"customers:read": Scope.OWN, "customers:write": Scope.OWN}
    token = await open_account_with(site.database, settings, "owner", grants)
    _, start = await site.bounds()
    async with (
        client_of(site.app, tokens["staff"]) as staff,
        client_of(site.app, token) as owner,
        site.open_ready(token) as live,
    ):
        foreign = await create_customer(staff)
        own = await create_customer(owner)
        managed = await create_customer(staff, manager_id=await user_id_of(owner))
        expected = {own["id"], managed["id"]}
        async with site.open_ready(token, start) as resumed:
            for stream in (live, resumed):
                learned: list[str] = []
                while not expected <= set(learned):
                    learned.append((await stream.next()).data["customer_id"])
                assert foreign["id"] not in learned


async def test_who_lacks_the_permission_learns_nothing(
    site: Site, settings: Settings, tokens: dict[str, str]
) -> None:
    token = await open_account_with(site.database, settings, "reader", {"documents:read": Scope.ALL})
    async with site.open_ready(token) as stream, site.open_ready(tokens["staff"]) as other:
        await site.tell(1)
        await site.tell(2, permission="documents:read")
        assert [(await stream.next()).data["number"]] == [2]
        assert [(await other.next()).data["number"] for _ in range(2)] == [1, 2]


async def test_some_news_is_for_everybody_who_is_signed_in(site: Site, settings: Settings) -> None:
    token = await open_account_with(site.database, settings, "reader", {})
    async with site.open_ready(token) as stream:
        await site.tell(1)
        await site.tell(2, permission=EVERYBODY)

        assert (await stream.next()).data["number"] == 2


async def test_a_reader_away_for_too_long_starts_afresh(site: Site, tokens: dict[str, str]) -> None:
    _, start = await site.bounds()
    for number in range(3):
        await site.tell(number)
    async with site.database.transaction() as session:
        await forget_old(session, now() + timedelta(hours=25))
    oldest, newest = await site.bounds()
    assert start < oldest == newest

    async with site.open(tokens["staff"], start) as stream:
        assert await stream.next() == Message("reset", str(newest), {"last_event_id": str(newest)})
        assert await stream.next() == Message("ready", None, {"last_event_id": str(newest)})
        await site.tell(4)
        assert (await stream.next()).data["number"] == 4
    # Who has seen all that was dropped has missed nothing.
    async with site.open(tokens["staff"], oldest) as stream:
        assert (await stream.next()).event == "ready"
        assert (await stream.next()).data["number"] == 4


@pytest.mark.parametrize("unknown", ["{0}-9999999999", "999999999999-1", "9" * 40])
async def test_an_id_that_was_never_told_starts_afresh(
    site: Site, tokens: dict[str, str], unknown: str
) -> None:
    _, newest = await site.bounds()
    async with site.open(tokens["staff"], unknown.format(newest.transaction_id)) as stream:
        assert await stream.next() == Message("reset", str(newest), {"last_event_id": str(newest)})
        assert (await stream.next()).event == "ready"
        await site.tell(1)
        assert (await stream.next()).data["number"] == 1


async def test_streams_start_afresh_when_the_database_is_set_back(
    site: Site, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RECONNECT_SECONDS", 0.0)
    async with site.open_ready(tokens["staff"]) as stream:
        await site.tell(1)
        await site.tell(2)
        last = [(await stream.next()).id for _ in range(2)][-1]
        # A copy from before the last event, on a server that has begun to count anew.
        async with site.database.transaction() as session:
            await session.execute(text("DELETE FROM event_feed WHERE data ->> 'number' = '2'"))
            await session.execute(text("UPDATE event_feed SET transaction_id = transaction_id + 1000000000"))
        await cut_off_listener(site)
        assert await stream.rest() == []

    async with site.open(tokens["staff"], last) as stream:
        assert (await stream.next()).event == "reset"
        assert (await stream.next()).event == "ready"
        await site.tell(3)
        assert (await stream.next()).data["number"] == 3


@pytest.mark.parametrize("unknown", ["-1", "x", "1.5", "1-2-3", "1-"])
async def test_an_id_that_is_none_is_refused(site: Site, tokens: dict[str, str], unknown: str) -> None:
    response = await site.client.get("/events", headers=bearer(tokens["staff"]) | {"Last-Event-ID": unknown})

    assert response.status_code == 422
    assert response.json()["code"] == "request.invalid"


async def test_a_session_has_no_more_streams_than_pages_that_anybody_keeps_open(
    site: Site, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "STREAMS_PER_SESSION", 2)

    async with (
        site.open_ready(tokens["staff"]) as oldest,
        site.open_ready(tokens["auditor"]) as anothers,
        site.open_ready(tokens["staff"]) as older,
        site.open_ready(tokens["staff"]) as newest,
    ):
        assert await oldest.rest() == []
        await site.tell(7)
        for stream in (anothers, older, newest):
            assert (await stream.next()).data["number"] == 7


async def cut_off_listener(site: Site) -> None:
    """End the connection that waits for news."""
    async with site.database.transaction() as session:
        terminated = await session.scalars(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'kehui-listen' AND datname = current_database()"
            )
        )
        assert terminated.all() == [True]


async def test_what_is_told_while_the_listener_is_cut_off_arrives_once_it_is_back(
    site: Site, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RECONNECT_SECONDS", 0.0)
    # Only the listener's return may bring the news.
    monkeypatch.setattr(hub, "POLL_SECONDS", 3_600.0)
    connect = asyncpg.connect
    is_away, may_return = asyncio.Event(), asyncio.Event()

    async def connect_late(dsn: str | None = None, **options: Any) -> Any:
        if options.get("server_settings", {}).get("application_name") == "kehui-listen":
            is_away.set()
            await may_return.wait()
        return await connect(dsn, **options)

    async with site.open_ready(tokens["staff"]) as stream:
        await site.tell(1)
        assert (await stream.next()).data["number"] == 1
        # The pump is past its former, shorter wait.
        await site.tell(2)
        assert (await stream.next()).data["number"] == 2

        monkeypatch.setattr(asyncpg, "connect", connect_late)
        await cut_off_listener(site)
        async with asyncio.timeout(PATIENCE):
            await is_away.wait()
        await site.tell(3)
        may_return.set()
        assert (await stream.next()).data["number"] == 3
        await site.tell(4)
        assert (await stream.next()).data["number"] == 4


async def test_open_streams_hold_no_database_connection(site: Site, tokens: dict[str, str]) -> None:
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(site.open_ready(tokens["staff"])) for _ in range(20)]
        await site.tell(1)
        for stream in streams:
            assert (await stream.next()).data["number"] == 1

        for engine in (site.served.engine, site.served.read_engine):
            assert isinstance(engine.pool, QueuePool)
            assert engine.pool.checkedout() == 0
        assert len(site.app.state.hub._subscriptions) == 20


async def test_a_reader_too_slow_to_follow_starts_afresh(
    site: Site, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = await site.app.state.authenticators["bearer"](tokens["staff"])
    monkeypatch.setattr(hub, "QUEUE_SIZE", 3)
    async with (
        site.app.state.hub.subscribe(actor) as (subscription, _),
        site.open_ready(tokens["staff"]) as s,
    ):
        for number in range(5):
            await site.tell(number)
            assert (await s.next()).data["number"] == number

        assert subscription.ended_by == "overflow"
        queued = [subscription.queue.get_nowait() for _ in range(subscription.queue.qsize())]
    assert [entry and entry.data["number"] for entry in queued] == [0, 1, 2, None]
