"""What each domain's tests say of its routes and errors, put together."""

import importlib
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent


def collect(file: str, name: str) -> dict[Any, Any]:
    """Merge the mapping ``name`` of every ``tests/<domain>/<file>.py``; a key that two of them have is an error."""
    collected: dict[Any, Any] = {}
    for path in sorted(TESTS.glob(f"*/{file}.py")):
        mapping = getattr(importlib.import_module(f"tests.{path.parent.name}.{file}"), name)
        if twice := collected.keys() & mapping.keys():
            raise ValueError(f"{path} repeats {sorted(twice)}.")
        collected |= mapping
    return collected
