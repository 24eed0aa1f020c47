"""Run Debian's Nginx with this project's configuration."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

CONFIGURATION = Path(__file__).resolve().parents[2] / "nginx"


def render(folder: Path, values: Mapping[str, str]) -> Path:
    """Lay the configuration out as the image does and return the main file; ``values`` fill the templates."""
    for source in CONFIGURATION.glob("*.conf"):
        shutil.copy(source, folder)
    shutil.copy("/etc/nginx/mime.types", folder)
    values = {**values, "KEHUI_REAL_IP_FROM": real_ip_from(values)}
    for template in (CONFIGURATION / "templates").rglob("*.template"):
        target = folder / "conf.d" / template.relative_to(CONFIGURATION / "templates").with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        text = template.read_text()
        target.write_text(re.sub(r"\$\{(KEHUI_\w+)\}", lambda found: values.get(found[1], found[0]), text))
    return folder / "nginx.conf"


def real_ip_from(values: Mapping[str, str]) -> str:
    """Return what the image's entry point makes of the trusted proxies; raises when it refuses to start."""
    script = f'. "{CONFIGURATION}/trusted-proxies.envsh" && printf %s "$KEHUI_REAL_IP_FROM"'
    environment = {"PATH": os.environ["PATH"], **values}
    result = subprocess.run(
        ["/bin/sh", "-ec", script], env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise RuntimeError(result.stderr)
    return result.stdout


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost; returns where it and its key lie."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, private


@contextmanager
def running_nginx(
    folder: Path,
    *,
    api: str,
    spa_dir: Path,
    files_dir: Path,
    http_port: int,
    server_name: str = "localhost",
    trusted_proxies: str = "192.0.2.1",
) -> Iterator[str]:
    """Serve the pages of ``spa_dir`` and the API at ``api`` (host:port) on a port of this machine.

    ``folder`` is empty and receives configuration, logs and temporary files. Yields the origin to open.
    """
    values = {
        "KEHUI_API_UPSTREAM": api,
        "KEHUI_EDGE": "plain",
        "KEHUI_FILES_DIR": str(files_dir),
        "KEHUI_HTTP_PORT": f"127.0.0.1:{http_port}",
        "KEHUI_SERVER_NAME": server_name,
        "KEHUI_SPA_DIR": str(spa_dir),
        "KEHUI_TRUSTED_PROXIES": trusted_proxies,
    }
    with started(folder, values):
        yield f"http://{server_name}:{http_port}"


@contextmanager
def started(folder: Path, values: Mapping[str, str]) -> Iterator[None]:
    """Render and run."""
    with running(folder, render(folder, values)):
        yield


@contextmanager
def running(folder: Path, configuration: Path) -> Iterator[None]:
    """Run Nginx with this main file; it goes into the background only when it listens, so nothing has to wait."""
    command = nginx_command(folder, configuration)
    with (folder / "output.log").open("w") as log:
        result = subprocess.run(command, stdout=log, stderr=log, check=False)
    if result.returncode != 0:
        raise RuntimeError((folder / "output.log").read_text())
    master = psutil.Process(int((folder / "nginx.pid").read_text()))
    try:
        yield
    finally:
        master.terminate()
        psutil.wait_procs([master], timeout=10)


def nginx_command(folder: Path, configuration: Path) -> list[str | Path]:
    """Return the command line; root's workers stay root, since a test's folders are closed to others."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    command: list[str | Path] = [program, "-p", folder, "-c", configuration, "-e", folder / "error.log"]
    return [*command, "-g", "user root;"] if os.geteuid() == 0 else command
