"""The migrations build what the models say, and can be taken back."""

import asyncio
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from backend.cli import alembic_config
from backend.development.postgres import EmbeddedServer


@pytest.fixture
def config(postgres: EmbeddedServer) -> Iterator[Config]:
    """Migrations of an empty database."""
    postgres.ensure_database("kehui_migrations")
    config = alembic_config()
    config.set_main_option("sqlalchemy.url", postgres.url("kehui_migrations").replace("%", "%%"))
    yield config
    postgres.drop_database("kehui_migrations")


async def test_models_and_migrations_agree_and_every_step_can_be_taken_back(config: Config) -> None:
    # Migrations run an event loop of their own, so they need a thread without one.
    await asyncio.to_thread(command.upgrade, config, "head")
    await asyncio.to_thread(command.check, config)
    await asyncio.to_thread(command.downgrade, config, "base")
    await asyncio.to_thread(command.upgrade, config, "head")
    await asyncio.to_thread(command.check, config)


def test_history_has_one_end() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1
