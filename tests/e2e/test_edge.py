"""What strangers can do from outside: nothing is read for them, and nobody takes another's address."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from http import HTTPStatus
from http.client import HTTPResponse
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from backend.development.postgres import EmbeddedServer
from backend.domains.identity.models import LoginFailure
from backend.kit.db.session import Database
from tests.conftest import TEMPLATE
from tests.e2e.conftest import Site, free_port, running_site
from tests.e2e.nginx import real_ip_from, running, running_nginx

MIB = 1024 * 1024
# What stands in front of our Nginx, nearest last; each calls from an address of its own.
FURTHER_PROXY = "127.0.0.41"
NEARER_PROXY = "127.0.0.42"
PROXY = """
pid nginx.pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{target};
      proxy_bind {address};
      proxy_set_header Host localhost;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""
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
        trusted_proxies=f"{NEARER_PROXY},{FURTHER_PROXY}/32",
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


@pytest.fixture(scope="module")
def balancer_port(nginx_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Two proxies in a row, as a company's firewall and a load balancer would be."""
    target = nginx_port
    with ExitStack() as stack:
        for address in (NEARER_PROXY, FURTHER_PROXY):
            folder, port = tmp_path_factory.mktemp("proxy"), free_port()
            configuration = folder / "nginx.conf"
            configuration.write_text(PROXY.format(port=port, target=target, address=address))
            stack.enter_context(running(folder, configuration))
            target = port
        yield target


async def address_of(site: Site, port: int, source: str, **headers: str) -> str:
    """Fail to sign in from this address and return the one that it is counted for."""
    username = f"from-{source}-{port}"
    transport = httpx.AsyncHTTPTransport(local_address=source)
    async with httpx.AsyncClient(transport=transport, headers={"Host": "localhost", **headers}) as client:
        answer = await client.post(
            f"http://127.0.0.1:{port}/api/v1/auth/login", json={"username": username, "password": "wrong"}
        )
    assert answer.status_code == HTTPStatus.UNAUTHORIZED, answer.text
    database = Database(site.database_url)
    async with database.reading() as session:
        row = select(LoginFailure.address).where(LoginFailure.username == username)
        address = (await session.scalars(row)).one()
    await database.close()
    return address


async def test_addresses_behind_two_proxies_are_told_apart(own_site: Site, balancer_port: int) -> None:
    for source in ("127.0.0.51", "127.0.0.52"):
        assert await address_of(own_site, balancer_port, source) == source


async def test_nobody_takes_another_address(own_site: Site, nginx_port: int, balancer_port: int) -> None:
    forged = {"X-Forwarded-For": f"192.0.2.7, {FURTHER_PROXY}", "X-Real-IP": "192.0.2.7"}
    for port in (nginx_port, balancer_port):
        assert await address_of(own_site, port, "127.0.0.53", **forged) == "127.0.0.53"


@pytest.mark.parametrize("proxies", ["", "the-balancer", "10.0.0.1; deny all"])
def test_plain_does_not_start_without_the_addresses_of_its_proxies(proxies: str) -> None:
    with pytest.raises(RuntimeError, match="KEHUI_TRUSTED_PROXIES"):
        real_ip_from({"KEHUI_EDGE": "plain", "KEHUI_TRUSTED_PROXIES": proxies})
