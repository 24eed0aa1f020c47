"""Make customers through the API."""

from itertools import count
from typing import Any

from httpx import AsyncClient

from backend.kit.identifiers import complete_id_number

_sequence = count(1)


def id_number(*, region: str = "310115", birth: str = "19900307") -> str:
    """Return a valid ID number that no other test has."""
    return complete_id_number(f"{region}{birth}{next(_sequence) % 1000:03d}")


def person(**fields: Any) -> dict[str, Any]:
    """Return the body of a person."""
    return {"kind": "person", "name": "张伟", "phone": "13800138000", **fields}


async def create_customer(client: AsyncClient, **fields: Any) -> dict[str, Any]:
    """Create a person, or with ``kind="company"`` a company, and return the answer."""
    response = await client.post("/customers", json=person(**fields))
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created
