"""What may be done with an object now, as its ``can`` tells: each domain contributes what it knows.

The domain that owns the object asks; the domains above it answer. Who contributes stands in `backend.actions`.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Generic, TypeVar

from backend.kit.auth import Actor

T = TypeVar("T")


class Action(StrEnum):
    """Base of each domain's actions on an object."""


Contributor = Callable[[Actor, T], Iterable[Action]]


class Actions(Generic[T]):
    """The actions on one kind of object, from every domain that has some."""

    def __init__(self) -> None:
        self._contributors: tuple[Contributor[T], ...] = ()

    def contribute(self, *contributors: Contributor[T]) -> None:
        """Set who contributes, in the order in which their actions are listed."""
        self._contributors = contributors

    def open_to(self, actor: Actor, thing: T) -> list[Action]:
        """List what the actor may do with the thing now, so that screens offer nothing that would be refused."""
        return [action for contributor in self._contributors for action in contributor(actor, thing)]
