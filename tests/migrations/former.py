"""The filled database of the former version, before cases had a table and the audit trail its seals.

``former_version.json.gz`` holds all rows that the former version left behind: those of its own demo data, and of what
people then did through its API (accounts of two roles and disabled, a document type of their own and one removed, an
upload thrown away, cases returned and reopened, a revealed ID number, a creation with an idempotency key). Protected
values are sealed with the keys of `tests/conftest.py`; beside the rows stand those values in clear, a refresh token
of ``staff``, and the request that has the idempotency key. Bytes of files are not part of it.
"""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

REVISION = "7f0c2d9a4b61"
PASSWORD = "Kehui-demo-2026"
# A table after those it refers to.
TABLES = (
    "roles",
    "role_permissions",
    "users",
    "user_roles",
    "login_sessions",
    "document_types",
    "customers",
    "documents",
    "case_moves",
    "case_requirements",
    "audit_entries",
    "event_feed",
    "idempotency_keys",
    "number_series",
    "pgqueuer",
    "pgqueuer_log",
)
NUMBERED = ("audit_entries", "event_feed", "pgqueuer", "pgqueuer_log")
Row = dict[str, Any]


@cache
def _fixture() -> dict[str, Any]:
    content = gzip.decompress(Path(__file__).with_name("former_version.json.gz").read_bytes())
    fixture: dict[str, Any] = json.loads(content)
    assert fixture["tables"].keys() == set(TABLES)
    return fixture


def rows(table: str) -> list[Row]:
    """Return what the former version had in a table, as its columns were."""
    found: list[Row] = _fixture()["tables"][table]
    return found


def protected() -> dict[str, dict[str, str]]:
    """Return each customer's protected values in clear, by customer number."""
    found: dict[str, dict[str, str]] = _fixture()["protected"]
    return found


def refresh_token() -> str:
    """Return the cookie with which ``staff`` stays signed in."""
    token: str = _fixture()["refresh_token"]
    return token


def request() -> dict[str, Any]:
    """Return the ``key`` and the ``body`` of the creation that has an idempotency key."""
    found: dict[str, Any] = _fixture()["request"]
    return found


async def load(session: AsyncSession) -> None:
    """Write all rows into an empty database at the former version's revision."""
    for table in TABLES:
        await session.execute(
            text(
                f"INSERT INTO {table} OVERRIDING SYSTEM VALUE"  # noqa: S608 - names from above
                f" SELECT * FROM jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb))"
            ),
            {"rows": json.dumps(rows(table))},
        )
    for table in NUMBERED:
        await session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
        )
    # Whatever the day on which the test runs.
    await session.execute(text("UPDATE login_sessions SET expires_at = now() + interval '1 day'"))
