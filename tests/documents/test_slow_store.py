"""A store that takes its time delays whoever fetches from it, and nobody else."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from obstore.store import MemoryStore

from backend.app import create_app
from backend.config import Settings
from backend.domains.documents.models import Processing, original_key
from backend.kit.db.session import Database
from backend.kit.storage import Storage
from tests.conftest import client_of
from tests.customers.factories import create_customer, person
from tests.documents.factories import add_document

POOL = 2
FETCHES = 4


class SlowStorage(Storage):
    """A store elsewhere that answers once it is told to."""

    def __init__(self) -> None:
        super().__init__(MemoryStore())
        self.may_answer = asyncio.Event()
        self.waiting = asyncio.Semaphore(0)

    async def open_range(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Wait first."""
        self.waiting.release()
        await self.may_answer.wait()
        return await super().open_range(key, start, end)


@pytest.mark.parametrize("variant", ["preview", "original"])
async def test_nobody_waits_for_a_connection_while_bytes_are_fetched(
    live_database: Database,
    settings: Settings,
    tokens: dict[str, str],
    variant: str,
) -> None:
    storage = SlowStorage()
    database = Database(live_database.url, pool_size=POOL)
    app = create_app(settings, database)
    app.state.resources.storage = storage
    async with client_of(app, tokens["staff"]) as client, asyncio.timeout(60):
        customer = await create_customer(client)
        document_id = await add_document(database, customer, processing=Processing.READY)
        await storage.put_bytes(b"picture", f"{document_id}/1-preview.webp")
        await storage.put_bytes(b"picture", original_key(UUID(document_id)))
        path = f"/documents/{document_id}/content?variant={variant}"
        fetches = [asyncio.create_task(client.get(path)) for _ in range(FETCHES)]
        for _ in fetches:
            await storage.waiting.acquire()

        meanwhile = [await client.post("/customers", json=person()), await client.get("/customers")]

        storage.may_answer.set()
        answers = await asyncio.gather(*fetches)
    await database.close()
    assert [answer.status_code for answer in meanwhile] == [201, 200]
    assert [answer.content for answer in answers] == [b"picture"] * FETCHES
