"""The environment of a development installation: its secrets and where its embedded database listens."""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

FILE_NAME = "development.env"


def read_development_environment(data_dir: Path) -> dict[str, str]:
    """Return what earlier starts wrote into the data folder; empty before the first."""
    values = dotenv_values(data_dir / FILE_NAME, interpolate=False)
    return {name: value for name, value in values.items() if value is not None}


def write_development_environment(data_dir: Path, values: Mapping[str, str]) -> None:
    """Keep the values in the data folder, readable by its owner only."""
    path = data_dir / FILE_NAME
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())


def new_secrets() -> dict[str, str]:
    """Return fresh keys; what is encrypted with lost ones cannot be read again."""
    return {
        "KEHUI_SECRET_KEY": secrets.token_urlsafe(48),
        "KEHUI_FIELD_ENCRYPTION_KEYS": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "KEHUI_BLIND_INDEX_KEY": secrets.token_urlsafe(48),
    }
