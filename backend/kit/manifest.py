"""What a domain brings into the house, said in one place; the composition root collects it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TypeAlias

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.auth import DefaultGrants, Permission
from backend.kit.jobs import JobHandler, ScheduledHandler
from backend.kit.realtime.live import LivePayload

Seeder: TypeAlias = Callable[[AsyncSession], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A domain's manifest.

    What concerns two domains is no part of it: who listens to whose events and who contributes to whose objects
    stands in `backend.events` and `backend.actions`.
    """

    # Imported so that migrations know its tables.
    models: ModuleType
    router: APIRouter | None = None
    permissions: type[Permission] | None = None
    grants: DefaultGrants = field(default_factory=dict)
    live: Sequence[type[LivePayload]] = ()
    jobs: Mapping[str, JobHandler] = field(default_factory=dict)
    # Name → when, in cron's notation, and what.
    schedules: Mapping[str, tuple[str, ScheduledHandler]] = field(default_factory=dict)
    # Adds the presets that this installation never had, after each migration.
    seed: Seeder | None = None
