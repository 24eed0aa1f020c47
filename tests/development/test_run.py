import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from backend.development.environment import read_development_environment
from backend.development.postgres import EmbeddedServer, embedded_server
from backend.development.run import run

ROOT = Path(__file__).resolve().parents[2]


def never(question: str) -> bool:
    pytest.fail(f"asked: {question}")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def data_dir(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of an installation whose environment is clean of the test run's own settings."""
    for name in [name for name in os.environ if name.startswith("KEHUI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KEHUI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KEHUI_PORT", str(port))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.fixture
def somebody_on_the_port(port: int) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", port)):
        yield


@asynccontextmanager
async def starting() -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``kehui run`` and stop it at the end as Ctrl-C does."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "backend.cli", "run"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.communicate()


async def output_until(process: asyncio.subprocess.Process, words: str) -> str:
    assert process.stdout
    async with asyncio.timeout(120):
        return (await process.stdout.readuntil(words.encode())).decode()


@pytest.mark.usefixtures("data_dir")
def test_production_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("KEHUI_ENVIRONMENT", "production")
    assert run(reset=False, confirm=never) == 1
    assert "is for development" in capsys.readouterr().err


@pytest.mark.usefixtures("data_dir", "somebody_on_the_port")
def test_taken_port_is_told_with_a_way_out(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(reset=False, confirm=never) == 1
    assert f"KEHUI_PORT={port + 1} scripts/run" in capsys.readouterr().err


def test_reset_asks_and_takes_no_for_an_answer(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data_dir.mkdir()
    (data_dir / "development.env").touch()
    assert run(reset=True, confirm=lambda _: False) == 1
    assert (data_dir / "development.env").exists()
    assert "Nothing was deleted" in capsys.readouterr().err


@pytest.mark.usefixtures("somebody_on_the_port")
def test_reset_empties_the_folder(data_dir: Path) -> None:
    (data_dir / "files").mkdir(parents=True)
    (data_dir / "files" / "one").touch()
    (data_dir / "development.env").touch()
    assert run(reset=True, confirm=lambda _: True) == 1
    assert [path.name for path in data_dir.iterdir()] == ["run.lock"]


def test_reset_leaves_a_folder_of_somebody_else_alone(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir.mkdir()
    (data_dir / "thesis.txt").touch()
    assert run(reset=True, confirm=never) == 1
    assert (data_dir / "thesis.txt").exists()
    assert "was not made by kehui run" in capsys.readouterr().err


@pytest.mark.usefixtures("data_dir")
def test_reset_does_not_touch_a_database_of_ones_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KEHUI_DATABASE_URL", "postgresql+asyncpg://db.example.com/kehui")
    assert run(reset=True, confirm=never) == 1
    assert "names your own" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_of_another_user_is_told(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data_dir.mkdir(mode=0o500)
    assert run(reset=False, confirm=never) == 1
    assert "belongs to another user" in capsys.readouterr().err


@pytest.fixture
def started_before(data_dir: Path) -> Path:
    """A data folder whose demo data is in place: it has tests of its own."""
    data_dir.mkdir()
    (data_dir / "seeded").touch()
    return data_dir


async def ask_database(server: EmbeddedServer, statement: str) -> Any:
    engine = create_async_engine(server.url("kehui"), poolclass=NullPool)
    async with engine.begin() as connection:
        result = await connection.execute(text(statement))
        return result.scalar() if result.returns_rows else None


@pytest.fixture
async def half_seeded(data_dir: Path) -> Path:
    """A data folder whose first start was stopped while it wrote the demo data."""
    with embedded_server(data_dir / "postgres", durable=False) as server:
        server.ensure_database("kehui")
        await ask_database(server, "create table left_over ()")
    (data_dir / "files").mkdir()
    (data_dir / "files" / "left_over").touch()
    (data_dir / "seeding").touch()
    (data_dir / "development.env").touch()
    return data_dir


async def test_demo_that_was_cut_short_starts_over(half_seeded: Path) -> None:
    async with starting() as first:
        await output_until(first, "Writing the demo data")
    with embedded_server(half_seeded / "postgres", durable=False) as server:
        assert await ask_database(server, "select to_regclass('left_over')") is None
    assert not (half_seeded / "files" / "left_over").exists()
    assert (half_seeded / "seeding").exists()
    assert not (half_seeded / "seeded").exists()


async def test_whole_tree_comes_up_serves_and_goes_down(started_before: Path, port: int) -> None:
    async with starting() as first:
        output = await output_until(first, "Ctrl-C")
        assert f"http://localhost:{port}" in output
        assert "Kehui-demo-2026" in output
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            assert (await client.get("/readyz")).status_code == 204
            assert (await client.get("/docs")).status_code == 200
            assert (await client.get("/api/v1/auth/me")).status_code == 401

        async with starting() as second:
            _, error = await second.communicate()
        assert second.returncode == 1
        assert error.decode() == (
            f"Kehui is already running 已在运行: http://localhost:{port} (process {first.pid})\n"
        )

        kept = read_development_environment(started_before)
        assert stat.S_IMODE((started_before / "development.env").stat().st_mode) == 0o600
        assert {"KEHUI_SECRET_KEY", "KEHUI_FIELD_ENCRYPTION_KEYS", "KEHUI_BLIND_INDEX_KEY"} < kept.keys()

        family = psutil.Process(first.pid).children(recursive=True)
        postmaster = (started_before / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0]
        family.append(psutil.Process(int(postmaster)))
    assert first.returncode == 0
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
