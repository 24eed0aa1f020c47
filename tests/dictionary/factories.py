"""Read and change dictionaries."""

from typing import Any

from httpx import AsyncClient, Response

LEVELS = "/dictionaries/customer_level"
VIP = {"code": "vip", "label_zh": "贵宾客户", "label_en": "VIP", "color": "purple"}


async def entries_of(client: AsyncClient, dictionary: str) -> dict[str, dict[str, Any]]:
    """Return the entries by their code, in their order."""
    response = await client.get(f"/dictionaries/{dictionary}/entries")
    assert response.status_code == 200, response.text
    return {item["code"]: item for item in response.json()["items"]}


async def change(
    client: AsyncClient, dictionary: str, code: str, if_match: str | None = '"1"', **fields: Any
) -> Response:
    """Change an entry, leaving what is not named as the presets have it."""
    entry = (await entries_of(client, dictionary)).get(code, {"label_zh": "无", "label_en": "None"})
    body = {name: entry.get(name) for name in ("label_zh", "label_en", "color")} | fields
    headers = {} if if_match is None else {"If-Match": if_match}
    return await client.put(f"/dictionaries/{dictionary}/entries/{code}", json=body, headers=headers)
