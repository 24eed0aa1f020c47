"""The event stream."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from backend.kit.auth import Actor, Requires, identify
from backend.kit.db.session import get_database
from backend.kit.errors import Unauthenticated
from backend.kit.realtime.feed import FeedEntry, Position, feed_bounds, read_after
from backend.kit.realtime.hub import (
    BATCH,
    RIGHTS_CHANGED,
    SESSION_ENDED,
    Hub,
    Subscription,
    changes_rights_of,
    may_learn,
)
from backend.kit.routing import Router

router = Router(tags=["events"])

LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        pattern=r"^\d{1,40}(-\d{1,40})?$",
        description="The id of the last event received; the stream goes on after it.",
    ),
]


@router.get("/events", response_class=EventSourceResponse)
async def stream_events(
    request: Request,
    actor: Annotated[Actor, Requires()],
    last_event_id: LastEventId = None,
) -> AsyncIterator[ServerSentEvent]:
    """Stream what changes, as server-sent events, as far as you may see it.

    The first event is `ready` with `{"last_event_id": "…"}`, where the stream begins. Each further one has an `id`, the
    kind of change as `event` (such as `document.uploaded`) and ids in `data`:
    `{"customer_id", "document_id", "version", "actor_id", "at"}`; fetch the object itself to learn more.
    Reconnect with `Last-Event-ID` to get what you missed, each event once. `reset` means that the feed no longer
    reaches back that far: fetch everything you show. Before the stream closes because you signed out, were
    disabled or your session ran out, it sends `session.ended`. `session.rights_changed` means that your roles or
    what they permit have changed: fetch your account anew. A comment every 15 seconds keeps the connection open.
    """
    hub: Hub = request.app.state.hub
    async with hub.subscribe(actor) as (subscription, newest):
        # What ended the session or changed its rights just before the subscription was not told to it.
        try:
            actor = subscription.actor = await identify(request)
        except Unauthenticated:
            yield ServerSentEvent(event=SESSION_ENDED, data={})
            return
        position = newest
        if last_event_id is not None:
            position = Position.parse(last_event_id)
            async with get_database(request).lookup() as session:
                oldest, last = await feed_bounds(session)
            if not oldest <= position <= last:
                # Not the subscription's place: it lags behind, perhaps even behind what is kept.
                position = last
                yield ServerSentEvent(event="reset", data={"last_event_id": str(last)}, id=str(last))
        yield ServerSentEvent(event="ready", data={"last_event_id": str(position)})
        async for entry in _missed(request, actor, position):
            position = entry.position
            yield _encode(entry)
        async for entry in _live(subscription, actor):
            # What was committed while the missed entries were read stands in both.
            if entry.position > position:
                position = entry.position
                yield _encode(entry)
        if subscription.ended_by in {None, SESSION_ENDED}:
            yield ServerSentEvent(event=SESSION_ENDED, data={})


async def _missed(request: Request, actor: Actor, position: Position) -> AsyncIterator[FeedEntry]:
    """Yield what was told after ``position``, without holding a connection while the receiver reads."""
    while True:
        async with get_database(request).lookup() as session:
            reading = await read_after(session, position, limit=BATCH)
        for entry in reading.entries:
            position = entry.position
            if may_learn(actor, entry) or changes_rights_of(actor, entry):
                yield entry
        if not reading.is_full:
            return


async def _live(subscription: Subscription, actor: Actor) -> AsyncIterator[FeedEntry]:
    """Yield entries as they are told, until the stream must end or the session has run out."""
    while True:
        left = (
            (actor.session_expires_at - datetime.now(UTC)).total_seconds()
            if actor.session_expires_at
            else None
        )
        try:
            async with asyncio.timeout(left):
                entry = await subscription.queue.get()
        except TimeoutError:
            return
        if entry is None:
            return
        yield entry


def _encode(entry: FeedEntry) -> ServerSentEvent:
    if entry.type == RIGHTS_CHANGED:
        # Whose else the rights were is nobody's business.
        return ServerSentEvent(id=str(entry.position), event=RIGHTS_CHANGED, data={})
    data: dict[str, Any] = {"type": entry.type, **entry.data, "at": entry.created_at.isoformat()}
    return ServerSentEvent(id=str(entry.position), event=entry.type, data=data)
