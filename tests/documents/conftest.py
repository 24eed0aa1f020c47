import tempfile
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

from tests.customers.factories import create_customer


@pytest.fixture
async def customer(staff: AsyncClient) -> dict[str, Any]:
    """A customer with an empty file."""
    return await create_customer(staff)


@pytest.fixture
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which temporary files are made during this test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path
