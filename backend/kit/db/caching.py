"""What a process remembers of the database, and how all processes are made to forget it.

Whoever changes what may be remembered asks for it to be forgotten: here that happens as soon as the transaction has
committed, elsewhere as soon as the NOTIFY sent then arrives. Nothing is remembered while no connection listens for it,
and should a NOTIFY be lost all the same, nothing for longer than `MOST_SECONDS`.
"""

import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST_SECONDS: Final = 5.0
MOST_VALUES: Final = 10_000


class ProcessCache(Generic[K, V]):
    """Values by key, forgotten all at once: changes are too rare to tell apart whom they concern."""

    def __init__(self) -> None:
        self._values: dict[K, tuple[float, V]] = {}
        self._generation = 0
        self._is_informed = False

    async def get(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        """Return what is remembered under the key, or else what ``load`` returns."""
        found = self._values.get(key)
        if found is not None and time.monotonic() < found[0]:
            return found[1]
        generation, expires_at = self._generation, time.monotonic() + MOST_SECONDS
        value = await load()
        # What was to be forgotten meanwhile may be what was just read.
        if self._is_informed and generation == self._generation:
            if len(self._values) >= MOST_VALUES:
                self._values.clear()
            self._values[key] = (expires_at, value)
        return value

    def forget(self) -> None:
        """Forget everything, and what is being read, too."""
        self._generation += 1
        self._values.clear()

    def inform(self, *, informed: bool) -> None:
        """Begin to remember, or forget and stop, as news of changes reach the process or not."""
        self.forget()
        self._is_informed = informed


class Caches:
    """The caches of a process, by the channel on which others tell of changes."""

    def __init__(self) -> None:
        self._by_channel: dict[str, ProcessCache[Any, Any]] = {}

    @property
    def channels(self) -> tuple[str, ...]:
        """Where to listen."""
        return tuple(self._by_channel)

    def on(self, channel: str) -> ProcessCache[Any, Any]:
        """Return the cache of this channel; the first call makes it."""
        return self._by_channel.setdefault(channel, ProcessCache())

    def forget_all(self) -> None:
        """Forget what every cache holds."""
        for cache in self._by_channel.values():
            cache.forget()

    def inform(self, *, informed: bool) -> None:
        """Tell every cache whether news of changes reach the process."""
        for cache in self._by_channel.values():
            cache.inform(informed=informed)
