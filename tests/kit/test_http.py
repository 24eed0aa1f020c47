"""Versions as entity tags."""

import pytest

from backend.kit.db.versions import check_version
from backend.kit.errors import StaleVersion
from backend.kit.http import etag


def test_a_version_is_a_strong_tag() -> None:
    assert etag(3) == '"3"'


def test_the_current_version_may_change() -> None:
    check_version(3, 3)


@pytest.mark.parametrize("expected", [2, 4])
def test_another_version_is_stale_and_told_the_current_one(expected: int) -> None:
    with pytest.raises(StaleVersion) as stale:
        check_version(3, expected)

    assert stale.value.members == {"current_version": 3}
