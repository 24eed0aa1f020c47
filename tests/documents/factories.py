"""Make files and documents."""

import io
from itertools import count
from typing import Any

from httpx import AsyncClient, Response
from PIL import Image

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
    headers: dict[str, str] | None = None,
) -> Response:
    """Send one file."""
    return await client.post(
        "/documents/upload",
        data={"customer_id": customer_id, "document_type": document_type},
        files={"file": (filename, jpeg() if content is None else content, "image/jpeg")},
        headers=headers or {},
    )


async def create_document(
    client: AsyncClient, customer_id: str, document_type: str = "id_card_front"
) -> dict[str, Any]:
    """Upload a picture and return the document."""
    response = await upload(client, customer_id, document_type)
    assert response.status_code == 201, response.text
    document: dict[str, Any] = response.json()
    return document


async def complete_file(client: AsyncClient, customer_id: str) -> list[dict[str, Any]]:
    """Upload a picture of every required type and return the documents."""
    return [await create_document(client, customer_id, code) for code in REQUIRED_TYPES]
