"""What the application sends to the database for each request, and how long its answer is, for the yardstick to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from httpx import ASGITransport, AsyncClient
from sqlalchemy import event

from backend.app import create_app
from backend.config import Settings
from backend.kit.db.session import Database
from tests.benchmarks.scenarios import Scenario

# A request's own statements: who asks, and the numbers and locks that only keep things in order, are left out.
_AUTHENTICATION = "JOIN login_sessions"
_WRITES = "INSERT INTO"
_BOOKKEEPING = ("number_series",)


@dataclass(frozen=True)
class Statement:
    """One statement with its parameters, as the driver takes them."""

    sql: str
    parameters: tuple[Any, ...]


@dataclass(frozen=True)
class Answer:
    """What it takes to answer one request: statements to send, and bytes to send back."""

    statements: Sequence[Statement]
    status: int
    length: int
    writes: bool
    # What must be another value in each repetition: ids made for the request, and what may stand in one row only.
    fresh: frozenset[UUID | str | bytes] = frozenset()


async def capture(
    url: str, settings: Settings, token: str, scenarios: Sequence[Scenario]
) -> dict[str, Answer]:
    """Ask each thing once and note what happens; the key is method, path and query."""
    database = Database(url)
    app = create_app(settings, database)
    noted: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        noted.extend(Statement(sql, tuple(values)) for values in (parameters if many else [parameters]))

    for engine in (database.engine.sync_engine, database.read_engine.sync_engine):
        event.listen(engine, "before_cursor_execute", note)
    answers: dict[str, Answer] = {}
    transport = ASGITransport(app)
    headers = {"Authorization": f"Bearer {token}"}
    async with AsyncClient(transport=transport, base_url="http://kehui.test", headers=headers) as client:
        for scenario in scenarios:
            for path in scenario.paths:
                body = next(scenario.bodies()) if scenario.bodies else None
                # The first request fills caches.
                if scenario.bodies is None and path == scenario.paths[0]:
                    await client.get(path)
                noted.clear()
                response = await client.request(scenario.method, path, json=body)
                response.raise_for_status()
                own = [statement for statement in noted if _AUTHENTICATION not in statement.sql]
                answer = Answer(own, response.status_code, len(response.content), writes=False)
                if body is not None:
                    answer = await _writes(database, answer, response.json())
                answers[f"{scenario.method} {path}"] = answer
    await database.close()
    return answers


async def _writes(database: Database, answer: Answer, created: dict[str, Any]) -> Answer:
    """Keep the rows that were written; what was read and locked on the way is the application's own affair."""
    inserts = [
        statement
        for statement in answer.statements
        if statement.sql.startswith(_WRITES) and not any(table in statement.sql for table in _BOOKKEEPING)
    ]
    async with database.reading() as session:
        connection = await (await session.connection()).get_raw_connection()
        driver = connection.driver_connection
        assert driver is not None
        known = {row[0] for row in await driver.fetch("SELECT id FROM users UNION SELECT id FROM roles")}
    values = {value for statement in inserts for value in statement.parameters if isinstance(value, UUID)}
    blind = {value for statement in inserts for value in statement.parameters if isinstance(value, bytes)} - {
        b""
    }
    texts = {created["customer_no"], created["id"]}
    return Answer(
        inserts,
        answer.status,
        answer.length,
        writes=True,
        fresh=frozenset((values - known) | blind | texts),
    )
