"""What other domains may use of dictionaries; everything else in this package is private."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.dictionary.catalogue import (
    AREA,
    CREDIT_RATING,
    CUSTOMER_LEVEL,
    PRODUCT,
    REJECT_REASON,
    SATISFACTION,
    Use,
    uses,
)
from backend.domains.dictionary.errors import UnknownEntry
from backend.domains.dictionary.repository import DictionaryRepository, Lock
from backend.domains.dictionary.schemas import EntryCode

__all__ = [
    "AREA",
    "CREDIT_RATING",
    "CUSTOMER_LEVEL",
    "OTHER",
    "PRODUCT",
    "REJECT_REASON",
    "SATISFACTION",
    "EntryCode",
    "UnknownEntry",
    "Use",
    "choose",
    "in_use",
    "uses",
]

# The reject reason that asks for a sentence.
OTHER = "other"


async def choose(session: AsyncSession, dictionary: str, code: str, *, field: str) -> None:
    """Keep an entry from being removed until the transaction ends, or refuse one that cannot be chosen.

    Only for what is newly chosen: what a row has already may be out of use by now, and stays.
    """
    entry = await DictionaryRepository(session).get_entry(dictionary, code, Lock.HOLD)
    if entry is None or not entry.is_active:
        raise UnknownEntry(field)


async def in_use(session: AsyncSession, dictionary: str) -> frozenset[str]:
    """Return the codes of a dictionary that can be chosen."""
    entries = await DictionaryRepository(session).list_entries(dictionary)
    return frozenset(entry.code for entry in entries if entry.is_active)
