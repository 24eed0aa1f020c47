import multiprocessing
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest
from sqlalchemy import make_url

from backend.development.postgres import EmbeddedServer, EmbeddedServerError, embedded_server

ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not tmp_path: its parents are closed to others, which is a case of its own below.
    with TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedServer]:
    with embedded_server(folder / "postgres", durable=False) as running:
        yield running


async def connect(server: EmbeddedServer, database: str) -> asyncpg.Connection:
    url = make_url(server.url(database))
    return await asyncpg.connect(
        user=url.username,
        database=url.database,
        host=str(url.query["host"]),
        port=int(str(url.query["port"])),
    )


def postmaster_pid(folder: Path) -> int:
    return int((folder / "cluster" / "postmaster.pid").read_text().splitlines()[0])


async def test_database_sorts_by_code_point_and_folds_chinese_and_accents(server: EmbeddedServer) -> None:
    server.ensure_database("kehui")
    server.ensure_database("kehui")
    connection = await connect(server, "kehui")
    row = await connection.fetchrow(
        "select datcollate, datctype, upper('é') as upper, '王' < '李' as by_code_point"
        " from pg_database where datname = current_database()"
    )
    await connection.close()
    assert dict(row or {}) == {
        "datcollate": "C",
        "datctype": "C.UTF-8",
        "upper": "É",
        "by_code_point": "王" < "李",  # noqa: PLR0133
    }


@pytest.mark.parametrize(("durable", "expected"), [(True, "on"), (False, "off")])
async def test_durability_is_a_choice_and_autovacuum_is_not(
    folder: Path,
    durable: bool,
    expected: str,
) -> None:
    with embedded_server(folder, durable=durable) as server:
        connection = await connect(server, "postgres")
        settings = await connection.fetch(
            "select setting from pg_settings"
            " where name in ('autovacuum', 'fsync', 'full_page_writes', 'synchronous_commit') order by name"
        )
        await connection.close()
    assert [row["setting"] for row in settings] == ["on", expected, expected, expected]


async def test_clone_carries_the_rows_of_its_template(server: EmbeddedServer) -> None:
    server.create_database("original")
    connection = await connect(server, "original")
    await connection.execute("create table kept as select 7 as number")
    await connection.close()
    server.create_database("copy", template="original")
    connection = await connect(server, "copy")
    assert await connection.fetchval("select number from kept") == 7
    await connection.close()


async def test_drop_ends_the_connections_to_the_database(server: EmbeddedServer) -> None:
    server.create_database("doomed")
    connection = await connect(server, "doomed")
    server.drop_database("doomed")
    with pytest.raises((asyncpg.PostgresError, OSError, asyncpg.InterfaceError)):
        await connection.fetchval("select 1")
    connection.terminate()


@pytest.mark.parametrize("name", ["a; drop database kehui", 'a"b', "", "名"])
def test_odd_database_name_is_refused(server: EmbeddedServer, name: str) -> None:
    with pytest.raises(ValueError, match="not a plain database name"):
        server.create_database(name)


async def test_data_folder_may_lie_deeper_than_a_socket_path_reaches(folder: Path) -> None:
    deep = folder / ("deep" * 40) / "客户 资料"
    with embedded_server(deep, durable=False) as server:
        connection = await connect(server, "postgres")
        assert await connection.fetchval("select 1") == 1
        await connection.close()


def test_server_stays_until_its_last_user_stops(folder: Path) -> None:
    first = embedded_server(folder, durable=False)
    second = embedded_server(folder, durable=False)
    first.stop()
    first.stop()
    second.ensure_database("kehui")
    second.stop()
    assert not (folder / "cluster" / "postmaster.pid").exists()


def test_start_after_a_crash(folder: Path) -> None:
    crashed = embedded_server(folder, durable=False)
    os.kill(postmaster_pid(folder), signal.SIGKILL)
    with embedded_server(folder, durable=False) as server:
        server.ensure_database("kehui")
    crashed.stop()


def test_pid_file_that_now_names_another_program_is_no_server(folder: Path) -> None:
    embedded_server(folder, durable=False).stop()
    (folder / "cluster" / "postmaster.pid").write_text(
        f"{os.getpid()}\n{folder}/cluster\n1\n5432\n\n\n\nready\n"
    )
    with embedded_server(folder, durable=False) as server:
        server.ensure_database("kehui")


def test_user_that_died_does_not_keep_the_server_up(folder: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from backend.development.postgres import embedded_server;"
        "embedded_server(Path(sys.argv[1]), durable=False); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, check=False)
    died_without_stopping = postmaster_pid(folder)
    server = embedded_server(folder, durable=False)
    assert postmaster_pid(folder) == died_without_stopping
    server.stop()
    assert not (folder / "cluster" / "postmaster.pid").exists()


def start_and_ensure(folder: Path) -> int:
    with embedded_server(folder, durable=False) as server:
        server.ensure_database("kehui")
        return postmaster_pid(folder)


def test_processes_that_start_at_once_share_one_server(folder: Path) -> None:
    with embedded_server(folder, durable=False), multiprocessing.get_context("spawn").Pool(3) as pool:
        assert len(set(pool.map(start_and_ensure, [folder] * 3))) == 1


def test_processes_that_create_the_cluster_at_once_do_not_collide(folder: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert all(pool.map(start_and_ensure, [folder] * 3))


def test_cluster_cut_short_while_it_was_made_is_made_again(folder: Path) -> None:
    unfinished = folder / "cluster.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with embedded_server(folder, durable=False) as server:
        server.ensure_database("kehui")
    assert not unfinished.exists()


def test_cluster_of_an_unknown_release_is_named(folder: Path) -> None:
    cluster = folder / "cluster"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedServerError, match="made by PostgreSQL 9"):
        embedded_server(folder, durable=False)


@as_root
def test_root_opens_closed_parents_for_passing_only(folder: Path) -> None:
    folder.chmod(0o700)
    with embedded_server(folder / "postgres", durable=False):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o701


@as_root
def test_root_leaves_the_closed_folder_of_somebody_else_alone(folder: Path) -> None:
    os.chown(folder, 65534, 65534)
    folder.chmod(0o700)
    with pytest.raises(EmbeddedServerError, match="lets only its owner in"):
        embedded_server(folder / "postgres", durable=False)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@as_root
@pytest.mark.usefixtures("server")
def test_only_the_server_account_and_root_reach_the_socket(folder: Path) -> None:
    cluster = (folder / "postgres" / "cluster").stat()
    assert cluster.st_uid != 0
    assert stat.S_IMODE(cluster.st_mode) == 0o700
