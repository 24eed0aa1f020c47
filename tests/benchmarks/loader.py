"""Fill a database with customers and their documents by COPY, once; later runs copy the filled one."""

import asyncio
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase

from backend.cli import alembic_config
from backend.config import Settings
from backend.development.postgres import EmbeddedServer
from backend.domains.cases.models import Case, CaseMove
from backend.domains.customers.models import Customer
from backend.domains.documents.models import Document
from backend.domains.identity.models import User
from backend.domains.identity.repository import UserRepository
from backend.domains.identity.service.sessions import Device, SessionService
from backend.kit.crypto import BlindIndex, FieldCipher
from backend.kit.db.session import Database
from backend.seeds import seed
from tests.benchmarks import dataset
from tests.benchmarks.dataset import Shop
from tests.identity.factories import open_account

STAFF = 200
ASKER = "bench"
CHUNK = 5_000
LOADED: tuple[type[DeclarativeBase], ...] = (Customer, Case, CaseMove, Document)


def dsn(url: str) -> str:
    """Return the address for asyncpg itself."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def prepare(server: EmbeddedServer, settings: Settings, customers: int) -> str:
    """Return the name of a database with this many customers; the first call for these tables and rows fills it."""
    name = f"bench_{customers}_{_fingerprint()}"
    existing = asyncio.run(_existing(server))
    if name not in existing:
        for outdated in existing:
            if outdated.startswith((f"bench_{customers}_", "unfinished")):
                server.drop_database(outdated)
        server.create_database("unfinished")
        _fill(server.url("unfinished"), settings, customers)
        asyncio.run(_rename(server, "unfinished", name))
    return name


def _fingerprint() -> str:
    """Name what the rows depend on: the newest migration and the code that draws them."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head() or ""
    code = b"".join(Path(file).read_bytes() for file in (dataset.__file__, __file__))
    return hashlib.sha256(head.encode() + code).hexdigest()[:10]


async def _existing(server: EmbeddedServer) -> list[str]:
    connection = await asyncpg.connect(dsn(server.url("postgres")))
    try:
        return [row[0] for row in await connection.fetch("SELECT datname FROM pg_database")]
    finally:
        await connection.close()


async def _rename(server: EmbeddedServer, name: str, new_name: str) -> None:
    connection = await asyncpg.connect(dsn(server.url("postgres")))
    try:
        await connection.execute(f'ALTER DATABASE "{name}" RENAME TO "{new_name}"')
    finally:
        await connection.close()


def _fill(url: str, settings: Settings, total: int) -> None:
    config = alembic_config()
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")
    people = asyncio.run(_open_accounts(url, settings))
    indexes = asyncio.run(_drop_indexes(url))
    processes = os.cpu_count() or 2
    shares = [total * share // (4 * processes) for share in range(4 * processes + 1)]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        loads = [
            pool.submit(_load_share, url, settings, total, people, start, stop)
            for start, stop in pairwise(shares)
        ]
        for load in loads:
            load.result()
    asyncio.run(_finish(url, indexes))


async def _open_accounts(url: str, settings: Settings) -> tuple[UUID, ...]:
    """Create those who work here, and one account that can sign in."""
    database = Database(url)
    async with database.transaction() as session:
        await seed(session)
    await open_account(database, settings, ASKER, "staff")
    await database.close()
    now = datetime.now(UTC)
    random = Random("staff")  # noqa: S311
    people = [
        {
            "id": UUID(int=random.getrandbits(128), version=4),
            "username": f"clerk{number}",
            "display_name": dataset.person_name(random),
            "password_hash": "!",
            "created_at": now,
            "updated_at": now,
        }
        for number in range(STAFF)
    ]
    connection = await asyncpg.connect(dsn(url))
    await _copy(connection, User, people)
    await connection.close()
    return tuple(UUID(str(person["id"])) for person in people)


async def _drop_indexes(url: str) -> list[str]:
    """Drop what is no constraint; building an index over all rows at once is many times faster."""
    connection = await asyncpg.connect(dsn(url))
    tables = [model.__tablename__ for model in LOADED]
    rows = await connection.fetch(
        """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY($1)
        AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
        tables,
    )
    for row in rows:
        await connection.execute(f'DROP INDEX "{row["indexname"]}"')
    await connection.close()
    return [row["indexdef"] for row in rows]


def _load_share(
    url: str, settings: Settings, total: int, people: tuple[UUID, ...], start: int, stop: int
) -> None:
    keys = settings.encryption_keys
    shop = Shop(
        total=total,
        today=datetime.now(UTC).date(),
        people=people,
        cipher=FieldCipher(keys, current=next(iter(keys))),
        blind_index=BlindIndex(settings.blind_index_key.get_secret_value().encode()),
    )
    asyncio.run(_copy_share(url, shop, start, stop))


async def _copy_share(url: str, shop: Shop, start: int, stop: int) -> None:
    connection = await asyncpg.connect(dsn(url))
    # The rows refer to each other as they must; checking each of them again takes longer than loading.
    await connection.execute("SET session_replication_role = replica")
    for first in range(start, stop, CHUNK):
        random = Random(f"documents {first}")  # noqa: S311
        customers = list(dataset.customers(shop, first, min(first + CHUNK, stop)))
        await _copy(connection, Customer, customers)
        cases = [dataset.case(customer, random) for customer in customers]
        await _copy(connection, Case, cases)
        moves = (
            dataset.first_move(customer, case["id"], random)
            for customer, case in zip(customers, cases, strict=True)
        )
        await _copy(connection, CaseMove, moves)
        papers = (paper for customer in customers for paper in dataset.documents(customer, shop, random))
        await _copy(connection, Document, papers)
    await connection.close()


async def _copy(
    connection: "asyncpg.Connection[asyncpg.Record]",
    model: type[DeclarativeBase],
    rows: Iterable[Mapping[str, Any]],
) -> None:
    defaults = {column.name: getattr(column.default, "arg", None) for column in model.__table__.columns}
    constants = {name: None if callable(value) else value for name, value in defaults.items()}
    columns = list(constants)
    records: Iterator[tuple[Any, ...]] = (
        tuple(row.get(name, constant) for name, constant in constants.items()) for row in rows
    )
    await connection.copy_records_to_table(str(model.__tablename__), records=records, columns=columns)


async def _finish(url: str, indexes: Iterable[str]) -> None:
    connection = await asyncpg.connect(dsn(url))
    await connection.execute("SET maintenance_work_mem = '1GB'")
    for definition in indexes:
        await connection.execute(definition)
    await connection.execute("VACUUM (ANALYZE)")
    await connection.close()


def settings_of(url: str, data_dir: Path) -> Settings:
    """Return the configuration of a benchmark; its keys are always the same, as the rows are kept."""
    return Settings.model_validate(
        {**{name.removeprefix("KEHUI_").lower(): value for name, value in KEYS.items()}, "database_url": url}
        | {"data_dir": data_dir, "environment": "test"}
    )


KEYS: Mapping[str, str] = {
    "KEHUI_SECRET_KEY": "benchmark " * 4,
    "KEHUI_BLIND_INDEX_KEY": "benchmark index " * 3,
    "KEHUI_FIELD_ENCRYPTION_KEYS": "bench:" + "YmVuY2htYXJrYmVuY2htYXJrYmVuY2htYXJrYmVuY2g=",
    "KEHUI_ACCESS_TOKEN_MINUTES": "600",
}


async def sign_in(url: str, settings: Settings) -> str:
    """Return an access token of the account that asks."""
    database = Database(url)
    async with database.transaction() as session:
        user = await UserRepository(session).get_by_username(ASKER)
        assert user is not None
        device = Device(address="127.0.0.1", user_agent="benchmark")
        signed_in = await SessionService(session, settings).open(user.id, remember_me=False, device=device)
    await database.close()
    return signed_in.answer.access_token
