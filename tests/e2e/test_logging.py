"""What the processes of an installation write about themselves."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from backend.development.postgres import EmbeddedServer
from backend.kit.db.session import Database
from backend.kit.jobs import enqueue
from tests.conftest import TEMPLATE
from tests.e2e.conftest import Site, running_site

CANARY = "CANARY-7f3a"
LATEST_SECONDS = 20


@dataclass(frozen=True)
class Written:
    """An installation in production, and the file its processes log to."""

    site: Site
    file: Path

    def lines(self) -> list[dict[str, Any]]:
        """Everything written so far; each line must be JSON."""
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def line(self, **values: str) -> dict[str, Any]:
        """Wait for the first line with these values."""
        deadline = time.monotonic() + LATEST_SECONDS
        while time.monotonic() < deadline:
            for line in self.lines():
                if values.items() <= line.items():
                    return line
        pytest.fail(f"No line with {values} in:\n{self.file.read_text()}")


@pytest.fixture(scope="module")
async def written(
    postgres: EmbeddedServer, tokens: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Written]:
    del tokens
    postgres.create_database("kehui_logging", template=TEMPLATE)
    database = Database(postgres.url("kehui_logging"))
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE document_types RENAME TO renamed"))
        await session.execute(text(f"ALTER TABLE customers ADD CHECK (name <> '{CANARY}')"))
        await enqueue(session, "documents.render", {"document_id": CANARY[:3]})
    await database.close()
    folder = tmp_path_factory.mktemp("logging")
    production = {"KEHUI_ENVIRONMENT": "production", "KEHUI_PUBLIC_ORIGIN": "https://kehui.example.com"}
    with (
        (folder / "output").open("wb") as output,
        running_site(postgres.url("kehui_logging"), folder, output, **production) as site,
    ):
        yield Written(site, folder / "output")


@pytest.fixture
def staff_api(written: Written, tokens: dict[str, str]) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {tokens['staff']}"}
    with httpx.Client(base_url=f"{written.site.origin}/api/v1", headers=headers, trust_env=False) as client:
        yield client


def test_a_request_that_failed_is_found_by_the_id_that_people_quote(
    written: Written, staff_api: httpx.Client
) -> None:
    answer = staff_api.get("/documents/types/CANARY-in-path")

    assert answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    line = written.line(request_id=answer.json()["request_id"])
    assert (line["event"], line["level"]) == ("request.failed", "error")
    assert (line["method"], line["path"]) == ("GET", "/api/v1/documents/types/{code}")
    assert line["actor_id"] == staff_api.get("/auth/me").json()["id"]
    assert "Traceback" in line["exception"]
    assert "UndefinedTableError" in line["exception"]
    # The server that runs the application does not tell it once more.
    assert len([told for told in written.lines() if "UndefinedTable" in told.get("exception", "")]) == 1


def test_what_people_entered_is_not_written(written: Written, staff_api: httpx.Client) -> None:
    answer = staff_api.post("/customers", json={"kind": "person", "name": CANARY})

    assert answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    line = written.line(request_id=answer.json()["request_id"])
    assert "CheckViolationError" in line["exception"]
    assert CANARY not in written.file.read_text()


def test_a_job_that_failed_is_written(written: Written) -> None:
    line = written.line(event="job.failed")

    assert line["job"] == "documents.render"
    assert "ValueError" in line["exception"]
