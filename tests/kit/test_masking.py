from collections.abc import Callable

import pytest

from backend.kit.masking import mask_account, mask_id_number


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_id_number, "11010519491231002X", "1****************X"),
        (mask_account, "6222021001116245702", "**** 5702"),
    ],
)
def test_mask(mask: Callable[[str], str], value: str, shown: str) -> None:
    assert mask(value) == shown


@pytest.mark.parametrize(("mask", "value"), [(mask_id_number, "1X"), (mask_account, "1234")])
def test_a_value_too_short_to_hide_a_part_of_is_hidden_whole(mask: Callable[[str], str], value: str) -> None:
    assert set(mask(value)) == {"*"}


def test_masked_id_number_leaves_region_and_serial_to_guess() -> None:
    # Birth date and sex stand beside it; the first six and the last four must not.
    shown = mask_id_number("11010519491231002X")
    assert sum(character != "*" for character in shown[:6] + shown[-4:]) == 2
