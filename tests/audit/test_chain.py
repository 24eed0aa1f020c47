"""The audit trail: every act once, nothing waits for it, and tampering shows."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.audit.models import AuditEntry, AuditSeal
from backend.domains.audit.service import chain
from backend.domains.audit.service.chain import Verification, verify
from backend.domains.audit.service.head import KEY, ForgedHead, Head, HeadNote
from backend.domains.audit.service.sealer import Sealer
from backend.kit.auth import Actor
from backend.kit.clock import now
from backend.kit.context import working_for
from backend.kit.db.session import Database, Phase, before_commit
from backend.kit.storage import Storage

ACTOR = Actor.system("tests")
SECRET = "a secret of the tests that nobody else uses"


def target(number: int) -> audit.Target:
    return audit.Target("customer", str(number), f"KH{number}")


def record(session: AsyncSession, number: int) -> None:
    audit.record(session, ACTOR, "customer.create", target(number), {"number": number, "name": "张伟"})


async def act(database: Database, *numbers: int) -> None:
    async with database.transaction() as session:
        for number in numbers:
            record(session, number)


async def verified(
    database: Database, head: Head | None = None, *, later: timedelta = timedelta(0)
) -> Verification:
    async with database.transaction() as session:
        return await verify(session, head, now() + later)


async def tamper(database: Database, statement: str, **values: Any) -> None:
    """Change what the database protects, as its superuser can."""
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(statement), values)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """A store of files."""
    return Storage.from_url(tmp_path.as_uri())


@pytest.fixture
def note(storage: Storage) -> HeadNote:
    """Where the head is noted."""
    return HeadNote(storage, SECRET)


@pytest.fixture
def sealer(live_database: Database, note: HeadNote) -> Sealer:
    """A sealer that is told when to seal."""
    return Sealer(live_database, note)


async def sealed_numbers(database: Database) -> list[int]:
    async with database.reading() as session:
        entries = await session.scalars(
            select(AuditEntry)
            .join(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
            .where(AuditEntry.action == "customer.create")
            .order_by(AuditSeal.sequence)
        )
        return [entry.details["number"] for entry in entries]


async def test_acts_form_an_unbroken_chain(live_database: Database, sealer: Sealer) -> None:
    await sealer.seal()
    before = await verified(live_database)
    for number in range(3):
        await act(live_database, number)
    assert (await verified(live_database)).unsealed == 3

    await sealer.seal()

    after = await verified(live_database)
    assert (after.count, after.unsealed, after.faults) == (before.count + 3, 0, ())
    assert await sealed_numbers(live_database) == [0, 1, 2]


async def test_acts_at_the_same_time_are_sealed_each_once_by_several_sealers(
    live_database: Database, note: HeadNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "BATCH", 3)
    sealers = [Sealer(live_database, note) for _ in range(3)]

    await asyncio.gather(
        *(act(live_database, number) for number in range(20)), *(sealer.seal() for sealer in sealers)
    )
    await asyncio.gather(*(sealer.seal() for sealer in sealers))
    await sealers[0].seal()

    assert sorted(await sealed_numbers(live_database)) == list(range(20))
    found = await verified(live_database)
    assert (found.unsealed, found.faults) == (0, ())


async def test_an_entry_is_sealed_after_those_that_may_still_come_before_it(
    live_database: Database, sealer: Sealer
) -> None:
    async def be_overtaken(_session: AsyncSession) -> None:
        # Nobody waits for the entry that is written and not committed; and the sealer leaves it its place.
        async with asyncio.timeout(1.5):
            await act(live_database, 2)
        await sealer.seal()
        assert await sealed_numbers(live_database) == []

    async with live_database.transaction() as session:
        record(session, 1)
        before_commit(session, Phase.LAST, be_overtaken)
    await sealer.seal()

    assert await sealed_numbers(live_database) == [1, 2]


async def test_what_a_restored_database_brought_along_is_sealed_too(
    live_database: Database, sealer: Sealer
) -> None:
    await act(live_database, 1)
    await sealer.seal()
    await act(live_database, 2)
    await tamper(live_database, "UPDATE audit_entries SET transaction_id = transaction_id + 1000000000")
    await act(live_database, 3)

    await sealer.seal(foreign=True)
    await act(live_database, 4)
    await sealer.seal()

    assert await sealed_numbers(live_database) == [1, 2, 3, 4]
    found = await verified(live_database)
    assert (found.unsealed, found.faults) == (0, ())


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entries SET details = '{}' WHERE id = :id",
        "UPDATE audit_entries SET actor_name = 'somebody else' WHERE id = :id",
        "UPDATE audit_entries SET actor_kind = 'staff' WHERE id = :id",
        "UPDATE audit_entries SET at = at + interval '1 second' WHERE id = :id",
        "UPDATE audit_entries SET action = 'customer.update' WHERE id = :id",
        "UPDATE audit_entries SET target_label = 'KH9' WHERE id = :id",
        "UPDATE audit_entries SET request_id = 'another' WHERE id = :id",
        "UPDATE audit_entries SET origin = '10.0.0.1' WHERE id = :id",
        "UPDATE audit_entries SET format = 1 WHERE id = :id",
        "DELETE FROM audit_entries WHERE id = :id",
        "UPDATE audit_seals SET hash = repeat('0', 64) WHERE entry_id = :id",
        "UPDATE audit_seals SET entry_id = 0 WHERE entry_id = :id",
        "DELETE FROM audit_seals WHERE entry_id = :id",
    ],
)
async def test_a_changed_or_removed_entry_shows(
    live_database: Database, sealer: Sealer, tampering: str
) -> None:
    await act(live_database, 1, 2, 3)
    await sealer.seal()
    async with live_database.reading() as session:
        ids = list(await session.scalars(select(AuditSeal.entry_id).order_by(AuditSeal.sequence)))
    async with asyncio.timeout(10):
        await tamper(live_database, tampering, id=ids[-2])

    found = await verified(live_database)

    assert found.count == len(ids) - 2
    assert "does not continue the chain" in found.faults[0]


@pytest.mark.parametrize("table", ["audit_entries", "audit_seals"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_database_refuses_every_change(live_database: Database, table: str, statement: str) -> None:
    column = {"audit_entries": "action", "audit_seals": "hash"}[table]
    async with live_database.transaction() as session:
        with pytest.raises(DBAPIError, match="append-only"):
            await session.execute(text(statement.format(table, column, column)))


async def test_what_rolls_back_is_not_recorded(live_database: Database) -> None:
    before = (await verified(live_database)).unsealed

    async def fail() -> None:
        async with live_database.transaction() as session:
            record(session, 1)
            raise KeyError

    with pytest.raises(KeyError):
        await fail()

    assert (await verified(live_database)).unsealed == before


async def test_what_is_not_sealed_for_a_minute_is_a_fault(live_database: Database, sealer: Sealer) -> None:
    await sealer.seal()
    await sealer.note_head()
    await act(live_database, 1)

    assert (await verified(live_database)).faults == ()
    late = await verified(live_database, later=timedelta(minutes=2))
    assert any("no worker is running" in fault for fault in late.faults)


async def test_a_tail_that_was_cut_off_is_missed(
    live_database: Database, sealer: Sealer, note: HeadNote
) -> None:
    await act(live_database, 1, 2, 3)
    await sealer.seal()
    await sealer.note_head()
    head = await note.read()
    assert (await verified(live_database, head, later=timedelta(minutes=2))).faults == ()

    await tamper(
        live_database,
        "WITH cut AS (DELETE FROM audit_seals WHERE sequence > :sequence RETURNING entry_id)"
        " DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM cut)",
        sequence=0 if head is None else head.sequence - 2,
    )
    assert "cut off" in (await verified(live_database, head)).faults[0]

    # Nor can new entries take the place of what is missing, in the trail or in the note.
    await act(live_database, 4, 5, 6)
    await sealer.seal()
    await Sealer(live_database, note).note_head()
    assert await note.read() == head
    assert "another one" in (await verified(live_database, head)).faults[0]


async def test_an_end_that_nobody_noted_for_a_minute_is_a_fault(
    live_database: Database, sealer: Sealer, note: HeadNote
) -> None:
    await act(live_database, 1)
    await sealer.seal()
    assert (await verified(live_database)).faults == ()
    later = timedelta(minutes=2)
    assert "not noted" in (await verified(live_database, None, later=later)).faults[0]
    await sealer.note_head()
    assert (await verified(live_database, await note.read(), later=later)).faults == ()
    await act(live_database, 2)
    await sealer.seal()
    assert "not noted" in (await verified(live_database, await note.read(), later=later)).faults[0]


FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    "another number": lambda noted: noted.replace(b'"sequence": ', b'"sequence": 1'),
    "another hash": lambda noted: noted.replace(b'"hash": "', b'"hash": "0'),
    "no signature": lambda noted: noted.split(b', "signature"')[0] + b"}",
    "something else": lambda _noted: b"[]",
    "nothing": lambda _noted: b"",
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_note_that_we_did_not_sign_is_refused(
    live_database: Database, sealer: Sealer, note: HeadNote, storage: Storage, forgery: str
) -> None:
    await act(live_database, 1)
    await sealer.seal()
    await sealer.note_head()
    with pytest.raises(ForgedHead):
        await HeadNote(storage, "another secret of the tests").read()

    await storage.put_bytes(FORGERIES[forgery](await storage.read(KEY)), KEY)

    with pytest.raises(ForgedHead):
        await note.read()
    # And it is kept as evidence.
    await act(live_database, 2)
    await sealer.seal()
    await sealer.note_head()
    with pytest.raises(ForgedHead):
        await note.read()


async def test_a_sealer_that_stops_seals_and_notes_what_is_left(
    live_database: Database, sealer: Sealer, note: HeadNote
) -> None:
    stop = asyncio.Event()
    await act(live_database, 1, 2)
    stop.set()

    await sealer.run(stop)

    head = await note.read()
    assert head is not None
    found = await verified(live_database, head, later=timedelta(minutes=2))
    assert (found.count, found.unsealed, found.faults) == (head.sequence, 0, ())


async def test_a_running_sealer_seals_what_comes(
    live_database: Database, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.domains.audit.service.sealer.LOOK_SECONDS", 0.01)
    stop = asyncio.Event()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(sealer.run(stop))
        for number in range(3):
            await act(live_database, number)
            while len(await sealed_numbers(live_database)) <= number:
                pass
        stop.set()


async def test_an_entry_tells_under_which_request_and_from_where_it_was_made(
    live_database: Database,
) -> None:
    with working_for("203.0.113.7", under="0199a6f26b54"):
        await act(live_database, 1)

    async with live_database.reading() as session:
        entry = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()))).first()
    assert entry is not None
    assert (entry.request_id, entry.origin, entry.actor_kind, entry.format) == (
        "0199a6f26b54",
        "203.0.113.7",
        "system",
        2,
    )


def test_changes_are_told_as_what_was_and_what_is() -> None:
    before = {"name": "张伟", "level": 1, "born": now().date(), "roles": ["a"], "same": "x"}
    after = {
        "name": "李娜",
        "level": None,
        "born": now().date(),
        "roles": ["a", "b"],
        "same": "x",
        "new": True,
    }

    assert audit.changes(before, after) == {
        "level": [1, None],
        "name": ["张伟", "李娜"],
        "new": [None, True],
        "roles": [["a"], ["a", "b"]],
    }
