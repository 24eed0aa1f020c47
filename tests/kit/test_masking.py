from collections.abc import Callable

import pytest

from backend.kit.masking import mask_account, mask_id_number


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_id_number, "11010519491231002X", "110***********002X"),
        (mask_account, "6222021001116245702", "**** 5702"),
    ],
)
def test_mask(mask: Callable[[str], str], value: str, shown: str) -> None:
    assert mask(value) == shown


@pytest.mark.parametrize(("mask", "value"), [(mask_id_number, "110002X"), (mask_account, "1234")])
def test_a_value_too_short_to_hide_a_part_of_is_hidden_whole(mask: Callable[[str], str], value: str) -> None:
    assert set(mask(value)) == {"*"}


def test_the_birth_date_is_not_among_what_a_masked_id_number_shows() -> None:
    assert mask_id_number("11010519491231002X")[3:14] == "*" * 11
