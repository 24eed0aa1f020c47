"""Slow the guessing of passwords down."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.identity.errors import LoginThrottled
from backend.domains.identity.repository import SessionRepository
from backend.kit import clock

FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_FROM_ONE_PLACE = 10
FAILURES_FROM_ONE_ADDRESS = 50
FAILURES_ON_ONE_ACCOUNT = 100


async def begin_try(session: AsyncSession, username: str, address: str) -> UUID:
    """Count a try as failed, until `forget_try` takes it back; raises `LoginThrottled` after too many.

    Counted before the password is looked at, so that many at once are counted too.
    """
    now = clock.now()
    since = now - FAILURE_WINDOW
    sessions = SessionRepository(session)
    counted = (
        (
            FAILURES_FROM_ONE_PLACE,
            await sessions.count_failures(since=since, username=username, address=address),
        ),
        (FAILURES_FROM_ONE_ADDRESS, await sessions.count_failures(since=since, address=address)),
        (FAILURES_ON_ONE_ACCOUNT, await sessions.count_failures(since=since, username=username)),
    )
    if any(count >= limit for limit, count in counted):
        raise LoginThrottled(headers={"Retry-After": str(int(FAILURE_WINDOW.total_seconds()))})
    return await sessions.add_failure(username, address, now)


async def forget_try(session: AsyncSession, failure_id: UUID) -> None:
    """Take back a try whose password was right."""
    await SessionRepository(session).remove_failure(failure_id)
