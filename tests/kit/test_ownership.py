"""One rule in two languages: what `Actor.covers` says of a row is what `covered` finds."""

from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from backend.kit.auth import Actor, Ownership, Scope, merge_grants
from backend.kit.db.ownership import covered
from backend.kit.db.session import Database

ME, OTHER = uuid4(), uuid4()
PARENT, MINE, BELOW, ELSEWHERE = uuid4(), uuid4(), uuid4(), uuid4()
PEOPLE = (ME, OTHER)
MANAGERS = (None, ME, OTHER)
DEPARTMENTS = (None, PARENT, MINE, BELOW, ELSEWHERE)
ROWS = list(product(PEOPLE, MANAGERS, DEPARTMENTS))


class _Tables(DeclarativeBase):
    pass


class _Thing(_Tables):
    __tablename__ = "ownership_things"

    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[UUID]
    manager_id: Mapped[UUID | None]
    department_id: Mapped[UUID | None]


def actor(scope: Scope | None, department: UUID | None = MINE) -> Actor:
    return Actor(
        id=ME,
        display_name="王芳",
        grants={} if scope is None else {"things:read": scope},
        department_id=department,
        departments_below=frozenset() if department is None else frozenset({department, BELOW}),
    )


ACTORS = {
    "nothing": actor(None),
    **{scope.value: actor(scope) for scope in Scope},
    **{f"{scope.value} of no department": actor(scope, department=None) for scope in Scope},
    "system": Actor.system("job"),
}


@pytest.mark.parametrize("who", ACTORS.values(), ids=ACTORS)
async def test_sql_and_python_judge_alike(database: Database, who: Actor) -> None:
    async with database.transaction() as session:
        await session.execute(
            text(
                "CREATE TEMPORARY TABLE ownership_things "
                "(id int, creator_id uuid, manager_id uuid, department_id uuid) ON COMMIT DROP"
            )
        )
        session.add_all(
            _Thing(id=number, creator_id=creator, manager_id=manager, department_id=department)
            for number, (creator, manager, department) in enumerate(ROWS)
        )
        await session.flush()
        condition = covered(
            who,
            "things:read",
            people=(_Thing.creator_id, _Thing.manager_id),
            department=_Thing.department_id,
        )
        found = set((await session.scalars(select(_Thing.id).where(condition))).all())
        await session.execute(text("DROP TABLE ownership_things"))

    assert found == {
        number
        for number, (creator, manager, department) in enumerate(ROWS)
        if who.covers("things:read", Ownership.of(creator, manager, department=department))
    }


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        (Scope.OWN, []),
        (Scope.DEPARTMENT, [MINE]),
        (Scope.DEPARTMENT_AND_BELOW, [MINE, BELOW]),
        (Scope.ALL, [PARENT, MINE, BELOW, ELSEWHERE]),
    ],
)
def test_each_scope_reaches_further(scope: Scope, reached: list[UUID]) -> None:
    who = actor(scope)

    assert who.covers("things:read", Ownership.of(ME))
    departments = [PARENT, MINE, BELOW, ELSEWHERE]
    assert [
        item for item in departments if who.covers("things:read", Ownership.of(OTHER, department=item))
    ] == reached


def test_the_widest_grant_of_several_roles_counts() -> None:
    grants = [("a:b", Scope.DEPARTMENT), ("a:b", Scope.OWN), ("c:d", Scope.OWN), ("c:d", Scope.ALL)]

    assert merge_grants(grants) == {"a:b": Scope.DEPARTMENT, "c:d": Scope.ALL}
    assert merge_grants(reversed(grants)) == merge_grants(grants)


def test_owners_of_before_and_after_are_told_once() -> None:
    before, after = Ownership.of(ME, None, department=MINE), Ownership.of(ME, OTHER, department=BELOW)

    assert before | after == Ownership((ME, OTHER), (MINE, BELOW))
