"""What dictionaries bring into the house."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.dictionary import models
from backend.domains.dictionary.live import DictionaryEvent
from backend.domains.dictionary.permissions import DictionaryPermission
from backend.domains.dictionary.router import router
from backend.domains.dictionary.service import DictionaryService
from backend.kit.manifest import Domain


async def seed(session: AsyncSession) -> None:
    """Add the entries that come with this version."""
    await DictionaryService(session).seed()


MANIFEST = Domain(
    models=models,
    router=router,
    permissions=DictionaryPermission,
    live=(DictionaryEvent,),
    seed=seed,
)
