"""``kehui run``: database, API, pages and worker of a development installation as one process tree."""

import asyncio
import errno
import fcntl
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal

import httpx
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.development.environment import (
    FILE_NAME,
    new_secrets,
    read_development_environment,
    write_development_environment,
)
from backend.development.postgres import EmbeddedServer, EmbeddedServerError, embedded_server
from backend.development.process_tree import ChildFailedError, ProcessTree

DATABASE = "kehui"
LOCK_NAME = "run.lock"
SEEDED_NAME = "seeded"
SEEDING_NAME = "seeding"
KEHUI = (sys.executable, "-m", "backend.cli")
READY_SECONDS = 60


class RunSettings(BaseSettings):
    """What starting needs to know before there are secrets; the children read the full ``Settings``."""

    model_config = SettingsConfigDict(env_prefix="KEHUI_", env_file=".env", extra="ignore", frozen=True)

    environment: Literal["development", "test", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = Path(".data")
    database_url: str = ""
    secret_key: str = ""
    field_encryption_keys: str = ""
    blind_index_key: str = ""

    def absent(self, kept: Mapping[str, str]) -> dict[str, str]:
        """Return the kept values whose settings nobody has given by variable or ``.env``."""
        return {
            name: value
            for name, value in kept.items()
            if not getattr(self, name.removeprefix("KEHUI_").lower(), "")
        }

    @property
    def address(self) -> str:
        """The address a person on this machine opens."""
        return f"http://localhost:{self.port}"


class CannotRunError(RuntimeError):
    """Starting is refused; the message says why and what helps."""


def run(*, reset: bool, confirm: Callable[[str], bool]) -> int:
    """Start everything, print where it is, and stay until Ctrl-C or until a part fails.

    Args:
        reset: Delete the data folder's contents first, if ``confirm`` agrees to the question it is given.
        confirm: Puts a yes-or-no question to the person at the terminal.

    Returns:
        The exit code: 0 after a stop that was asked for, 1 when something failed or stood in the way.
    """
    settings = RunSettings()
    try:
        data_dir = _writable_folder(settings)
        with _only_instance(data_dir, settings.address):
            if reset:
                _delete_data(data_dir, settings, confirm)
            _check_port_is_free(settings)
            return asyncio.run(_serve(settings, data_dir))
    except (CannotRunError, ChildFailedError, EmbeddedServerError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1


async def _serve(settings: RunSettings, data_dir: Path) -> int:
    stopping = asyncio.Event()
    with ExitStack() as stack:
        tree = ProcessTree()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, _stop_or_kill, stopping, tree)
        kept = new_secrets() | read_development_environment(data_dir)
        if not settings.database_url:
            server = embedded_server(data_dir / "postgres", durable=True)
            stack.callback(server.stop)
            if (data_dir / SEEDING_NAME).exists():
                _forget_half_a_demo(server, data_dir)
            server.ensure_database(DATABASE)
            kept["KEHUI_DATABASE_URL"] = server.url(DATABASE)
        write_development_environment(data_dir, kept)
        environment = os.environ | settings.absent(kept) | {"KEHUI_DATA_DIR": str(data_dir)}
        async with tree:
            life = asyncio.create_task(_live(tree, settings, data_dir, environment))
            stop = asyncio.create_task(stopping.wait())
            await asyncio.wait((life, stop), return_when=asyncio.FIRST_COMPLETED)
            # Whoever ends a whole session or service signals the children too: that they end is no failure then.
            if not stopping.is_set():
                stop.cancel()
                life.result()
            _say("Stopping … 正在停止")
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
    return 0


async def _live(
    tree: ProcessTree, settings: RunSettings, data_dir: Path, environment: Mapping[str, str]
) -> None:
    await tree.run("The database migration", environment, *KEHUI, "migrate")
    await tree.start(
        "The web server",
        environment,
        *(sys.executable, "-m", "uvicorn", "backend.app:create_app", "--factory"),
        *("--host", settings.host, "--port", str(settings.port)),
        *("--log-level", "warning", "--no-server-header", "--timeout-graceful-shutdown", "3"),
    )
    await tree.start("The worker", environment, *KEHUI, "worker")
    seeded = data_dir / SEEDED_NAME
    if not seeded.exists():
        _say("Writing the demo data 正在写入演示数据 …")
        seeding = data_dir / SEEDING_NAME
        seeding.touch()
        await tree.run("Seeding the demo data", environment, *KEHUI, "seed-demo")
        seeding.rename(seeded)
    await _wait_until_ready(tree, settings)
    _say(
        f"\nKehui 客汇 is ready 已就绪: {settings.address}  (API: {settings.address}/docs)\n"
        "Log in as 登录账号: admin, staff, staff2, staff3, auditor, auditor2\n"
        "Password 密码: Kehui-demo-2026\n"
        "Ctrl-C stops everything 停止所有进程\n"
    )
    await tree.wait_for_end()


async def _wait_until_ready(tree: ProcessTree, settings: RunSettings) -> None:
    end = asyncio.create_task(tree.wait_for_end())
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104
    try:
        async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient(trust_env=False) as client:
            while not end.done():
                try:
                    if (await client.get(f"http://{host}:{settings.port}/readyz")).is_success:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)
            end.result()
    except TimeoutError:
        raise ChildFailedError(f"The web server did not become healthy in {READY_SECONDS} seconds.") from None
    finally:
        end.cancel()


def _stop_or_kill(stopping: asyncio.Event, tree: ProcessTree) -> None:
    if stopping.is_set():
        tree.kill()
    stopping.set()


def _writable_folder(settings: RunSettings) -> Path:
    if settings.environment == "production":
        raise CannotRunError("kehui run is for development; docker-compose.yml shows production.")
    data_dir = settings.data_dir.resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRunError(f"The data folder {data_dir} cannot be made: {error.strerror}.") from None
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise CannotRunError(
            f"The data folder {data_dir} belongs to another user. Start as that one, or set KEHUI_DATA_DIR."
        )
    return data_dir


@contextmanager
def _only_instance(data_dir: Path, address: str) -> Iterator[None]:
    path = data_dir / LOCK_NAME
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except PermissionError:
        raise CannotRunError(
            f"{path} belongs to another user. Start as that one, or set KEHUI_DATA_DIR."
        ) from None
    with os.fdopen(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRunError(f"Kehui is already running 已在运行: {file.read().strip()}") from None
        file.truncate()
        file.write(f"{address} (process {os.getpid()})")
        file.flush()
        yield


def _delete_data(data_dir: Path, settings: RunSettings, confirm: Callable[[str], bool]) -> None:
    if settings.database_url:
        raise CannotRunError("--reset only empties the embedded database; KEHUI_DATABASE_URL names your own.")
    contents = [path for path in data_dir.iterdir() if path.name != LOCK_NAME]
    if not contents:
        return
    if not (data_dir / FILE_NAME).exists():
        raise CannotRunError(f"{data_dir} was not made by kehui run, so --reset leaves it alone.")
    if not confirm(f"Delete all data in {data_dir}? 确定删除全部数据吗？"):
        raise CannotRunError("Nothing was deleted. 未删除任何数据。")
    if (data_dir / "postgres").exists():
        # A run that was killed leaves its server behind; one that cannot start has nothing to stop.
        with suppress(EmbeddedServerError):
            embedded_server(data_dir / "postgres", durable=True).stop()
    for path in sorted(contents, key=lambda path: path.name == FILE_NAME):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _forget_half_a_demo(server: EmbeddedServer, data_dir: Path) -> None:
    """Start over after a first start that was stopped before anybody could have worked with it."""
    server.drop_database(DATABASE)
    shutil.rmtree(data_dir / "files", ignore_errors=True)


def _check_port_is_free(settings: RunSettings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotRunError(
                    f"Port {settings.port} is in use by another program 端口被占用; "
                    f"choose another: KEHUI_PORT={settings.port + 1} scripts/run"
                ) from None
            raise CannotRunError(
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}."
            ) from None


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201
