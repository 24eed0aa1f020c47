"""The migrations build what the models say, and can be taken back."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from sqlalchemy import text
from uuid_utils.compat import uuid7

from backend.cli import alembic_config
from backend.config import get_settings
from backend.development.postgres import EmbeddedServer
from backend.domains.audit import service as audit
from backend.domains.audit.service.chain import seal, verify
from backend.domains.documents.service.types import PRESETS
from backend.domains.identity.service.roles import RoleService
from backend.kit.auth import Actor
from backend.kit.clock import now
from backend.kit.db.session import Database
from backend.permissions import DEFAULT_GRANTS
from backend.resources import Resources
from backend.seeds import seed

FORMER_INSTALLATION = (
    """INSERT INTO roles (id, code, name, is_builtin, created_at, updated_at)
       VALUES (gen_random_uuid(), 'admin', '管理员', true, now(), now()),
              (gen_random_uuid(), 'staff', '客服', true, now(), now())""",
    """INSERT INTO role_permissions (role_id, permission, scope)
       SELECT id, 'customers:read', 'all' FROM roles""",
    """INSERT INTO document_types
           (code, name, name_en, hint, is_required, sort_order, allowed_kinds, max_files, is_active, version,
            created_at, updated_at)
       VALUES ('other', '其他', 'Other', '', false, 90, '{image}', 4, true, 1, now(), now())""",
)

FORMER_TYPES = {
    *("id_card_front", "id_card_back", "income_proof", "bank_statement", "property_proof"),
    *("credit_report", "household_register", "marriage_certificate", "other"),
}

FORMER_CLERK = """INSERT INTO users
        (id, username, display_name, password_hash, is_active, version, created_at, updated_at)
    VALUES ('00000000-0000-0000-0000-000000000001', 'clerk', '客服', '!', true, 1, now(), now())"""
FORMER_CUSTOMER = """INSERT INTO customers (id, customer_no, kind, name, name_sort_key, search_tokens, created_by_id,
        id_number_encrypted, bank_account_encrypted, status, rejected_final, required_count, uploaded_count,
        accepted_count, version, created_at, updated_at)
    VALUES (:id, :customer_no, 'person', '张伟', 'zhang', '{}', '00000000-0000-0000-0000-000000000001', :id_number,
        :bank_account, 'pending', false, 0, 0, 0, 1, now(), now())"""


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


async def test_what_the_former_version_seeded_counts_as_seeded(
    config: Config, postgres: EmbeddedServer
) -> None:
    await asyncio.to_thread(command.upgrade, config, "3c5e81f0a274")
    database = Database(postgres.url("kehui_migrations"))
    async with database.transaction() as session:
        for statement in FORMER_INSTALLATION:
            await session.execute(text(statement))

    await asyncio.to_thread(command.upgrade, config, "head")
    async with database.transaction() as session:
        await seed(session)

    async with database.reading() as session:
        roles = {role.code: role for role in (await RoleService(session).list_roles()).items}
        types = await session.scalars(text("SELECT code FROM document_types"))
    # Its administrator had taken all but one grant and all but one type away; its auditors were removed whole.
    assert roles["staff"].permissions == ["customers:read"]
    assert set(roles["auditor"].permissions) == DEFAULT_GRANTS["auditor"].keys()
    assert set(types.all()) == {"other"} | {preset.code for preset in PRESETS} - FORMER_TYPES
    await database.close()


async def test_an_installation_that_was_never_seeded_is_given_everything(
    config: Config, postgres: EmbeddedServer
) -> None:
    await asyncio.to_thread(command.upgrade, config, "head")
    database = Database(postgres.url("kehui_migrations"))
    async with database.transaction() as session:
        await seed(session)

    async with database.reading() as session:
        roles = (await RoleService(session).list_roles()).items
        count = await session.scalar(text("SELECT count(*) FROM document_types"))
    assert {role.code for role in roles} == DEFAULT_GRANTS.keys()
    assert count == len(PRESETS)
    await database.close()


def _former_entries() -> list[dict[str, Any]]:
    """Return audit entries as the former version chained them, which hashed each into its row."""
    entries: list[dict[str, Any]] = []
    previous = "0" * 64
    for number in range(3):
        at = datetime(2026, 11, 21, 8, 0, number, tzinfo=UTC)
        target = {"type": "customer", "id": str(number), "label": f"KH{number}"}
        content = {
            "previous_hash": previous,
            "at": at.isoformat(),
            "actor_id": None,
            "actor_name": "赵敏",
            "action": "customer.update",
            "target": target,
            "details": {"name": ["张伟", "李娜"]},
        }
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        entry_hash = hashlib.sha256(canonical.encode()).hexdigest()
        details = json.dumps(content["details"])
        entries.append({**content, "at": at, "details": details, "hash": entry_hash, **target})
        previous = entry_hash
    return entries


async def test_the_former_versions_audit_trail_still_verifies(
    config: Config, postgres: EmbeddedServer
) -> None:
    await asyncio.to_thread(command.upgrade, config, "3c5e81f0a274")
    database = Database(postgres.url("kehui_migrations"))
    async with database.transaction() as session:
        for entry in _former_entries():
            await session.execute(
                text(
                    "INSERT INTO audit_entries (at, actor_name, action, target_type, target_id, target_label,"
                    " details, previous_hash, hash) VALUES (:at, :actor_name, :action, :type, :id, :label,"
                    " CAST(:details AS jsonb), :previous_hash, :hash)"
                ),
                entry,
            )

    await asyncio.to_thread(command.upgrade, config, "head")
    async with database.transaction() as session:
        audit.record(session, Actor.system("tests"), "test.happen", audit.Target("test", "1", "test"))
    async with database.transaction() as session:
        assert await seal(session) == 1

    async with database.transaction() as session:
        found = await verify(session, None, now())
    assert (found.count, found.unsealed, found.faults) == (4, 0, ())
    await database.close()


async def test_values_that_the_former_version_sealed_are_shown_masked(
    config: Config, postgres: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(command.upgrade, config, "5d0a7c94e1b3")
    database = Database(postgres.url("kehui_migrations"))
    ids = [uuid7() for _ in range(3)]
    cipher = Resources(get_settings()).field_cipher
    async with database.transaction() as session:
        await session.execute(text(FORMER_CLERK))
        for number, customer_id in enumerate(ids):
            sealed = {
                field: cipher.encrypt(value, f"customers.{field}:{customer_id}") if number < 2 else None
                for field, value in (("id_number", "11010519491231002X"), ("bank_account", "6222021234567"))
            }
            await session.execute(
                text(FORMER_CUSTOMER), {"id": customer_id, "customer_no": f"KH{number}", **sealed}
            )
    scripts = ScriptDirectory.from_config(config)
    for revision in ("b84d17e6a9f3", "d2b7f04c9e61"):
        monkeypatch.setattr(scripts.get_revision(revision).module, "BATCH", 1)

    async def masks() -> list[tuple[str | None, str | None]]:
        async with database.reading() as session:
            rows = await session.execute(
                text("SELECT id_number_masked, bank_account_masked FROM customers ORDER BY customer_no")
            )
        return [(row[0], row[1]) for row in rows]

    await asyncio.to_thread(command.upgrade, config, "d2b7f04c9e61")
    assert await masks() == [("110***********002X", "**** 4567")] * 2 + [(None, None)]
    await asyncio.to_thread(command.downgrade, config, "b84d17e6a9f3")
    assert await masks() == [("1****************X", "**** 4567")] * 2 + [(None, None)]
    await asyncio.to_thread(command.upgrade, config, "head")
    assert await masks() == [("110***********002X", "**** 4567")] * 2 + [(None, None)]
    await database.close()


def test_history_has_one_end() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


async def _queue_schema(url: str) -> dict[str, set[str]]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    columns = await connection.fetch(
        "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)"
        " FROM information_schema.columns WHERE table_name LIKE 'pgqueuer%'"
    )
    indexes = await connection.fetch("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'pgqueuer%'")
    states = await connection.fetch("SELECT enumlabel FROM pg_enum")
    await connection.close()
    return {
        name: {str(row[0]) for row in rows}
        for name, rows in (("columns", columns), ("indexes", indexes), ("states", states))
    }


async def test_the_queue_is_what_the_installed_library_expects(
    postgres: EmbeddedServer, shared_database: Database
) -> None:
    postgres.ensure_database("kehui_queue")
    url = postgres.url("kehui_queue")
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute(QueryBuilderEnvironment().build_install_query())
    await connection.close()

    expected = await _queue_schema(url)
    postgres.drop_database("kehui_queue")

    assert len(expected["columns"]) > 30
    assert await _queue_schema(shared_database.url) == expected
