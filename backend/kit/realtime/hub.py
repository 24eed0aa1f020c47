"""One listener per process, fanning the feed out to the open streams."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import asyncpg
from sqlalchemy.engine import make_url

from backend.kit.auth import Actor
from backend.kit.db.session import Database
from backend.kit.realtime.feed import (
    BEGINNING,
    CHANNEL,
    FeedEntry,
    Position,
    adopt_foreign_entries,
    feed_bounds,
    read_after,
)
from backend.kit.realtime.live import EVERYBODY

log = logging.getLogger("kehui.realtime")

BATCH = 500
QUEUE_SIZE = 1_000
RECONNECT_SECONDS = 1.0
# A NOTIFY is lost with the process that was to send it or the connection that was to receive it; looking now and then
# bounds how late that is noticed.
POLL_SECONDS = 1.0
# How soon to look again while something committed waits for an older transaction to end.
HELD_UP_SECONDS = 0.03
# Between two looks: what comes at the same time is read together.
PAUSE_SECONDS = 0.02

# Behind one address there may be a whole company, so streams are counted for each session: one for each open page.
STREAMS_PER_SESSION = 20

SESSION_ENDED = "session.ended"
RIGHTS_CHANGED = "session.rights_changed"
_INTERNAL = frozenset({SESSION_ENDED, RIGHTS_CHANGED})


@dataclass(eq=False)
class Subscription:
    """One open stream: its events wait in ``queue``; ``None`` in it means that the stream must end."""

    actor: Actor
    queue: asyncio.Queue[FeedEntry | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_SIZE + 1))
    ended_by: str | None = None

    def end(self, reason: str, *, last: FeedEntry | None = None) -> None:
        """Let the stream finish what is queued, with ``last`` behind it if there is room, and then end."""
        if self.ended_by is None:
            self.ended_by = reason
            if last is not None and self.queue.qsize() < QUEUE_SIZE:
                self.queue.put_nowait(last)
            self.queue.put_nowait(None)

    def offer(self, entry: FeedEntry) -> None:
        """Queue the event if this person may know of it."""
        if self.ended_by is not None:
            return
        if self.queue.qsize() >= QUEUE_SIZE:
            # A reader this slow starts afresh rather than making the process hold its backlog.
            self.end("overflow")
        elif may_learn(self.actor, entry):
            self.queue.put_nowait(entry)


def may_learn(actor: Actor, entry: FeedEntry) -> bool:
    """Tell whether the event concerns something this person may see."""
    if entry.type in _INTERNAL:
        return False
    return entry.permission == EVERYBODY or actor.covers(entry.permission, entry.ownership)


def changes_rights_of(actor: Actor, entry: FeedEntry) -> bool:
    """Tell whether the event is that this person's rights changed."""
    return entry.type == RIGHTS_CHANGED and str(actor.id) in entry.data["user_ids"]


class Hub:
    """Reads the feed once per process and offers each entry to every subscription."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._subscriptions: dict[Subscription, None] = {}
        self._position = BEGINNING
        self._is_stopping = False
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin at the newest entry and listen."""
        await adopt_foreign_entries(self._database)
        self._position = await self._newest()
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._pump())]

    def end_streams(self) -> None:
        """End all streams, and from now on each as soon as it begins."""
        self._is_stopping = True
        for subscription in list(self._subscriptions):
            subscription.end("shutdown")

    async def stop(self) -> None:
        """End all streams and stop listening."""
        self.end_streams()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    @asynccontextmanager
    async def subscribe(self, actor: Actor) -> AsyncIterator[tuple[Subscription, Position]]:
        """Open a subscription; yields it and the position after which its events begin."""
        self._make_room(actor)
        subscription = Subscription(actor)
        self._subscriptions[subscription] = None
        if self._is_stopping:
            subscription.end("shutdown")
        try:
            yield subscription, self._position
        finally:
            self._subscriptions.pop(subscription)

    def _make_room(self, actor: Actor) -> None:
        """End the oldest streams of a session that has too many: they are those whose reader is long gone."""
        same = [
            other
            for other in self._subscriptions
            if other.actor.session_id == actor.session_id and other.ended_by is None
        ]
        for other in same[: max(0, len(same) + 1 - STREAMS_PER_SESSION)]:
            other.end("overflow")

    async def _listen(self) -> None:
        dsn = make_url(self._database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        caches = self._database.caches
        while True:
            try:
                connection = await asyncpg.connect(dsn, server_settings={"application_name": "kehui-listen"})
                lost = asyncio.Event()
                connection.add_termination_listener(lambda _connection, lost=lost: self._lose(lost))
                await connection.add_listener(CHANNEL, lambda *_: self._wake.set())
                for channel in caches.channels:
                    await connection.add_listener(channel, lambda *told: caches.on(told[2]).forget())
                caches.inform(informed=True)
                try:
                    await self._check_position()
                    self._wake.set()
                    await lost.wait()
                finally:
                    caches.inform(informed=False)
                    await connection.close()
            except Exception as error:  # noqa: BLE001 - the listener outlives a database that is away
                log.warning("realtime.listener_lost", extra={"error": repr(error)})
            await asyncio.sleep(RECONNECT_SECONDS)

    def _lose(self, lost: asyncio.Event) -> None:
        """Stop relying on being told, from this moment on."""
        self._database.caches.inform(informed=False)
        lost.set()

    async def _check_position(self) -> None:
        """Go on from where the database is, should it have been set back behind us."""
        position = self._position
        await adopt_foreign_entries(self._database)
        newest = await self._newest()
        if position > newest:
            self._position = newest
            for subscription in list(self._subscriptions):
                subscription.end("set_back")

    async def _newest(self) -> Position:
        async with self._database.lookup() as session:
            return (await feed_bounds(session))[1]

    async def _pump(self) -> None:
        wait = POLL_SECONDS
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            self._wake.clear()
            try:
                wait = HELD_UP_SECONDS if await self._drain() else POLL_SECONDS
                await asyncio.sleep(PAUSE_SECONDS)
            except Exception as error:  # noqa: BLE001 - the pump outlives a database that is away
                log.warning("realtime.feed_unread", extra={"error": repr(error)})
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _drain(self) -> bool:
        """Tell everything that can be read; returns whether more is held up."""
        while True:
            async with self._database.lookup() as session:
                reading = await read_after(session, self._position, limit=BATCH)
            for entry in reading.entries:
                self._position = entry.position
                self._tell(entry)
            if not reading.is_full:
                return reading.is_held_up

    def _tell(self, entry: FeedEntry) -> None:
        if entry.type in _INTERNAL:
            # Whoever subscribes from now on will not be told of it, so nothing from before may identify them.
            self._database.caches.forget_all()
        for subscription in list(self._subscriptions):
            actor = subscription.actor
            if entry.type == SESSION_ENDED and str(actor.session_id) in entry.data["session_ids"]:
                subscription.end(SESSION_ENDED)
            elif changes_rights_of(actor, entry):
                subscription.end(RIGHTS_CHANGED, last=entry)
            else:
                subscription.offer(entry)
