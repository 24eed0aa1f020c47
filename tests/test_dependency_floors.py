from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]

# Below these versions a published hole is open in a library that reads what strangers send.
FLOORS = {
    "fastapi": "0.121",  # the first that runs on a starlette with the Range and Host fixes
    "pillow": "13.0.0",  # heap overflow in the JPEG decoder, CVE-2026-112403
    "python-multipart": "0.0.31",  # unbounded part headers, CVE-2026-53537
    "starlette": "1.3.1",  # form limits that were ignored, CVE-2026-54283
}


def locked_versions(lock: Path) -> dict[str, Version]:
    pins = (line.rstrip(" \\") for line in lock.read_text().splitlines() if line[:1].isalnum())
    return {pin.name: Version(next(iter(pin.specifier)).version) for pin in map(Requirement, pins)}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
@pytest.mark.parametrize("package", FLOORS)
def test_locked_version_is_not_below_its_security_floor(lock: str, package: str) -> None:
    assert locked_versions(ROOT / lock)[package] >= Version(FLOORS[package])


def test_development_lock_agrees_with_the_production_lock() -> None:
    production = locked_versions(ROOT / "requirements.lock")
    development = locked_versions(ROOT / "requirements-dev.lock")
    assert {name: development.get(name) for name in production} == production
