"""Which job runs what, and what runs by the clock."""

from collections.abc import Mapping
from datetime import timedelta

from backend.domains.identity.repository import SessionRepository
from backend.kit import clock
from backend.kit.db.answers import forget_old_answers
from backend.kit.db.session import Database
from backend.kit.jobs import JobHandler, ScheduledHandler
from backend.kit.realtime.feed import forget_old
from backend.manifests import DOMAINS

# Longer than any window in which failed tries count; until then an ended session answers as such.
LOGIN_TRACES_KEPT_FOR = timedelta(days=1)


async def tidy_up(database: Database) -> None:
    """Drop what is kept for a day only: feed entries, answers to idempotency keys, traces of past sign-ins."""
    async with database.transaction() as session:
        await forget_old(session, clock.now())
        await forget_old_answers(session, clock.now())
        await SessionRepository(session).forget_old(clock.now() - LOGIN_TRACES_KEPT_FOR)


HANDLERS: Mapping[str, JobHandler] = {
    name: handler for domain in DOMAINS for name, handler in domain.jobs.items()
}

SCHEDULES: Mapping[str, tuple[str, ScheduledHandler]] = {
    "tidy_up": ("17 * * * *", tidy_up),
    **{name: schedule for domain in DOMAINS for name, schedule in domain.schedules.items()},
}
