from collections.abc import Callable

import pytest

from backend.kit.masking import mask_account, mask_email, mask_id_number, mask_mobile, mask_name


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_id_number, "11010519491231002X", "110105********002X"),
        (mask_account, "6222021001116245702", "**** 5702"),
        (mask_mobile, "13800138000", "138****8000"),
        (mask_name, "张伟", "张*"),
        (mask_name, "欧阳娜娜", "欧***"),
        (mask_name, "", ""),
        (mask_email, "zhangwei@example.com", "z***@example.com"),
        (mask_email, "z@example.com", "z***@example.com"),
    ],
)
def test_mask(mask: Callable[[str], str], value: str, shown: str) -> None:
    assert mask(value) == shown


@pytest.mark.parametrize(
    ("mask", "value"),
    [
        (mask_id_number, "1101050001"),
        (mask_account, "1234"),
        (mask_mobile, "8001234"),
        (mask_email, "not an address"),
        (mask_email, "@example.com"),
    ],
)
def test_a_value_too_short_to_hide_a_part_of_is_hidden_whole(mask: Callable[[str], str], value: str) -> None:
    assert mask(value) == "****"
