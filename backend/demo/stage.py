"""What the chapters of the demo share."""

from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.demo.people import DemoCompany, DemoPerson
from backend.kit.auth import Actor
from backend.kit.clock import clock
from backend.kit.db.session import Database


@dataclass
class Story:
    """One customer's way through the weeks: who has to do with it, how it ends, and how far it has got.

    Whatever is left to chance is drawn from ``random``, so that each story is the same every time, whatever happens
    in the others.
    """

    customer_id: UUID
    party: DemoPerson | DemoCompany
    outcome: str
    owner: Actor
    helper: Actor
    auditor: Actor
    random: Random
    now: datetime
    document_ids: list[UUID] = field(default_factory=list)

    def wait(self, least: int, most: int) -> None:
        """Let some minutes go by, but never past the present."""
        self.now = min(self.now + timedelta(minutes=self.random.randint(least, most)), clock.now())


@dataclass
class Stage:
    """An installation without people that is being filled; ``draw`` runs what makes pictures."""

    database: Database
    draw: Executor
    random: Random
    begun_at: datetime = field(default_factory=clock.now)
    staff: tuple[Actor, ...] = ()
    auditors: tuple[Actor, ...] = ()
    stories: list[Story] = field(default_factory=list)

    @asynccontextmanager
    async def at(self, moment: datetime) -> AsyncIterator[AsyncSession]:
        """Do something at a past moment, in a transaction of its own."""
        with clock.stopped(moment):
            async with self.database.transaction() as session:
                yield session
