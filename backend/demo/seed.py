"""Fill an empty development installation so that every page has something to show.

Everything goes through the services, as if people had done it over the last weeks; the clock is set back for each
step. The same seed gives the same data.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from random import Random

from backend import wiring
from backend.config import Settings
from backend.demo.chapters import CHAPTERS
from backend.demo.chapters.identity import ACCOUNTS
from backend.demo.stage import Stage
from backend.domains.identity.repository import UserRepository
from backend.kit.db.session import Database
from backend.resources import equip

SEED = 20261121


async def seed(settings: Settings) -> None:
    """Tell every chapter; does nothing where the demo's administrator is there already."""
    wiring.install()
    database = Database(settings.database_url, application_name="kehui-seed")
    equip(database, settings)
    try:
        if not await _is_told(database):
            with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
                stage = Stage(database, pool, Random(SEED))  # noqa: S311 - nothing secret
                for tell in CHAPTERS:
                    await tell(stage)
    finally:
        await database.close()


async def _is_told(database: Database) -> bool:
    username, *_ = ACCOUNTS[0]
    async with database.reading() as session:
        return await UserRepository(session).get_by_username(username) is not None
