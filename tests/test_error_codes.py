"""Codes are a promise to every program that calls the API: they never change."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
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

CODES = {
    "auth.forbidden": 403,
    "auth.invalid_credentials": 401,
    "auth.session_ended": 401,
    "auth.throttled": 429,
    "auth.unauthenticated": 401,
    "case.illegal_move": 409,
    "case.not_all_accepted": 409,
    "case.own_upload": 403,
    "customer.archived": 409,
    "customer.duplicate_credit_code": 409,
    "customer.duplicate_id_number": 409,
    "customer.nothing_to_reveal": 404,
    "customer.under_review": 409,
    "customer.unknown_manager": 422,
    "customer.wrong_kind": 422,
    "document.accepted": 409,
    "document.active_pdf": 422,
    "document.animated": 422,
    "document.case_closed": 409,
    "document.duplicate": 409,
    "document.empty": 422,
    "document.encrypted_pdf": 422,
    "document.illegal_review": 409,
    "document.in_trash": 409,
    "document.inflates": 422,
    "document.kind_not_allowed": 415,
    "document.no_picture": 409,
    "document.no_such_page": 404,
    "document.own_upload": 403,
    "document.pixel_bomb": 422,
    "document.processing": 409,
    "document.too_large": 413,
    "document.too_many_files": 409,
    "document.too_many_pages": 422,
    "document.truncated": 422,
    "document.under_review": 409,
    "document.unknown_type": 422,
    "document.unreadable": 422,
    "document.unsupported_type": 415,
    "document_type.duplicate_code": 409,
    "idempotency.in_flight": 409,
    "idempotency.key_reused": 422,
    "password.too_weak": 422,
    "password.wrong": 422,
    "request.invalid": 422,
    "request.precondition_required": 428,
    "request.stale": 412,
    "request.throttled": 429,
    "request.too_large": 413,
    "request.unsupported_type": 415,
    "resource.not_found": 404,
    "server.busy": 503,
    "user.duplicate_username": 409,
    "user.last_administrator": 409,
    "user.own_account": 409,
    "user.unknown_role": 422,
}


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
    for path in Path("frontend/src").glob(f"**/locales/*{language}.json"):
        spoken |= _keys(json.loads(path.read_text()).get("errors", {}))

    assert set(CODES) - spoken == set()


def _keys(messages: dict[str, Any], prefix: str = "") -> set[str]:
    return {
        key
        for name, message in messages.items()
        for key in (_keys(message, f"{prefix}{name}.") if isinstance(message, dict) else {f"{prefix}{name}"})
    }
