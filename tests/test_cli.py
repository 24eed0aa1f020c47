"""The commands that bring an installation up, as an operator runs them."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from backend.development.postgres import EmbeddedServer
from backend.kit.db.session import Database
from backend.permissions import DEFAULT_GRANTS
from tests.identity.factories import PASSWORD

ROOT = Path(__file__).resolve().parents[1]
NAME = "kehui_commands"
ADMIN = ("create-admin", "--username", "boss", "--display-name", "王芳", "--password")


@pytest.fixture
def url(postgres: EmbeddedServer) -> Iterator[str]:
    """An empty database."""
    postgres.ensure_database(NAME)
    yield postgres.url(NAME)
    postgres.drop_database(NAME)


async def kehui(url: str, *arguments: str) -> tuple[int | None, str]:
    """Run a command; returns its exit code and what it wrote."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "backend.cli", *arguments),
        cwd=ROOT,
        env=os.environ | {"KEHUI_DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_after_migrating_an_administrator_can_be_created(url: str) -> None:
    for _ in range(2):
        code, output = await kehui(url, "migrate")
        assert code == 0, output

    code, output = await kehui(url, *ADMIN, PASSWORD)

    assert (code, output) == (0, "boss can sign in now.\n")
    database = Database(url)
    async with database.reading() as session:
        grants = (await session.execute(text(GRANTS))).scalars().all()
        types = await session.scalar(text("SELECT count(*) FROM document_types"))
    await database.close()
    assert grants == sorted(DEFAULT_GRANTS["admin"])
    assert types


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("boss-boss-2026", "must not contain the username"),
        ("x" * 129, "password: "),
        (PASSWORD, "no role admin"),
    ],
)
async def test_an_administrator_that_cannot_be_is_refused_in_words(
    url: str, password: str, complaint: str
) -> None:
    await kehui(url, "migrate")
    if "role" in complaint:
        database = Database(url)
        async with database.transaction() as session:
            await session.execute(text("DELETE FROM roles"))
        await database.close()

    code, output = await kehui(url, *ADMIN, password)

    assert (code, complaint in output) == (1, True), output
    assert password not in output
    assert "Traceback" not in output


GRANTS = """SELECT permission FROM users JOIN user_roles ON user_id = users.id
    JOIN role_permissions USING (role_id) WHERE username = 'boss' ORDER BY permission"""
