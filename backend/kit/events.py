"""Tell the domains above of what happened, inside the same transaction.

A domain emits; who listens stands in `backend.events`. A handler that fails fails the request: events keep
domains consistent with each other. Side effects are jobs.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.auth import Actor

Handler = Callable[[AsyncSession, Actor, Any], Awaitable[None]]

_handlers: dict[type[Any], tuple[Handler, ...]] = {}


def register(handlers: dict[type[Any], tuple[Handler, ...]]) -> None:
    """Set who handles which event; called once, by `backend.events`."""
    _handlers.clear()
    _handlers.update(handlers)


async def emit(session: AsyncSession, actor: Actor, event: object) -> None:
    """Run the event's handlers in the order of their registration."""
    for handler in _handlers[type(event)]:
        await handler(session, actor, event)
