"""What time it is: instants in UTC, calendar days as people in China count them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

_CHINA: Final = ZoneInfo("Asia/Shanghai")


class Clock:
    """The process's one source of the current instant; a test may stop it and move it on."""

    def __init__(self) -> None:
        self._stopped_at: datetime | None = None

    def now(self) -> datetime:
        """Give the current instant, aware, in UTC."""
        return self._stopped_at or datetime.now(UTC)

    @contextmanager
    def stopped(self, at: datetime) -> Iterator[Self]:
        """Stand still at an aware instant until the block ends, for every reader in the process."""
        before, self._stopped_at = self._stopped_at, at.astimezone(UTC)
        try:
            yield self
        finally:
            self._stopped_at = before

    def advance(self, by: timedelta) -> None:
        """Move a stopped clock on."""
        if self._stopped_at is None:
            raise RuntimeError("Only a stopped clock can be moved.")
        self._stopped_at += by


clock: Final = Clock()
now: Final = clock.now


def business_date(at: datetime) -> date:
    """Give the calendar day in China at an aware instant; naive ones are refused."""
    if at.tzinfo is None:
        raise ValueError("A naive time belongs to no day: its zone is unknown.")
    return at.astimezone(_CHINA).date()


def day_start(day: date) -> datetime:
    """Give the instant at which a calendar day begins in China."""
    return datetime.combine(day, time.min, _CHINA).astimezone(UTC)
