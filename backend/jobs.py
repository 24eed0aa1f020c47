"""Which job runs what, and what runs by the clock."""

from collections.abc import Mapping
from datetime import timedelta

from backend.domains.cases.jobs import RECOUNT_CASES, recount_cases
from backend.domains.documents.jobs import render_document
from backend.domains.documents.service.pictures import RENDER_DOCUMENT, draw_again
from backend.domains.documents.service.sweep import sweep_files
from backend.domains.identity.repository import SessionRepository
from backend.kit import clock
from backend.kit.db.answers import forget_old_answers
from backend.kit.db.session import Database
from backend.kit.jobs import JobHandler, ScheduledHandler
from backend.kit.realtime.feed import forget_old

# Longer than any window in which failed tries count; until then an ended session answers as such.
LOGIN_TRACES_KEPT_FOR = timedelta(days=1)


async def tidy_up(database: Database) -> None:
    """Drop what is kept for a day only: feed entries, answers to idempotency keys, traces of past sign-ins."""
    async with database.transaction() as session:
        await forget_old(session, clock.now())
        await forget_old_answers(session, clock.now())
        await SessionRepository(session).forget_old(clock.now() - LOGIN_TRACES_KEPT_FOR)


HANDLERS: Mapping[str, JobHandler] = {
    RENDER_DOCUMENT: render_document,
    RECOUNT_CASES: recount_cases,
}

SCHEDULES: Mapping[str, tuple[str, ScheduledHandler]] = {
    "tidy_up": ("17 * * * *", tidy_up),
    "draw_again": ("37 * * * *", draw_again),
    "sweep_files": ("47 18 * * *", sweep_files),
}
