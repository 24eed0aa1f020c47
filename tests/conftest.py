"""What tests share: a real PostgreSQL, the real application, and people who are signed in.

Each worker process has a server of its own, with a template database built by the migrations. A test runs inside one
transaction on a copy of it that is rolled back at the end; commits of the code under test are savepoints in it.
Tests of real concurrency take `live_database`, a copy of their own with real commits.
"""

import asyncio
import base64
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from alembic import command
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from backend import wiring
from backend.app import create_app
from backend.cli import alembic_config
from backend.config import Settings, get_settings
from backend.development.postgres import EmbeddedServer, embedded_server
from backend.kit.db.session import Database
from backend.resources import equip
from backend.seeds import seed
from tests.identity.factories import create_role, open_account

_DATA_DIR = Path(tempfile.mkdtemp(prefix="kehui-tests-"))
# Here and not in a fixture: the application reads its settings once, when they are first asked for.
os.environ |= {
    "KEHUI_ENVIRONMENT": "test",
    "KEHUI_DATA_DIR": str(_DATA_DIR),
    "KEHUI_DATABASE_URL": "postgresql+asyncpg://unused/unused",
    "KEHUI_SECRET_KEY": "a secret of the tests that nobody else uses",
    "KEHUI_BLIND_INDEX_KEY": "another secret of the tests, for the index",
    "KEHUI_FIELD_ENCRYPTION_KEYS": "test:" + base64.b64encode(b"0123456789abcdef" * 2).decode(),
    # Everybody signs in once, at the beginning of the run.
    "KEHUI_ACCESS_TOKEN_MINUTES": "600",
}

TEMPLATE = "kehui_template"
# A visitor's role permits nothing.
PEOPLE = {
    "admin": "admin",
    "staff": "staff",
    "staff2": "staff",
    "auditor": "auditor",
    "auditor2": "auditor",
    "visitor": "visitor",
}


def pytest_unconfigure() -> None:
    """Remove the run's files, in workers and in the process that directs them alike."""
    shutil.rmtree(_DATA_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of the whole run."""
    return get_settings()


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedServer]:
    """A server for this worker."""
    with (
        tempfile.TemporaryDirectory(prefix="kehui-pg-", ignore_cleanup_errors=True) as folder,
        embedded_server(Path(folder), durable=False) as server,
    ):
        yield server


@pytest.fixture(scope="session")
async def tokens(postgres: EmbeddedServer, settings: Settings) -> dict[str, str]:
    """Build the template database; returns the access token of each person in it."""
    postgres.ensure_database(TEMPLATE)
    url = postgres.url(TEMPLATE)
    config = alembic_config()
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    # The migrations run an event loop of their own.
    await asyncio.to_thread(command.upgrade, config, "head")
    wiring.install()
    database = Database(url)
    async with database.transaction() as session:
        await seed(session)
    await create_role(database, "visitor", {})
    found = {name: await open_account(database, settings, name, role) for name, role in PEOPLE.items()}
    await database.close()
    return found


@pytest.fixture(scope="session")
async def shared_database(
    postgres: EmbeddedServer, tokens: dict[str, str], settings: Settings
) -> AsyncIterator[Database]:
    """The copy on which this worker's tests run one after another."""
    del tokens
    postgres.create_database("kehui_shared", template=TEMPLATE)
    database = Database(postgres.url("kehui_shared"))
    equip(database, settings)
    yield database
    await database.close()


@pytest.fixture
async def database(shared_database: Database) -> AsyncIterator[Database]:
    """A database in which nothing this test does remains."""
    async with shared_database.engine.connect() as connection:
        transaction = await connection.begin()
        shared_database.bind_to(connection)
        yield shared_database
        await transaction.rollback()


@pytest.fixture
async def live_database(
    postgres: EmbeddedServer, tokens: dict[str, str], settings: Settings, request: pytest.FixtureRequest
) -> AsyncIterator[Database]:
    """A copy of the template for this test alone, with real connections and commits."""
    del tokens
    name = f"live_{abs(hash(request.node.nodeid))}"
    postgres.create_database(name, template=TEMPLATE)
    database = Database(postgres.url(name))
    equip(database, settings)
    yield database
    await database.close()
    postgres.drop_database(name)


@asynccontextmanager
async def client_of(app: FastAPI, token: str | None = None) -> AsyncIterator[AsyncClient]:
    """Open a client that calls the application in this process, signed in with ``token``."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(
        transport=transport, base_url="http://kehui.test/api/v1", headers=headers
    ) as client:
        yield client


@pytest.fixture(scope="session")
def shared_app(settings: Settings, shared_database: Database) -> FastAPI:
    """Assemble the application once: it builds its routes at the first request, which takes longer than most tests."""
    return create_app(settings, shared_database)


@pytest.fixture
def app(shared_app: FastAPI, database: Database) -> FastAPI:
    """The application on this test's database."""
    del database
    return shared_app


@pytest.fixture
async def anonymous(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Nobody signed in."""
    async with client_of(app) as client:
        yield client


def _person(name: str) -> object:
    async def person(app: FastAPI, tokens: dict[str, str]) -> AsyncIterator[AsyncClient]:
        async with client_of(app, tokens[name]) as client:
            yield client

    person.__doc__ = f"Signed in as {name}."
    return pytest.fixture(person, name=name)


admin = _person("admin")
staff = _person("staff")
staff2 = _person("staff2")
auditor = _person("auditor")
auditor2 = _person("auditor2")
