"""Rules of the house that no type checker knows."""

import ast
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from backend.manifests import DOMAINS

BACKEND = Path(__file__).resolve().parents[1] / "backend"
SERVICE_LINES = 400
SQL_FUNCTIONS = frozenset({"select", "insert", "update", "delete", "text"})
DOMAIN_FILES = frozenset(
    {
        "__init__.py",
        "actions.py",
        "catalogue.py",
        "completeness.py",
        "errors.py",
        "events.py",
        "facts.py",
        "handlers.py",
        "jobs.py",
        "live.py",
        "manifest.py",
        "models.py",
        "passwords.py",
        "permissions.py",
        "projection.py",
        "reference.py",
        "repository.py",
        "router",
        "router.py",
        "rules.py",
        "schemas.py",
        "sentences.py",
        "service",
        "service.py",
        "states.py",
        "tokens.py",
        "uses.py",
    }
)
# The one module of a domain that the domains above may import; everything else of it is private.
OPEN_MODULE = "reference"
# Recording is all that anybody does with the audit trail.
OPEN_MODULE_OF = {"audit": "service"}


def modules() -> list[Path]:
    return sorted(path for path in BACKEND.rglob("*.py") if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(BACKEND).as_posix()


def imports_of(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each (module, name) that the file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)


def sql_in(tree: ast.AST) -> frozenset[str]:
    """Return what a module builds statements with, by names of SQLAlchemy or through its modules."""
    found: set[str] = set()
    libraries: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy":
            found |= {alias.name for alias in node.names}
            libraries |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            libraries |= {
                alias.asname or "sqlalchemy"
                for alias in node.names
                if alias.name.partition(".")[0] == "sqlalchemy"
            }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and root_of(node) in libraries:
            found.add(node.attr)
    return SQL_FUNCTIONS & found


def root_of(node: ast.expr) -> str | None:
    """Return the name at which a chain of attributes begins."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def import_graph() -> dict[str, set[str]]:
    """Map each module to those it imports, wherever in it; a package stands for its ``__init__``."""
    named = {".".join(path.relative_to(BACKEND.parent).with_suffix("").parts): path for path in modules()}
    named = {name.removesuffix(".__init__"): path for name, path in named.items()}
    return {
        name: {
            f"{module}.{part}" if f"{module}.{part}" in named else module
            for module, part in imports_of(path)
            if module in named
        }
        for name, path in named.items()
    }


def calls_of(path: Path) -> Iterator[str]:
    """Yield the name of each method that the file calls."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def offenders(found: Iterator[str]) -> list[str]:
    return sorted(set(found))


def test_sql_is_written_in_repositories_and_the_kit() -> None:
    # The readiness probe's SELECT 1.
    allowed = {"app.py"}
    assert (
        offenders(
            name_of(path)
            for path in modules()
            if path.name != "repository.py" and "kit" not in path.parts and name_of(path) not in allowed
            # A table says the conditions and expressions of its indexes in text.
            if sql_in(ast.parse(path.read_text())) - ({"text"} if path.name == "models.py" else set())
        )
        == []
    )


@pytest.mark.parametrize(
    ("source", "is_sql"),
    [
        ("from sqlalchemy import select", True),
        ("from sqlalchemy import select as choose", True),
        ("from sqlalchemy.dialects.postgresql import insert", True),
        ("import sqlalchemy as sa\nsa.select(User)", True),
        ("import sqlalchemy\nsqlalchemy.sql.expression.update(User)", True),
        ("from sqlalchemy import sql\nsql.text('SELECT 1')", True),
        ("from sqlalchemy.dialects import postgresql as pg\ndef f():\n    pg.insert(User)", True),
        ("from sqlalchemy import ForeignKey, func", False),
        ("import sqlalchemy as sa\nsa.Column(sa.Text)", False),
        ("from backend.kit.events import select", False),
        ("picker.select(User)", False),
    ],
)
def test_sql_is_recognised_however_it_is_imported(source: str, *, is_sql: bool) -> None:
    assert bool(sql_in(ast.parse(source))) is is_sql


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = import_graph()
    assert len(graph) > 100
    assert sum(len(imported) for imported in graph.values()) > 300

    TopologicalSorter(graph).prepare()


def test_only_the_boundary_commits() -> None:
    assert (
        offenders(name_of(path) for path in modules() if {"commit", "rollback"} & set(calls_of(path))) == []
    )


def test_http_errors_are_raised_as_the_domains_own() -> None:
    allowed = {"app.py", "kit/problems.py"}
    assert (
        offenders(
            name_of(path)
            for path in modules()
            if name_of(path) not in allowed
            for _, name in imports_of(path)
            if name == "HTTPException"
        )
        == []
    )


def test_services_stay_readable() -> None:
    services = [path for path in modules() if path.name == "service.py" or path.parent.name == "service"]
    assert len(services) > 5
    assert [name_of(path) for path in services if len(path.read_text().splitlines()) > SERVICE_LINES] == []


@pytest.mark.parametrize(
    "domain", sorted(path.parent.name for path in (BACKEND / "domains").glob("*/__init__.py"))
)
def test_domain_has_only_the_agreed_files(domain: str) -> None:
    files = {path.name for path in (BACKEND / "domains" / domain).iterdir()} - {"__pycache__"}
    assert files - DOMAIN_FILES == set()


def test_every_domain_is_listed_above_those_it_may_use() -> None:
    contracts = tomllib.loads((BACKEND.parent / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    layers = [layer.strip("()") for contract in contracts for layer in contract.get("layers", [])]
    rising = [name for name in reversed(layers) if name.startswith("backend.domains.")]

    assert [domain.models.__package__ for domain in DOMAINS] == rising
    assert {name.rpartition(".")[2] for name in rising} == {
        path.parent.name for path in (BACKEND / "domains").glob("*/__init__.py")
    }


def test_a_domain_uses_only_the_open_module_of_another() -> None:
    def reaching_past() -> Iterator[str]:
        for path in (BACKEND / "domains").rglob("*.py"):
            own = path.relative_to(BACKEND / "domains").parts[0]
            for module, name in imports_of(path):
                if not module.startswith("backend.domains."):
                    continue
                other, _, rest = module.removeprefix("backend.domains.").partition(".")
                if other != own and (rest or name) != OPEN_MODULE_OF.get(other, OPEN_MODULE):
                    yield f"{name_of(path)} imports {module}"

    assert offenders(reaching_past()) == []


def test_routers_reach_no_further_than_services() -> None:
    routers = [path for path in modules() if path.name == "router.py" or path.parent.name == "router"]
    assert len(routers) > 5
    assert (
        offenders(
            f"{name_of(path)} imports {module}"
            for path in routers
            for module, _ in imports_of(path)
            if module.startswith("backend.domains.") and module.rpartition(".")[2] in {"repository", "models"}
        )
        == []
    )


def test_nothing_that_matters_runs_after_the_answer() -> None:
    assert (
        offenders(
            name_of(path) for path in modules() for _, name in imports_of(path) if name == "BackgroundTasks"
        )
        == []
    )


def test_middleware_is_plain_asgi() -> None:
    assert (
        offenders(
            name_of(path)
            for path in modules()
            for _, name in imports_of(path)
            if name == "BaseHTTPMiddleware"
        )
        == []
    )
