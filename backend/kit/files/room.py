"""How much may be on its way in at once."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from backend.kit.errors import ServerBusy

MIB = 1024 * 1024


class UploadRoom:
    """The bytes of uploads that one process takes in at the same time, in all and from one person.

    Whoever finds no room is asked to come again: waiting here would hold a connection and say nothing.
    """

    def __init__(self, total: int = 512 * MIB, each: int = 96 * MIB) -> None:
        self._total = total
        self._each = each
        self._taken: Counter[Hashable] = Counter()

    @contextmanager
    def reserve(self, person: Hashable, size: int) -> Iterator[None]:
        """Hold room for this many bytes, or raise `ServerBusy`."""
        if self._taken.total() + size > self._total or self._taken[person] + size > self._each:
            raise ServerBusy
        self._taken[person] += size
        try:
            yield
        finally:
            self._taken[person] -= size
            if not self._taken[person]:
                del self._taken[person]
