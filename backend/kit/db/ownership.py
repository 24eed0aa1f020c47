"""The SQL twin of `Actor.covers`: which rows a permission reaches."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Uuid, bindparam, false, literal, or_, true

from backend.kit.auth import Actor, Scope

OwnerColumn = Any


def covered(
    actor: Actor, permission: str, *, people: Sequence[OwnerColumn], department: OwnerColumn
) -> ColumnElement[bool]:
    """Match the rows whose owners, named by these columns, the permission reaches; none when it is not held."""
    return _reached(
        actor.reach(permission),
        people,
        department,
        # As values and not as they are: a comparison with None would read IS NULL and match what is nobody's.
        me=literal(actor.id, Uuid),
        mine=literal(actor.department_id, Uuid),
        below=sorted(actor.departments_below),
    )


def covering(
    reach: Scope | None, *, people: Sequence[OwnerColumn], department: OwnerColumn
) -> ColumnElement[bool]:
    """Match as `covered` does, in a statement that is built once and run with what `owner_parameters` gives."""
    return _reached(
        reach,
        people,
        department,
        me=bindparam("actor_id", type_=Uuid),
        mine=bindparam("actor_department_id", type_=Uuid),
        below=bindparam("actor_departments_below", type_=Uuid, expanding=True),
    )


def owner_parameters(actor: Actor) -> dict[str, Any]:
    """Return the parameters of a statement with `covering` in it."""
    return {
        "actor_id": actor.id,
        "actor_department_id": actor.department_id,
        "actor_departments_below": sorted(actor.departments_below),
    }


def _reached(
    reach: Scope | None,
    people: Sequence[OwnerColumn],
    department: OwnerColumn,
    *,
    me: ColumnElement[Any],
    mine: ColumnElement[Any],
    below: Any,
) -> ColumnElement[bool]:
    own: list[ColumnElement[bool]] = [column == me for column in people]
    match reach:
        case None:
            return false()
        case Scope.ALL:
            return true()
        case Scope.OWN:
            return or_(*own)
        case Scope.DEPARTMENT:
            return or_(*own, department == mine)
        case Scope.DEPARTMENT_AND_BELOW:
            return or_(*own, department.in_(below))
