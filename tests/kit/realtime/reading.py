"""Read the feed as its readers do."""

from backend.kit.db.session import Database
from backend.kit.realtime.feed import Position, feed_bounds, read_after


async def newest(database: Database) -> Position:
    """Return the position of the newest entry that can be read."""
    async with database.reading() as session:
        return (await feed_bounds(session))[1]


async def numbers_after(database: Database, position: Position) -> list[int]:
    """Return the numbers of the test's events since, in the order of the feed."""
    async with database.reading() as session:
        reading = await read_after(session, position, limit=1_000)
    return [entry.data["number"] for entry in reading.entries]
