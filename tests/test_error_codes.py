"""Codes are a promise to every program that calls the API: they never change."""

import importlib
import json
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import backend
from backend.app import create_app
from backend.config import Settings
from backend.kit.db.session import Database
from backend.kit.errors import AppError
from backend.kit.files.errors import HTTP_STATUS, Refusal
from backend.kit.problems import MEDIA_TYPE
from tests.registries import collect

ROOT = Path(__file__).resolve().parents[1]
CODES: Mapping[str, int] = collect("codes", "CODES")


def error_classes(base: type[AppError] = AppError) -> Iterator[type[AppError]]:
    """Yield every error that can be raised: those that carry a code."""
    for error in base.__subclasses__():
        if "code" in dir(error):
            yield error
        yield from error_classes(error)


def test_every_code_keeps_its_name_and_its_status() -> None:
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if not module.name.startswith(("backend.migrations", "backend.demo", "backend.development")):
            importlib.import_module(module.name)
    found = {error.code: error.status for error in error_classes() if error.__module__.startswith("backend.")}
    found |= {f"document.{refusal}": HTTP_STATUS[refusal] for refusal in Refusal}

    assert found == CODES


def test_what_is_documented_is_among_them(settings: Settings, shared_database: Database) -> None:
    """The descriptions of the OpenAPI document name codes; each must exist, with the status it stands under."""
    document: dict[str, Any] = create_app(settings, shared_database).openapi()
    documented = {
        (line.split("`")[1], int(status))
        for path in document["paths"].values()
        for operation in path.values()
        for status, response in operation["responses"].items()
        if MEDIA_TYPE in response.get("content", {})
        for line in response["description"].splitlines()
        if line.startswith("`")
    }

    assert len(documented) > 30
    assert documented <= set(CODES.items())


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_code_has_a_sentence_for_people(language: str) -> None:
    spoken: set[str] = set()
    for path in (ROOT / "frontend" / "src").glob(f"**/locales/*{language}.json"):
        spoken |= _keys(json.loads(path.read_text()).get("errors", {}))

    assert set(CODES) - spoken == set()


def _keys(messages: dict[str, Any], prefix: str = "") -> set[str]:
    return {
        key
        for name, message in messages.items()
        for key in (_keys(message, f"{prefix}{name}.") if isinstance(message, dict) else {f"{prefix}{name}"})
    }
