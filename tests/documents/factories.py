"""Make files and documents."""

import io
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from httpx import AsyncClient, Response
from PIL import Image
from uuid_utils.compat import uuid7

from backend.config import get_settings
from backend.domains.cases.service.flow import CaseService
from backend.domains.documents.models import Document
from backend.jobs import HANDLERS
from backend.kit.auth import Actor
from backend.kit.db.session import Database
from backend.kit.jobs import JobRun
from backend.kit.storage import Storage
from backend.resources import Resources

REQUIRED_TYPES = ("id_card_front", "id_card_back", "income_proof", "bank_statement", "credit_report")

_sequence = count(1)


def jpeg(*, size: tuple[int, int] = (120, 80)) -> bytes:
    """Return a JPEG whose bytes no other call returns."""
    number = next(_sequence)
    image = Image.new("RGB", size, (number % 256, number // 256 % 256, 120))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", comment=str(number).encode())
    return buffer.getvalue()


async def upload(
    client: AsyncClient,
    customer_id: str,
    document_type: str = "id_card_front",
    content: bytes | None = None,
    *,
    filename: str = "证件.jpg",
    media_type: str = "image/jpeg",
    headers: dict[str, str] | None = None,
) -> Response:
    """Send one file."""
    return await client.post(
        "/documents/upload",
        data={"customer_id": customer_id, "document_type": document_type},
        files={"file": (filename, jpeg() if content is None else content, media_type)},
        headers=headers or {},
    )


async def create_document(
    client: AsyncClient, customer_id: str, document_type: str = "id_card_front", content: bytes | None = None
) -> dict[str, Any]:
    """Upload a picture and return the document."""
    response = await upload(client, customer_id, document_type, content)
    assert response.status_code == 201, response.text
    document: dict[str, Any] = response.json()
    return document


async def complete_case(client: AsyncClient, customer_id: str) -> list[dict[str, Any]]:
    """Upload a picture of every required type and return the documents."""
    return [await create_document(client, customer_id, code) for code in REQUIRED_TYPES]


async def add_document(
    database: Database,
    customer: dict[str, Any],
    document_type: str = "id_card_front",
    **fields: Any,
) -> str:
    """Write the row of a document without any bytes, uploaded by whoever opened the customer, and return its id."""
    row = {
        "id": uuid7(),
        "filename": "证件.jpg",
        "content_type": "image/jpeg",
        "size": 1,
        "sha256": f"{next(_sequence):064x}",
        "page_count": 1,
        "uploaded_by_id": UUID(customer["created_by"]["id"]),
        **fields,
    }
    async with database.transaction() as session:
        session.add(Document(customer_id=UUID(customer["id"]), document_type=document_type, **row))
    return str(row["id"])


async def recount(database: Database, customer_id: str) -> None:
    """Let the file follow its documents, as it does after every upload."""
    async with database.transaction() as session:
        await CaseService(session).documents_changed(Actor.system("tests"), UUID(customer_id))


async def render(database: Database, document_id: str, *, is_last_try: bool = False) -> None:
    """Run the job that draws a document's pictures."""
    await HANDLERS["documents.render"](
        database, JobRun({"document_id": document_id}, is_last_try=is_last_try)
    )


def storage() -> Storage:
    """Open where the tests' applications keep bytes."""
    return Resources(get_settings()).storage


async def stored_keys() -> set[str]:
    """Return the keys of everything that is stored."""
    return {item.key async for item in storage().list_objects()}


def path_of(key: str) -> Path:
    """Return where an object lies."""
    path = storage().local_path(key)
    assert path is not None
    return path


def files_in(folder: Path) -> list[str]:
    """Return the names of what a folder holds."""
    return [path.name for path in folder.iterdir()]
