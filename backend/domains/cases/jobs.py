"""Count open cases anew when what is required has changed."""

from uuid import UUID

from backend.domains.cases.service.flow import CaseService
from backend.domains.cases.service.reading import CaseReader
from backend.kit.auth import Actor
from backend.kit.db.session import Database
from backend.kit.jobs import JobRun, enqueue

RECOUNT_CASES = "cases.recount"
BATCH = 50


async def recount_cases(database: Database, run: JobRun) -> None:
    """Bring the counts and statuses of open cases up to date; those behind the batch are left to a job of their own.

    Each case has its transaction, so that nobody waits while another customer's is counted.
    """
    actor = Actor.system(RECOUNT_CASES)
    after = run.payload.get("after")
    async with database.reading() as session:
        ids = await CaseReader(session).open_ids(after=UUID(after) if after else None, limit=BATCH)
    for case_id in ids:
        async with database.transaction() as session:
            await CaseService(session).recount(actor, case_id)
    if len(ids) == BATCH:
        async with database.transaction() as session:
            await enqueue(session, RECOUNT_CASES, {"after": str(ids[-1])})


async def recount_daily(database: Database) -> None:
    """Count anew what has expired or become too old with the new day."""
    async with database.transaction() as session:
        await enqueue(session, RECOUNT_CASES, {}, dedupe_key=RECOUNT_CASES)
