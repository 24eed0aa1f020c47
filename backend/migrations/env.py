"""Run migrations against the configured database."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.schema import SchemaItem

from backend.config import get_settings
from backend.models import Base

# A migration that cannot get its lock gives up rather than make every request behind it wait.
LOCK_TIMEOUT = "5s"
ONE_AT_A_TIME = "SELECT pg_advisory_lock(hashtextextended('kehui.migrate', 0))"


def _is_ours(item: SchemaItem, name: str | None, kind: str, reflected: bool, compared: object) -> bool:  # noqa: FBT001
    """Leave the job queue's own tables to its own definition."""
    del item, reflected, compared
    return not (kind == "table" and name is not None and name.startswith("pgqueuer"))


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=_is_ours,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(ONE_AT_A_TIME))
        context.run_migrations()


async def _online() -> None:
    url = context.config.get_main_option("sqlalchemy.url") or get_settings().database_url
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


if context.is_offline_mode():
    context.configure(url="postgresql://", target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
elif (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    asyncio.run(_online())
