"""Settings, read from environment variables with the prefix ``KEHUI_`` and from ``.env``."""

import base64
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from fastapi import Depends, Request
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]+)?")


class Environment(BaseSettings):
    """What a process may ask before it has its secrets."""

    model_config = SettingsConfigDict(
        env_prefix="KEHUI_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    environment: Literal["development", "test", "production"] = "development"

    @property
    def in_production(self) -> bool:
        """Whether this is the real thing."""
        return self.environment == "production"


class Settings(Environment):
    """One process's configuration; ``README.md`` explains each variable.

    There are no default secrets: development generates its own into the data folder on the first start,
    production must pass them, and a missing or short one stops the process before it listens.
    """

    port: int = 8000
    data_dir: Path = Path(".data")
    temporary_dir: Path | None = None
    database_url: str = ""
    database_pool_size: int = Field(default=6, ge=2, le=50)
    public_origin: str = ""

    secret_key: SecretStr = SecretStr("")
    field_encryption_keys: SecretStr = SecretStr("")
    blind_index_key: SecretStr = SecretStr("")

    access_token_minutes: int = 10
    session_hours: int = 12
    remember_me_days: int = 30

    storage_url: str = ""
    accel_redirect_prefix: str = ""
    max_upload_bytes: int = 10 * 1024 * 1024
    max_batch_files: int = 20

    spa_dir: Path = Path("frontend/dist")

    @model_validator(mode="after")
    def _check_secrets(self) -> Self:
        for name in ("secret_key", "blind_index_key"):
            if len(getattr(self, name).get_secret_value()) < 32:  # noqa: PLR2004
                message = f"KEHUI_{name.upper()} must be set to at least 32 characters."
                raise ValueError(message)
        if not self.encryption_keys or any(len(key) != 32 for key in self.encryption_keys.values()):  # noqa: PLR2004
            message = "KEHUI_FIELD_ENCRYPTION_KEYS must name at least one key as kid:base64 (32 bytes)."
            raise ValueError(message)
        if self.in_production and not _ORIGIN.fullmatch(self.public_origin):
            message = "KEHUI_PUBLIC_ORIGIN must be the https:// origin that people open, without a path."
            raise ValueError(message)
        return self

    @property
    def encryption_keys(self) -> dict[str, bytes]:
        """Key id to 32-byte AES key, in the order given; the first encrypts, all decrypt."""
        pairs = (
            item.split(":", 1) for item in self.field_encryption_keys.get_secret_value().split(",") if item
        )
        return {kid.strip(): base64.b64decode(key) for kid, key in pairs}

    @property
    def secure_cookies(self) -> bool:
        """Cookies carry ``Secure`` in production; on a developer's plain-HTTP origin they could not be set."""
        return self.in_production

    @property
    def effective_temporary_dir(self) -> Path:
        """Where files lie for a moment: ``KEHUI_TEMPORARY_DIR``, or a folder inside the data folder."""
        return (self.temporary_dir or self.data_dir / "temporary").resolve()

    @property
    def effective_storage_url(self) -> str:
        """Where file bytes live: ``KEHUI_STORAGE_URL``, or a folder inside the data folder."""
        return self.storage_url or (self.data_dir.resolve() / "files").as_uri()


@lru_cache
def get_settings() -> Settings:
    """Return the process's settings, read once."""
    return Settings()


async def _of_app(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


AppSettings = Annotated[Settings, Depends(_of_app)]
