"""Count open files anew when what is required has changed."""

from backend.domains.cases.service import CaseService
from backend.domains.customers.service import CustomerService
from backend.domains.documents.service.types import DocumentTypeService
from backend.kit.auth import Actor
from backend.kit.db.session import Database
from backend.kit.jobs import JobRun

RECOUNT_FILES = "cases.recount"
BATCH = 100


async def recount_files(database: Database, run: JobRun) -> None:
    """Bring the counts and states of all open files up to date, a hundred in a transaction."""
    del run
    actor = Actor.system(RECOUNT_FILES)
    async with database.reading() as session:
        ids = await CustomerService(session).open_file_ids()
    for start in range(0, len(ids), BATCH):
        async with database.transaction() as session:
            cases, customers = CaseService(session), CustomerService(session)
            types = await DocumentTypeService(session).list_types()
            for customer_id in ids[start : start + BATCH]:
                await cases.refresh(actor, await customers.get(actor, customer_id, lock=True), types)
