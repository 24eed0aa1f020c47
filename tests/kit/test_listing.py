"""The shape of lists."""

import pytest
from pydantic import ValidationError

from backend.kit.listing import EXACT_TOTAL_LIMIT, ListQuery, Page


@pytest.mark.parametrize(
    ("page", "limit", "offset"), [(1, 20, 0), (2, 20, 20), (7, 100, 600), (1_000_000, 100, 99_999_900)]
)
def test_the_offset_is_what_lies_before_the_page(page: int, limit: int, offset: int) -> None:
    assert ListQuery(page=page, limit=limit).offset == offset


def test_twenty_rows_of_the_first_page_are_the_default() -> None:
    query = ListQuery()

    assert (query.page, query.limit) == (1, 20)


@pytest.mark.parametrize(
    "wrong", [{"page": 0}, {"page": 1_000_001}, {"limit": 0}, {"limit": 101}, {"offset": 1}]
)
def test_wrong_and_unknown_parameters_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        ListQuery.model_validate(wrong)


@pytest.mark.parametrize(
    ("total", "told", "is_estimate"),
    [
        (0, 0, False),
        (EXACT_TOTAL_LIMIT, EXACT_TOTAL_LIMIT, False),
        (EXACT_TOTAL_LIMIT + 1, EXACT_TOTAL_LIMIT, True),
    ],
)
def test_a_total_beyond_the_limit_is_an_estimate(total: int, told: int, *, is_estimate: bool) -> None:
    page = Page[str].of(["a"], total, ListQuery(page=3, limit=7))

    assert page.model_dump() == {
        "items": ["a"],
        "total": told,
        "page": 3,
        "limit": 7,
        "total_is_estimate": is_estimate,
    }
