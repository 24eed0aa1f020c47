"""Sending stored bytes, when they lie in a store that no web server can reach."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request, Response
from httpx import ASGITransport, AsyncClient

from backend.kit.files.serve import SAFE_HEADERS, serve_stored
from backend.kit.storage import Storage

CONTENT = bytes(range(256)) * 4
SIZE = len(CONTENT)


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    """An application that serves one stored object under ``/file``."""
    storage = Storage.from_url("memory:///")
    await storage.put_bytes(CONTENT, "a/original")
    app = FastAPI()

    async def send(request: Request) -> Response:
        return await serve_stored(
            request,
            storage,
            "a/original",
            content_type="application/pdf",
            filename='流水 "2026".pdf',
            is_download=True,
        )

    app.add_route("/file", send)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://kehui.test") as client:
        yield client


async def test_the_whole_object(client: AsyncClient) -> None:
    response = await client.get("/file")

    assert (response.status_code, response.content) == (200, CONTENT)
    assert response.headers["content-length"] == str(SIZE)
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["content-type"] == "application/pdf"
    name = "%E6%B5%81%E6%B0%B4%20%222026%22.pdf"
    assert response.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert {name: response.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-9", 0, 9),
        ("bytes=1000-", 1000, SIZE - 1),
        ("bytes=-10", SIZE - 10, SIZE - 1),
        ("bytes=-99999", 0, SIZE - 1),
        (f"bytes=0-{SIZE}", 0, SIZE - 1),
        (f"bytes={SIZE - 1}-{SIZE - 1}", SIZE - 1, SIZE - 1),
    ],
)
async def test_one_range(client: AsyncClient, asked: str, first: int, last: int) -> None:
    response = await client.get("/file", headers={"Range": asked})

    assert (response.status_code, response.content) == (206, CONTENT[first : last + 1])
    assert response.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert response.headers["content-length"] == str(last - first + 1)
    assert {name: response.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=99999-", "bytes=9-5", "bytes=-0"])
async def test_a_range_outside_the_object(client: AsyncClient, asked: str) -> None:
    response = await client.get("/file", headers={"Range": asked})

    assert (response.status_code, response.content) == (416, b"")
    assert response.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("asked", ["", "bytes=", "bytes=-", "items=0-1", "bytes=a-b", "bytes=0-1,3-4"])
async def test_what_is_no_single_range_gets_everything(client: AsyncClient, asked: str) -> None:
    response = await client.get("/file", headers={"Range": asked})

    assert (response.status_code, len(response.content)) == (200, SIZE)
