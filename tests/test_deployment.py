import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.config import Settings
from backend.development.run import RunSettings

ROOT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_service_runs_without_privileges(name: str) -> None:
    service = SERVICES[name]
    assert str(service["user"]).split(":")[0] not in {"0", "root"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"]
    assert service["mem_limit"]


def test_only_nginx_is_reachable_and_the_database_reaches_nothing() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert SERVICES["postgres"]["networks"] == ["data"]
    assert COMPOSE["networks"]["data"]["internal"] is True
    assert "data" not in SERVICES["nginx"]["networks"]


def test_database_is_created_with_the_locale_of_every_other_one() -> None:
    arguments = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert arguments == "--encoding=UTF8 --lc-collate=C --lc-ctype=C.UTF-8"


def test_example_environment_names_what_is_read_and_holds_no_secret() -> None:
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if line[:1].isalpha()]
    example = dict(line.split("=", 1) for line in lines)
    interpolated = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    settings = {f"KEHUI_{name.upper()}" for name in Settings.model_fields}
    assert example.keys() <= interpolated | settings | {"WEB_CONCURRENCY"}
    assert interpolated <= example.keys()
    secret = re.compile("PASSWORD|SECRET|KEY")
    assert {value for name, value in example.items() if secret.search(name)} == {""}


def test_readme_explains_every_setting() -> None:
    explained = set(re.findall(r"^\| `(\w+)`", (ROOT / "README.md").read_text(), re.MULTILINE))
    fields = Settings.model_fields.keys() | RunSettings.model_fields.keys()
    assert explained >= {f"KEHUI_{name.upper()}" for name in fields}
