"""Versions as entity tags, and answers that need not be sent again."""

import pytest
from fastapi import Request
from pydantic import BaseModel

from backend.kit.db.versions import check_version
from backend.kit.errors import StaleVersion
from backend.kit.http import etag, unless_known


def test_a_version_is_a_strong_tag() -> None:
    assert etag(3) == '"3"'


def test_the_current_version_may_change() -> None:
    check_version(3, 3)


@pytest.mark.parametrize("expected", [2, 4])
def test_another_version_is_stale_and_told_the_current_one(expected: int) -> None:
    with pytest.raises(StaleVersion) as stale:
        check_version(3, expected)

    assert stale.value.members == {"current_version": 3}


class Content(BaseModel):
    text: str


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw})


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}'])
def test_content_that_is_known_is_not_sent_again(known: str) -> None:
    first = unless_known(request(), Content(text="甲"))
    tag = first.headers["etag"]

    second = unless_known(request(if_none_match=known.format(tag)), Content(text="甲"))

    assert (first.status_code, bytes(first.body)) == (200, '{"text":"甲"}'.encode())
    assert (second.status_code, second.body, second.headers["etag"]) == (304, b"", tag)


def test_other_content_has_another_tag() -> None:
    tag = unless_known(request(), Content(text="甲")).headers["etag"]

    assert unless_known(request(if_none_match=tag), Content(text="乙")).status_code == 200
