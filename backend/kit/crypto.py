"""Keep secret values unreadable at rest, bound to their place, and findable by equality."""

import base64
import binascii
import hmac
import os
import re
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION: Final = "v1"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


class DecryptionFailed(Exception):
    """The text was changed, belongs elsewhere, or was made with a key that is not at hand."""


class FieldCipher:
    """AES-256-GCM for single values: ``v1.<key id>.<base64url of nonce, ciphertext and tag>``.

    The context names the place, such as ``customers.id_number:<row id>``. It is authenticated together
    with the version and the key id, so that a text moved to another row or column no longer decrypts. Nonces
    are random, 96 bits: bring in a new key before one has sealed 2³² values.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        """Decrypt with any of ``keys`` (key id to 32 bytes); encrypt with the one called ``current``."""
        for key_id, key in keys.items():
            if not _KEY_ID.fullmatch(key_id):
                raise ValueError(f"Key id {key_id!r} must be 1 to 32 letters, digits, - or _.")
            if len(key) != _KEY_BYTES:
                raise ValueError(f"Key {key_id!r} must have {_KEY_BYTES} bytes, not {len(key)}.")
        if current not in keys:
            raise ValueError(f"The current key {current!r} is not among the keys.")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = current

    def encrypt(self, plain: str, context: str) -> str:
        """Seal ``plain`` for the place that ``context`` names."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, plain.encode(), _bound(self._current, context))
        return f"{_VERSION}.{self._current}.{_encode(nonce + sealed)}"

    def decrypt(self, text: str, context: str) -> str:
        """Open a text that ``encrypt`` made for the same context.

        Raises:
            DecryptionFailed: for whatever reason; neither the text nor the value is told.
        """
        version, _, rest = text.partition(".")
        key_id, _, body = rest.partition(".")
        cipher = self._ciphers.get(key_id)
        if version != _VERSION or cipher is None:
            raise DecryptionFailed("The format or the key of an encrypted value is unknown.")
        try:
            packed = _decode(body)
            plain = cipher.decrypt(packed[:_NONCE_BYTES], packed[_NONCE_BYTES:], _bound(key_id, context))
        except (ValueError, InvalidTag):
            raise DecryptionFailed("An encrypted value is damaged or not in its place.") from None
        return plain.decode()

    def needs_rotation(self, text: str) -> bool:
        """Whether the text was sealed with another key than the current one."""
        return not text.startswith(f"{_VERSION}.{self._current}.")


class BlindIndex:
    """HMAC-SHA-256 of a value: equal values of one purpose can be found without being readable.

    The key must serve nothing else. Bring values to their normal form first.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < _KEY_BYTES:
            raise ValueError(f"The blind index key must have at least {_KEY_BYTES} bytes.")
        self._key = key

    def digest(self, purpose: str, value: str) -> bytes:
        """Give 32 bytes, different for each purpose (such as ``customers.id_number``)."""
        # PostgreSQL text holds no NUL, so that no two pairs of purpose and value read the same.
        return hmac.digest(self._key, f"{purpose}\0{value}".encode(), "sha256")


def _bound(key_id: str, context: str) -> bytes:
    return f"{_VERSION}.{key_id}.{context}".encode()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError from error
    # The last character may carry unused bits; a text that differs only there is still a changed text.
    if _encode(data) != text:
        raise ValueError
    return data
