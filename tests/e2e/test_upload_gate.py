"""Nobody makes the server read or keep anything without having signed in."""

import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from http import HTTPStatus
from http.client import HTTPResponse
from pathlib import Path

import pytest

from backend.development.postgres import EmbeddedServer
from tests.conftest import TEMPLATE
from tests.e2e.conftest import Site, free_port, running_site
from tests.e2e.nginx import running_nginx

MIB = 1024 * 1024
PART = (
    b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    b"Content-Type: image/jpeg\r\n\r\n"
)


@pytest.fixture(scope="module")
def own_site(
    postgres: EmbeddedServer, tokens: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    del tokens
    postgres.create_database("kehui_gate", template=TEMPLATE)
    with running_site(postgres.url("kehui_gate"), tmp_path_factory.mktemp("gate")) as site:
        yield site


@pytest.fixture(scope="module")
def nginx_port(own_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    with running_nginx(
        tmp_path_factory.mktemp("nginx"),
        api=f"127.0.0.1:{own_site.port}",
        spa_dir=own_site.data_dir,
        files_dir=own_site.files_dir,
        http_port=port,
    ):
        yield port


def temporary_files(site: Site) -> list[Path]:
    """What the server has open or has left in its temporary folder; files without a name included."""
    folder = site.data_dir / "temporary"
    opened = [link.readlink() for link in Path(f"/proc/{site.server_pid}/fd").iterdir() if link.is_symlink()]
    named = [path for path in folder.rglob("*") if path.is_file()]
    return named + [path for path in opened if path.is_relative_to(folder) and not path.is_dir()]


def refusal_of(port: int, path: str, length: str, site: Site) -> tuple[int, bytes]:
    """Announce a large form, send less than 64 KiB of it, and return the answer; then send on."""

    def framed(data: bytes) -> bytes:
        return f"{len(data):x}\r\n".encode() + data + b"\r\n" if "chunked" in length else data

    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n"
    head += "Content-Type: multipart/form-data; boundary=cut\r\n\r\n"
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        connection.sendall(head.encode() + framed(PART + bytes(32 * 1024)))
        with HTTPResponse(connection, method="POST") as response:
            response.begin()
            answer = response.status, response.read()
            # Whoever sends on regardless may find the other side closed.
            with suppress(OSError):
                for _ in range(4):
                    connection.sendall(framed(bytes(MIB)))
            assert temporary_files(site) == []
    return answer


@pytest.mark.parametrize("length", [f"Content-Length: {200 * MIB}", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("path", ["/api/v1/documents/upload", "/api/v1/documents/batch-upload"])
def test_a_stranger_is_refused_before_the_body(own_site: Site, path: str, length: str) -> None:
    status, body = refusal_of(own_site.port, path, length, own_site)

    assert status == HTTPStatus.UNAUTHORIZED
    assert b'"code":"auth.unauthenticated"' in body


@pytest.mark.parametrize(
    ("path", "size"), [("/api/v1/documents/upload", 15), ("/api/v1/documents/batch-upload", 64)]
)
def test_a_stranger_is_refused_before_the_body_through_nginx(
    own_site: Site, nginx_port: int, path: str, size: int
) -> None:
    status, body = refusal_of(nginx_port, path, f"Content-Length: {size * MIB}", own_site)

    assert status == HTTPStatus.UNAUTHORIZED
    assert b'"code":"auth.unauthenticated"' in body
