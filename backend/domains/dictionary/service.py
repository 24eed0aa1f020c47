"""Keep the dictionaries."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.dictionary.catalogue import DICTIONARIES, uses
from backend.domains.dictionary.errors import (
    BuiltinEntry,
    DictionaryNotFound,
    DuplicateEntry,
    EntryInUse,
    EntryNotFound,
    FixedDictionary,
    OtherEntries,
)
from backend.domains.dictionary.live import DictionaryEvent
from backend.domains.dictionary.models import DictionaryEntry
from backend.domains.dictionary.repository import DictionaryRepository, Lock
from backend.domains.dictionary.schemas import (
    DictionaryList,
    DictionaryRead,
    DictionaryUsage,
    EntryCreate,
    EntryFields,
    EntryList,
    EntryRead,
    EntryUsage,
)
from backend.kit.auth import Actor
from backend.kit.db.constraints import conflicts
from backend.kit.db.seeding import never_seeded
from backend.kit.db.versions import check_version
from backend.kit.realtime.feed import LiveEvent, publish

# Between two entries, so that presets of a later version find their place among those of an earlier one.
STEP = 10


class DictionaryService:
    """The rules of dictionaries."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.entries = DictionaryRepository(session)

    async def list_dictionaries(self) -> DictionaryList:
        """Return all dictionaries with their entries."""
        rows = await self.entries.list_entries()
        entries = {code: list(group) for code, group in groupby(rows, lambda row: row.dictionary)}
        return DictionaryList(
            items=[
                DictionaryRead(
                    code=dictionary.code,
                    label_zh=dictionary.label_zh,
                    label_en=dictionary.label_en,
                    is_fixed=dictionary.is_fixed,
                    entries=_read_all(entries.get(dictionary.code, [])),
                )
                for dictionary in DICTIONARIES.values()
            ]
        )

    async def list_entries(self, dictionary: str) -> EntryList:
        """Return the entries of a dictionary."""
        _check_known(dictionary)
        return EntryList(items=_read_all(await self.entries.list_entries(dictionary)))

    async def usage(self, dictionary: str) -> DictionaryUsage:
        """Count how often the entries of a dictionary are used."""
        _check_known(dictionary)
        counts = await self.entries.count_uses(dictionary, uses.of(dictionary))
        return DictionaryUsage(
            items=[EntryUsage(code=code, count=count) for code, count in sorted(counts.items())]
        )

    async def read(self, dictionary: str, code: str) -> EntryRead:
        """Return an entry."""
        return EntryRead.model_validate(await self._get(dictionary, code))

    async def create(self, actor: Actor, dictionary: str, body: EntryCreate) -> EntryRead:
        """Add an entry behind the others."""
        _check_open(dictionary)
        place = await self.entries.last_place(dictionary) + STEP
        entry = DictionaryEntry(dictionary=dictionary, sort_order=place, **body.model_dump())
        async with conflicts(self.session, {"dictionary_entries_pkey": DuplicateEntry}):
            await self.entries.add(entry)
        self._changed(actor, "dictionary_entry.create", entry, {}, _facts(entry))
        return EntryRead.model_validate(entry)

    async def update(
        self, actor: Actor, dictionary: str, code: str, expected_version: int, body: EntryFields
    ) -> EntryRead:
        """Change how an entry is called and shown, and whether it can be chosen."""
        entry = await self._get(dictionary, code, Lock.CHANGE)
        check_version(entry.version, expected_version)
        if entry.is_builtin and not body.is_active:
            raise BuiltinEntry
        before = _facts(entry)
        for name, value in body.model_dump().items():
            setattr(entry, name, value)
        await self.session.flush()
        self._changed(actor, "dictionary_entry.update", entry, before, _facts(entry))
        return EntryRead.model_validate(entry)

    async def delete(self, actor: Actor, dictionary: str, code: str) -> None:
        """Remove an entry that nothing has; whoever chooses it at this moment waits, and is then refused."""
        entry = await self._get(dictionary, code, Lock.REMOVAL)
        if entry.is_builtin:
            raise BuiltinEntry
        counts = await self.entries.count_uses(dictionary, uses.of(dictionary), code=code)
        if counts:
            raise EntryInUse(usage_count=counts[code])
        before = _facts(entry)
        await self.entries.remove(entry)
        self._changed(actor, "dictionary_entry.delete", entry, before, {})

    async def reorder(self, actor: Actor, dictionary: str, codes: Sequence[str]) -> EntryList:
        """Put the entries of a dictionary into this order."""
        _check_open(dictionary)
        entries = {entry.code: entry for entry in await self.entries.list_entries(dictionary, lock=True)}
        before = list(entries)
        if sorted(codes) != sorted(before):
            raise OtherEntries
        if list(codes) != before:
            for place, code in enumerate(codes, start=1):
                entries[code].sort_order = place * STEP
            await self.session.flush()
            details = audit.changes({"order": before}, {"order": list(codes)})
            target = audit.Target("dictionary", dictionary, DICTIONARIES[dictionary].label_zh)
            audit.record(self.session, actor, "dictionary.reorder", target, details)
            self._tell(actor, dictionary)
        return EntryList(items=_read_all(entries[code] for code in codes))

    async def seed(self) -> None:
        """Add the presets that this installation never had; what people removed or made stays as it is."""
        presets = {
            (dictionary.code, preset.code): (place * STEP, preset)
            for dictionary in DICTIONARIES.values()
            for place, preset in enumerate(dictionary.presets, start=1)
        }
        keys = {f"{dictionary}:{code}": (dictionary, code) for dictionary, code in presets}
        new = await never_seeded(self.session, "dictionary_entry", keys)
        present = {(entry.dictionary, entry.code) for entry in await self.entries.list_entries()}
        for dictionary, code in sorted({keys[key] for key in new} - present):
            sort_order, preset = presets[dictionary, code]
            self.session.add(
                DictionaryEntry(
                    dictionary=dictionary,
                    code=code,
                    label_zh=preset.label_zh,
                    label_en=preset.label_en,
                    color=preset.color,
                    sort_order=sort_order,
                    is_builtin=preset.is_builtin,
                )
            )
        await self.session.flush()

    async def _get(self, dictionary: str, code: str, lock: Lock = Lock.NONE) -> DictionaryEntry:
        _check_known(dictionary)
        entry = await self.entries.get_entry(dictionary, code, lock)
        if entry is None:
            raise EntryNotFound
        return entry

    def _changed(
        self,
        actor: Actor,
        action: str,
        entry: DictionaryEntry,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        """Write a change down and tell of it; what changes nothing leaves no trace."""
        changes = audit.changes(before, after)
        if changes:
            target = audit.Target("dictionary_entry", f"{entry.dictionary}:{entry.code}", entry.label_zh)
            audit.record(self.session, actor, action, target, changes)
            self._tell(actor, entry.dictionary)

    def _tell(self, actor: Actor, dictionary: str) -> None:
        event = DictionaryEvent(type="dictionary.changed", actor_id=actor.id, dictionary=dictionary)
        publish(self.session, LiveEvent.of(event))


def _check_known(dictionary: str) -> None:
    if dictionary not in DICTIONARIES:
        raise DictionaryNotFound


def _check_open(dictionary: str) -> None:
    _check_known(dictionary)
    if DICTIONARIES[dictionary].is_fixed:
        raise FixedDictionary


def _read_all(entries: Iterable[DictionaryEntry]) -> list[EntryRead]:
    return [EntryRead.model_validate(entry) for entry in entries]


def _facts(entry: DictionaryEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in EntryFields.model_fields}
