"""What a process has one of, made from its settings on first use."""

from functools import lru_cache

from backend.config import get_settings
from backend.kit.crypto import BlindIndex, FieldCipher
from backend.kit.storage import Storage


@lru_cache
def field_cipher() -> FieldCipher:
    """Return the cipher of protected columns; the first configured key encrypts."""
    keys = get_settings().encryption_keys
    return FieldCipher(keys, current=next(iter(keys)))


@lru_cache
def blind_index() -> BlindIndex:
    """Return the index that finds equal protected values."""
    return BlindIndex(get_settings().blind_index_key.get_secret_value().encode())


@lru_cache
def storage() -> Storage:
    """Return where file bytes live."""
    return Storage.from_url(get_settings().effective_storage_url)
