"""What the statements of all lists have in common."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import ColumnElement

from backend.domains.identity.models import User
from backend.kit.db.repository import Repository, within_days

COLUMNS: dict[str, ColumnElement[Any]] = {
    "username": User.username.expression,
    "last_login_at": User.last_login_at.expression,
}


@pytest.mark.parametrize(
    ("keys", "sql"),
    [
        ([], []),
        (["username"], ["users.username ASC"]),
        # An index on a column that is always set is of no use to NULLS LAST.
        (["-username"], ["users.username DESC"]),
        (["last_login_at"], ["users.last_login_at ASC"]),
        (["-last_login_at", "username"], ["users.last_login_at DESC NULLS LAST", "users.username ASC"]),
    ],
)
def test_sort_keys_become_an_order_with_what_is_not_set_at_the_end(keys: list[str], sql: list[str]) -> None:
    assert [str(term) for term in Repository.order(COLUMNS, keys)] == sql


def test_only_known_keys_become_an_order() -> None:
    with pytest.raises(KeyError):
        Repository.order(COLUMNS, ["password_hash"])


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, []),
        (date(2026, 11, 21), None, [(">=", datetime(2026, 11, 20, 16, tzinfo=UTC))]),
        (None, date(2026, 11, 21), [("<", datetime(2026, 11, 21, 16, tzinfo=UTC))]),
        (
            date(2026, 11, 21),
            date(2026, 11, 21),
            [(">=", datetime(2026, 11, 20, 16, tzinfo=UTC)), ("<", datetime(2026, 11, 21, 16, tzinfo=UTC))],
        ),
    ],
)
def test_days_are_those_of_people_in_china_and_both_count(
    first: date | None, last: date | None, expected: list[tuple[str, datetime]]
) -> None:
    compiled = [condition.compile() for condition in within_days(User.created_at, first, last)]

    assert [(str(one).split()[1], *one.params.values()) for one in compiled] == expected
