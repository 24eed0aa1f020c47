"""What documents and their types bring into the house."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.documents import models
from backend.domains.documents.jobs import render_document
from backend.domains.documents.live import DocumentEvent, DocumentTypesEvent, FindingEvent
from backend.domains.documents.permissions import DEFAULT_GRANTS, DocumentPermission
from backend.domains.documents.router import router
from backend.domains.documents.service.pictures import RENDER_DOCUMENT, draw_again
from backend.domains.documents.service.sweep import sweep_files
from backend.domains.documents.service.types import DocumentTypeService
from backend.kit.manifest import Domain


async def seed(session: AsyncSession) -> None:
    """Add the document types that come with this version."""
    await DocumentTypeService(session).seed()


MANIFEST = Domain(
    models=models,
    router=router,
    permissions=DocumentPermission,
    grants=DEFAULT_GRANTS,
    live=(DocumentEvent, DocumentTypesEvent, FindingEvent),
    jobs={RENDER_DOCUMENT: render_document},
    schedules={"draw_again": ("37 * * * *", draw_again), "sweep_files": ("47 18 * * *", sweep_files)},
    seed=seed,
)
