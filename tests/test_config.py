"""Settings that would be dangerous stop the process before it listens."""

import base64
from typing import Any

import pytest
from pydantic import ValidationError

from backend.config import Settings

KEY = base64.b64encode(bytes(32)).decode()
GOOD: dict[str, Any] = {
    "environment": "production",
    "public_origin": "https://kehui.example.com",
    "secret_key": "s" * 32,
    "blind_index_key": "b" * 32,
    "field_encryption_keys": f"k2:{KEY},k1:{KEY}",
}


def test_production_starts_with_secrets_of_its_own() -> None:
    settings = Settings(_env_file=None, **GOOD)

    assert list(settings.encryption_keys) == ["k2", "k1"]
    assert settings.secure_cookies


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secret_key", ""),
        ("secret_key", "s" * 31),
        ("blind_index_key", ""),
        ("blind_index_key", "b" * 31),
        ("field_encryption_keys", ""),
        ("field_encryption_keys", f"k1:{base64.b64encode(bytes(16)).decode()}"),
        ("field_encryption_keys", "k1:not base64!"),
        ("public_origin", ""),
        ("public_origin", "http://kehui.example.com"),
        ("public_origin", "https://kehui.example.com/"),
        ("public_origin", "https://"),
        ("environment", "staging"),
        ("database_pool_size", 0),
    ],
)
def test_what_is_missing_or_weak_stops_it(name: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, **{**GOOD, name: value})


@pytest.mark.parametrize("name", ["secret_key", "blind_index_key", "field_encryption_keys"])
def test_no_secret_shows_in_a_log(name: str) -> None:
    settings = Settings(_env_file=None, **GOOD)

    assert GOOD[name] not in repr(settings)
    assert GOOD[name] not in str(settings)


@pytest.mark.parametrize("name", ["secret_key", "blind_index_key", "field_encryption_keys"])
def test_a_refusal_quotes_nothing_of_what_was_given(name: str) -> None:
    canary = "CANARY-7f3a"

    with pytest.raises(ValidationError) as caught:
        Settings(_env_file=None, **{**GOOD, name: canary, "database_pool_size": canary})

    assert canary not in str(caught.value)


def test_development_works_on_plain_http() -> None:
    settings = Settings(_env_file=None, **{**GOOD, "environment": "development", "public_origin": ""})

    assert not settings.secure_cookies


def test_files_lie_in_the_data_folder_unless_told_otherwise() -> None:
    settings = Settings(_env_file=None, **GOOD, data_dir="/srv/kehui")

    assert settings.effective_storage_url == "file:///srv/kehui/files"
    elsewhere = Settings(_env_file=None, **GOOD, storage_url="s3://kehui/files")
    assert elsewhere.effective_storage_url == "s3://kehui/files"
