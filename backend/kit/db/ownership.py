"""The SQL twin of `Actor.covers`: which rows a permission reaches."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from backend.kit.auth import Actor, Scope

PersonColumn = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
DepartmentColumn = InstrumentedAttribute[UUID | None]


def covered(
    actor: Actor, permission: str, *, people: Sequence[PersonColumn], department: DepartmentColumn
) -> ColumnElement[bool]:
    """Match the rows whose owners, named by these columns, the permission reaches; none when it is not held."""
    own: list[ColumnElement[Any]] = [column == actor.id for column in people]
    match actor.reach(permission):
        case None:
            return false()
        case Scope.ALL:
            return true()
        case Scope.OWN:
            return or_(*own)
        case Scope.DEPARTMENT:
            # A comparison with no department would read IS NULL and match the rows of nobody's department.
            return or_(*own) if actor.department_id is None else or_(*own, department == actor.department_id)
        case Scope.DEPARTMENT_AND_BELOW:
            return or_(*own, department.in_(sorted(actor.departments_below)))
