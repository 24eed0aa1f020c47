"""Make the pictures of a document in the background."""

from uuid import UUID

from backend.domains.documents.service.pictures import make_pictures
from backend.kit.db.session import Database
from backend.kit.jobs import JobRun


async def render_document(database: Database, run: JobRun) -> None:
    """Draw thumbnail and preview of every page; after the last failed try the document says so."""
    await make_pictures(database, UUID(run.payload["document_id"]), is_last_try=run.is_last_try)
