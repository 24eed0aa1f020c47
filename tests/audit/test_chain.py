"""The audit trail: every act once, and tampering shows."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from backend.domains.audit import service as audit
from backend.kit.auth import Actor
from backend.kit.db.session import Database

ACTOR = Actor.system("tests")


def target(number: int) -> audit.Target:
    return audit.Target("customer", str(number), f"KH{number}")


async def record(database: Database, number: int) -> None:
    async with database.transaction() as session:
        audit.record(session, ACTOR, "customer.create", target(number), {"number": number, "name": "张伟"})


async def verify(database: Database) -> tuple[int, int | None]:
    async with database.transaction() as session:
        count, _, broken = await audit.verify_chain(session)
    return count, broken


async def execute(database: Database, statement: str, **values: Any) -> None:
    async with database.transaction() as session:
        await session.execute(text(statement), values)


async def test_acts_form_an_unbroken_chain(database: Database) -> None:
    before, _ = await verify(database)
    for number in range(3):
        await record(database, number)

    assert await verify(database) == (before + 3, None)


async def test_acts_at_the_same_time_form_one_chain(live_database: Database) -> None:
    before, _ = await verify(live_database)

    await asyncio.gather(*(record(live_database, number) for number in range(20)))

    assert await verify(live_database) == (before + 20, None)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entries SET details = '{}' WHERE id = :id",
        "UPDATE audit_entries SET actor_name = 'somebody else' WHERE id = :id",
        "UPDATE audit_entries SET at = at + interval '1 second' WHERE id = :id",
        "UPDATE audit_entries SET action = 'customer.update' WHERE id = :id",
        "UPDATE audit_entries SET target_label = 'KH9' WHERE id = :id",
        "UPDATE audit_entries SET hash = repeat('0', 64) WHERE id = :id",
        "DELETE FROM audit_entries WHERE id = :id",
    ],
)
async def test_a_changed_or_removed_entry_shows(database: Database, tampering: str) -> None:
    for number in range(3):
        await record(database, number)
    async with database.reading() as session:
        last = await session.scalar(text("SELECT max(id) FROM audit_entries")) or 0

    await execute(database, tampering, id=last - 1)

    _, broken = await verify(database)
    assert broken in {last - 1, last}


async def test_what_rolls_back_is_not_recorded(database: Database) -> None:
    before = await verify(database)

    async def fail() -> None:
        async with database.transaction() as session:
            audit.record(session, ACTOR, "customer.create", target(1))
            raise KeyError

    with pytest.raises(KeyError):
        await fail()

    assert await verify(database) == before
