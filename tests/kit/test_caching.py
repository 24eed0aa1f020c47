"""What a process remembers, and when it does not."""

import pytest

from backend.kit.db import caching
from backend.kit.db.caching import ProcessCache


class Source:
    """Something to be remembered, which counts how often it was read."""

    def __init__(self) -> None:
        self.reads = 0

    async def read(self) -> int:
        """Return how often it was read."""
        self.reads += 1
        return self.reads


@pytest.fixture
def cache() -> ProcessCache[str, int]:
    """A cache that is told of changes."""
    cache = ProcessCache[str, int]()
    cache.inform(informed=True)
    return cache


async def test_what_was_read_once_is_remembered_by_its_key(cache: ProcessCache[str, int]) -> None:
    source = Source()

    assert [await cache.get("a", source.read) for _ in range(3)] == [1, 1, 1]
    assert await cache.get("b", source.read) == 2


async def test_what_was_forgotten_is_read_again(cache: ProcessCache[str, int]) -> None:
    source = Source()
    await cache.get("a", source.read)

    cache.forget()

    assert await cache.get("a", source.read) == 2


async def test_a_value_that_may_be_from_before_a_change_is_not_remembered(
    cache: ProcessCache[str, int],
) -> None:
    source = Source()

    async def read_while_it_changes() -> int:
        value = await source.read()
        cache.forget()
        return value

    assert await cache.get("a", read_while_it_changes) == 1
    assert await cache.get("a", source.read) == 2


async def test_nothing_is_remembered_while_nobody_tells_of_changes(cache: ProcessCache[str, int]) -> None:
    source = Source()
    await cache.get("a", source.read)

    cache.inform(informed=False)
    assert [await cache.get("a", source.read) for _ in range(2)] == [2, 3]

    cache.inform(informed=True)
    assert [await cache.get("a", source.read) for _ in range(2)] == [4, 4]


async def test_a_value_read_across_a_gap_in_the_news_is_not_remembered(cache: ProcessCache[str, int]) -> None:
    source = Source()

    async def read_across() -> int:
        value = await source.read()
        cache.inform(informed=False)
        cache.inform(informed=True)
        return value

    await cache.get("a", read_across)

    assert await cache.get("a", source.read) == 2


async def test_nothing_is_remembered_for_long(
    cache: ProcessCache[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source()
    monkeypatch.setattr(caching, "MOST_SECONDS", 0.0)

    assert [await cache.get("a", source.read) for _ in range(2)] == [1, 2]


async def test_a_full_cache_makes_room(
    cache: ProcessCache[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source()
    monkeypatch.setattr(caching, "MOST_VALUES", 2)
    for key in "abc":
        await cache.get(key, source.read)

    assert await cache.get("c", source.read) == 3
    assert await cache.get("a", source.read) == 4


async def test_what_cannot_be_read_is_asked_for_again(cache: ProcessCache[str, int]) -> None:
    async def fail() -> int:
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            await cache.get("a", fail)
    assert await cache.get("a", Source().read) == 1
