"""Seal the audit trail while a worker runs.

Every worker tries; the database lets one at a time, so another goes on where one stops.
"""

import asyncio
import logging
import time
from contextlib import suppress

from backend.domains.audit.repository import AuditRepository
from backend.domains.audit.service import chain
from backend.domains.audit.service.head import ForgedHead, Head, HeadNote
from backend.kit.db.session import Database

log = logging.getLogger("kehui.audit")

LOOK_SECONDS = 0.5
NOTE_SECONDS = 5.0


class Sealer:
    """Continues the chain, and notes its end outside the database."""

    def __init__(self, database: Database, note: HeadNote) -> None:
        self._database = database
        self._note = note
        self._noted = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Seal until told to stop, and what is left then."""
        noted_at = -NOTE_SECONDS
        is_first = True
        while True:
            is_last = stop.is_set()
            try:
                await self.seal(foreign=is_first)
                is_first = False
                if is_last or time.monotonic() - noted_at >= NOTE_SECONDS:
                    await self.note_head()
                    noted_at = time.monotonic()
            except Exception:
                # The database or the store may be away for a while; the trail waits, and verifying tells.
                log.exception("audit.sealing_failed")
            if is_last:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await stop.wait()

    async def seal(self, *, foreign: bool = False) -> None:
        """Seal all that can be sealed now."""
        for is_foreign in (True, False) if foreign else (False,):
            sealed = chain.BATCH
            while sealed == chain.BATCH:
                async with self._database.transaction() as session:
                    sealed = await chain.seal(session, foreign=is_foreign)

    async def note_head(self) -> None:
        """Note the chain's end, unless it contradicts what was noted before: that is evidence to keep."""
        async with self._database.lookup() as session:
            last = await AuditRepository(session).last_seal()
        if last is None or last.sequence == self._noted:
            return
        try:
            noted = await self._note.read()
        except ForgedHead:
            log.error("audit.head_forged")  # noqa: TRY400 - where it came from does not matter
            return
        if noted is not None and noted.sequence == last.sequence and noted.hash == last.hash:
            return
        async with self._database.lookup() as session:
            if not await chain.continues(session, noted):
                log.error("audit.head_contradicted")
                return
        await self._note.write(Head(last.sequence, last.hash, last.sealed_at.isoformat()))
        self._noted = last.sequence
