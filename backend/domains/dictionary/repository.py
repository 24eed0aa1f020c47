"""The SQL of dictionaries."""

import enum
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, String, cast, func, select, union_all

from backend.domains.dictionary.catalogue import Use
from backend.domains.dictionary.models import DictionaryEntry
from backend.kit.db.repository import AnySelect, Repository


class Lock(enum.Enum):
    """How an entry is kept while a transaction uses it."""

    NONE = enum.auto()
    # It cannot be removed; neither those who choose it too nor those who rename it wait.
    HOLD = enum.auto()
    # Whoever else changes it waits; those who choose it do not.
    CHANGE = enum.auto()
    # Whoever chooses it waits.
    REMOVAL = enum.auto()


class DictionaryRepository(Repository[DictionaryEntry]):
    """Entries; dictionary and code are their key."""

    model = DictionaryEntry

    async def list_entries(
        self, dictionary: str | None = None, *, lock: bool = False
    ) -> Sequence[DictionaryEntry]:
        """Fetch the entries of one dictionary or of all, in their order."""
        statement: Select[DictionaryEntry] = select(DictionaryEntry).order_by(
            DictionaryEntry.dictionary, DictionaryEntry.sort_order, DictionaryEntry.code
        )
        if dictionary is not None:
            statement = statement.where(DictionaryEntry.dictionary == dictionary)
        return await self.all(statement.with_for_update(key_share=True) if lock else statement)

    async def get_entry(self, dictionary: str, code: str, lock: Lock = Lock.NONE) -> DictionaryEntry | None:
        """Fetch an entry, whether or not it can be chosen."""
        statement: Select[DictionaryEntry] = select(DictionaryEntry).where(
            DictionaryEntry.dictionary == dictionary, DictionaryEntry.code == code
        )
        if lock is not Lock.NONE:
            statement = statement.with_for_update(read=lock is Lock.HOLD, key_share=lock is not Lock.REMOVAL)
        return await self.one_or_none(statement)

    async def last_place(self, dictionary: str) -> int:
        """Return the highest place in the order that is taken."""
        statement = select(func.max(DictionaryEntry.sort_order))
        return await self.session.scalar(statement.where(DictionaryEntry.dictionary == dictionary)) or 0

    async def remove(self, entry: DictionaryEntry) -> None:
        """Delete an entry."""
        await self.session.delete(entry)
        await self.session.flush()

    async def count_uses(
        self, dictionary: str, uses: Iterable[Use], *, code: str | None = None
    ) -> dict[str, int]:
        """Count the rows that have each entry, or the one of this code; those that none has are left out."""
        counts = [_counted(dictionary, use, code) for use in uses]
        if not counts:
            return {}
        counted = union_all(*counts).subquery()
        statement = select(counted.c.code, func.sum(counted.c.rows)).group_by(counted.c.code)
        return {found: int(rows) for found, rows in (await self.session.execute(statement)).all()}


def _counted(dictionary: str, use: Use, code: str | None) -> AnySelect:
    """Select code and number of rows for each entry that a column has."""
    held: ColumnElement[str]
    if use.is_text:
        held = DictionaryEntry.code.expression
        statement = (
            select(held.label("code"), func.count().label("rows"))
            .join(use.column.class_, func.starts_with(use.column, DictionaryEntry.label_zh))
            .where(DictionaryEntry.dictionary == dictionary)
        )
    else:
        held = cast(use.column, String)
        statement = select(held.label("code"), func.count().label("rows")).where(use.column.is_not(None))
    if code is not None:
        statement = statement.where(held == code)
    return statement.group_by(held)
