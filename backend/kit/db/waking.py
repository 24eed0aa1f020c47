"""Wake whoever listens in other processes, without making anybody wait for it."""

import asyncio
import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

log = logging.getLogger("kehui.waking")

# At a thousand commits a second listeners need not be told a thousand times.
PAUSE_SECONDS = 0.01
_NOTIFY = text(
    "SELECT pg_notify(channel, payload)"
    " FROM unnest(CAST(:channels AS text[]), CAST(:payloads AS text[])) AS due (channel, payload)"
)


class Waker:
    """Sends NOTIFY, one at a time for a process; what is asked for meanwhile goes out together with the next.

    A NOTIFY may be lost, with the process or with the connection, so listeners also look by themselves.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._due: dict[str, str] = {}
        self._telling: asyncio.Task[None] | None = None

    def wake(self, channel: str, payload: str = "") -> None:
        """Tell the channel's listeners soon; of several payloads not sent yet the last one is."""
        self._due[channel] = payload
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def close(self) -> None:
        """Send what is due."""
        if self._telling is not None:
            await self._telling

    async def _tell(self) -> None:
        while self._due:
            due, self._due = self._due, {}
            try:
                async with self._engine.connect() as connection:
                    await connection.execute(_NOTIFY, {"channels": [*due], "payloads": [*due.values()]})
            except (OSError, SQLAlchemyError) as error:
                log.warning("waking.failed", extra={"error": repr(error)})
            await asyncio.sleep(PAUSE_SECONDS)
