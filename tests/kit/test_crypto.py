import base64
import hashlib
import os

import pytest

from backend.kit.crypto import BlindIndex, DecryptionFailed, FieldCipher

PLACE = "customers.id_number:0193a5c0-0000-7000-8000-000000000001"
OTHER_PLACES = [
    "customers.id_number:0193a5c0-0000-7000-8000-000000000002",
    "customers.bank_account:0193a5c0-0000-7000-8000-000000000001",
    "",
]
OLD, NEW = os.urandom(32), os.urandom(32)


@pytest.fixture
def cipher() -> FieldCipher:
    return FieldCipher({"2026": OLD}, "2026")


@pytest.mark.parametrize("plain", ["11010519491231002X", "", "汉字与 emoji 🙂", "长" * 10_000])
def test_what_was_encrypted_can_be_read_again(cipher: FieldCipher, plain: str) -> None:
    text = cipher.encrypt(plain, PLACE)

    assert text.startswith("v1.2026.")
    assert cipher.decrypt(text, PLACE) == plain


def test_the_text_holds_no_part_of_the_value(cipher: FieldCipher) -> None:
    text = cipher.encrypt("11010519491231002X", PLACE)
    body = base64.urlsafe_b64decode(text.split(".")[2] + "==")

    assert b"1101" not in body
    assert len(body) == 12 + 18 + 16


def test_any_flipped_bit_is_noticed(cipher: FieldCipher) -> None:
    # 17 characters leave unused bits in the last base64 character; those must not be free to change either.
    text = cipher.encrypt("1101051949123100X", PLACE)
    flipped = [
        text[:place] + chr(ord(text[place]) ^ 1 << bit) + text[place + 1 :]
        for place in range(len(text))
        for bit in range(8)
    ]

    for changed in flipped:
        with pytest.raises(DecryptionFailed):
            cipher.decrypt(changed, PLACE)


@pytest.mark.parametrize("cut", [0, 1, 3, 8, 12, 30, -1])
def test_a_cut_text_is_noticed(cipher: FieldCipher, cut: int) -> None:
    text = cipher.encrypt("11010519491231002X", PLACE)

    with pytest.raises(DecryptionFailed):
        cipher.decrypt(text[:cut], PLACE)


@pytest.mark.parametrize("place", OTHER_PLACES)
def test_a_text_moved_elsewhere_does_not_open(cipher: FieldCipher, place: str) -> None:
    text = cipher.encrypt("11010519491231002X", PLACE)

    with pytest.raises(DecryptionFailed):
        cipher.decrypt(text, place)


def test_a_text_relabelled_with_another_key_id_does_not_open() -> None:
    cipher = FieldCipher({"a": OLD, "b": OLD}, "a")
    text = cipher.encrypt("11010519491231002X", PLACE)

    with pytest.raises(DecryptionFailed):
        cipher.decrypt(text.replace("v1.a.", "v1.b."), PLACE)


def test_a_text_of_a_removed_key_does_not_open(cipher: FieldCipher) -> None:
    text = cipher.encrypt("11010519491231002X", PLACE)

    with pytest.raises(DecryptionFailed):
        FieldCipher({"2027": NEW}, "2027").decrypt(text, PLACE)


def test_the_failure_tells_nothing_of_the_text(cipher: FieldCipher) -> None:
    text = cipher.encrypt("11010519491231002X", PLACE)

    with pytest.raises(DecryptionFailed) as caught:
        cipher.decrypt(text, "elsewhere")

    assert text.split(".")[2] not in str(caught.value)


def test_no_nonce_comes_twice(cipher: FieldCipher) -> None:
    bodies = (cipher.encrypt("1", PLACE).split(".")[2] for _ in range(10_000))

    assert len({body[:16] for body in bodies}) == 10_000


def test_keys_rotate(cipher: FieldCipher) -> None:
    rotated = FieldCipher({"2026": OLD, "2027": NEW}, "2027")
    text = cipher.encrypt("11010519491231002X", PLACE)
    assert not cipher.needs_rotation(text)
    assert rotated.needs_rotation(text)

    again = rotated.encrypt(rotated.decrypt(text, PLACE), PLACE)

    assert not rotated.needs_rotation(again)
    assert FieldCipher({"2027": NEW}, "2027").decrypt(again, PLACE) == "11010519491231002X"


@pytest.mark.parametrize(
    ("keys", "current"),
    [({"a": OLD[:31]}, "a"), ({"a.b": OLD}, "a.b"), ({"": OLD}, ""), ({"a": OLD}, "b"), ({}, "a")],
)
def test_unusable_keys_are_refused(keys: dict[str, bytes], current: str) -> None:
    with pytest.raises(ValueError, match=r"[Kk]ey"):
        FieldCipher(keys, current)


def test_blind_index_finds_equal_values_of_one_purpose_only() -> None:
    index = BlindIndex(OLD)

    assert index.digest("customers.id_number", "11010519491231002X") == BlindIndex(OLD).digest(
        "customers.id_number", "11010519491231002X"
    )
    assert index.digest("customers.id_number", "1") != index.digest("customers.id_number", "2")
    assert index.digest("customers.id_number", "1") != index.digest("customers.bank_account", "1")
    assert index.digest("a", "b1") != index.digest("ab", "1")


def test_blind_index_cannot_be_guessed_without_its_key() -> None:
    value = "11010519491231002X"
    digest = BlindIndex(OLD).digest("customers.id_number", value)

    assert digest != BlindIndex(NEW).digest("customers.id_number", value)
    assert digest != hashlib.sha256(value.encode()).digest()


def test_blind_index_refuses_a_short_key() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        BlindIndex(b"short")
