import json
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from backend.app import CONTENT_SECURITY_POLICY
from tests.e2e.nginx import nginx_command, render, running_nginx, self_signed, started

MEBIBYTE = 1024 * 1024
ALWAYS = (
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
)


class Upstream(BaseHTTPRequestHandler):
    """Stands in for the API and says what reached it."""

    protocol_version = "HTTP/1.1"
    released = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/api/v1/events":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"a\r\nid: 1\n\n\n\n\r\n")
            self.wfile.flush()
            self.released.wait(10)
            self.wfile.write(b"0\r\n\r\n")
        elif self.path == "/api/v1/documents/1/content":
            self.answer(
                b"",
                **{
                    "X-Accel-Redirect": "/protected-files/ab/one.webp",
                    "Content-Type": "image/webp",
                    "Content-Disposition": "attachment; filename*=UTF-8''one.webp",
                    "Cache-Control": "private, no-store",
                },
            )
        elif self.path == "/docs":
            self.answer(b"docs", **{"Content-Security-Policy": "default-src 'self'"})
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.answer(json.dumps(headers).encode(), **{"Content-Type": "application/json"})

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.rfile.read(length)
        self.answer(str(length).encode())

    def answer(self, body: bytes, **headers: str) -> None:
        self.send_response(200)
        for name, value in {"X-Frame-Options": "SAMEORIGIN", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the test's output to the test."""


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"127.0.0.1:{server.server_port}"
        Upstream.released.set()
        server.shutdown()


@pytest.fixture(scope="module")
def spa_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spa")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Kehui</title>")
    (folder / "assets" / "main-abc123.js").write_text("export const answer = 42;\n" * 200)
    (folder / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / ".vite").mkdir()
    (folder / ".vite" / "manifest.json").write_text("{}")
    return folder


@pytest.fixture(scope="module")
def files_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "ab").mkdir()
    (folder / "ab" / "one.webp").write_bytes(b"0123456789")
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def origin(
    upstream: str, spa_dir: Path, files_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("nginx")
    with running_nginx(
        folder, api=upstream, spa_dir=spa_dir, files_dir=files_dir, http_port=free_port()
    ) as address:
        yield address


@pytest.fixture(scope="module")
def client(origin: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=origin, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/pc/customers/1", 200),
        ("/assets/main-abc123.js", 200),
        ("/assets/gone.js", 404),
        ("/favicon.svg", 200),
        ("/gone.png", 404),
        ("/.vite/manifest.json", 404),
        ("/api/v1/customers", 200),
        ("/api/v1/documents/1/content", 200),
        ("/protected-files/ab/one.webp", 404),
        ("/docs", 200),
        ("/healthz", 200),
    ],
)
def test_every_answer_carries_each_security_header_once(client: httpx.Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert {name: len(response.headers.get_list(name)) for name in ALWAYS} == dict.fromkeys(ALWAYS, 1)
    assert not re.search(r"\d", response.headers["Server"])


def test_unknown_path_is_a_page_of_the_front_end_and_is_checked_for_news(client: httpx.Client) -> None:
    response = client.get("/m/customers?q=x")
    assert "<title>Kehui</title>" in response.text
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        ("/assets/main-abc123.js", "public, max-age=31536000, immutable"),
        ("/favicon.svg", "public, max-age=2592000"),
        ("/assets/gone.js", None),
    ],
)
def test_static_files_are_cached_by_how_they_are_named(
    client: httpx.Client, path: str, cache: str | None
) -> None:
    assert client.get(path).headers.get("Cache-Control") == cache


def test_text_is_compressed(client: httpx.Client) -> None:
    assert client.get("/assets/main-abc123.js").headers["Content-Encoding"] == "gzip"


def test_client_cannot_claim_another_address(client: httpx.Client, origin: str) -> None:
    spoofed = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https"}
    seen = client.get("/api/v1/customers", headers=spoofed).json()
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-host"] == seen["host"] == httpx.URL(origin).host
    assert seen["x-forwarded-proto"] == "http"


def test_unknown_host_gets_no_answer(client: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/", headers={"Host": "evil.test"})


def test_api_answer_keeps_its_own_policy_and_gets_a_closed_one_otherwise(client: httpx.Client) -> None:
    assert client.get("/docs").headers["Content-Security-Policy"] == "default-src 'self'"
    policy = client.get("/api/v1/customers").headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'"


def test_protected_file_is_sent_only_on_the_word_of_the_api(client: httpx.Client) -> None:
    response = client.get("/api/v1/documents/1/content", headers={"Range": "bytes=2-4"})
    assert (response.status_code, response.content) == (206, b"234")
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''one.webp"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get("/protected-files/../files/ab/one.webp").status_code != 206


def test_events_arrive_while_the_stream_is_open(client: httpx.Client) -> None:
    with client.stream("GET", "/api/v1/events", headers={"Accept-Encoding": "gzip"}) as response:
        assert next(response.iter_text()).startswith("id: 1")
        Upstream.released.set()


@pytest.mark.parametrize(
    ("path", "size", "accepted"),
    [
        ("/api/v1/customers", MEBIBYTE, True),
        ("/api/v1/customers", MEBIBYTE + 1, False),
        ("/api/v1/documents/upload", 15 * MEBIBYTE, True),
        ("/api/v1/documents/upload", 15 * MEBIBYTE + 1, False),
        ("/api/documents/upload/", 15 * MEBIBYTE, True),
        ("/api/v1/documents/batch-upload", 64 * MEBIBYTE + 1, False),
    ],
)
def test_body_is_limited_by_path(client: httpx.Client, path: str, size: int, *, accepted: bool) -> None:
    if accepted:
        assert client.post(path, content=b"0" * size).text == str(size)
        return
    # The refusal comes on the announced length, before the body.
    with socket.create_connection((client.base_url.host, client.base_url.port or 80)) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode()
        )
        answer = connection.recv(65536).decode()
    assert answer.startswith("HTTP/1.1 413")
    assert "application/problem+json" in answer
    assert '"code":"request.too_large"' in answer


def test_absent_api_is_told_as_a_problem(spa_dir: Path, files_dir: Path, tmp_path: Path) -> None:
    with running_nginx(
        tmp_path, api=f"127.0.0.1:{free_port()}", spa_dir=spa_dir, files_dir=files_dir, http_port=free_port()
    ) as origin:
        response = httpx.get(f"{origin}/api/v1/customers", trust_env=False)
    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] in {"3", "4", "5", "6"}
    assert response.json()["code"] == "server.busy"


def test_access_log_holds_the_path_without_its_query(
    upstream: str, spa_dir: Path, files_dir: Path, tmp_path: Path
) -> None:
    with running_nginx(
        tmp_path, api=upstream, spa_dir=spa_dir, files_dir=files_dir, http_port=free_port()
    ) as origin:
        httpx.get(f"{origin}/api/v1/customers?q=13800001234", trust_env=False)
    (line,) = (tmp_path / "output.log").read_text().splitlines()
    assert json.loads(line)["path"] == "/api/v1/customers"
    assert "13800001234" not in line


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    return self_signed(tmp_path)


def test_tls_edge_redirects_and_promises_to_stay(
    upstream: str, spa_dir: Path, files_dir: Path, tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    http_port, https_port = free_port(), free_port()
    values = {
        "KEHUI_API_UPSTREAM": upstream,
        "KEHUI_EDGE": "tls",
        "KEHUI_FILES_DIR": str(files_dir),
        "KEHUI_HTTP_PORT": f"127.0.0.1:{http_port}",
        "KEHUI_HTTPS_PORT": f"127.0.0.1:{https_port}",
        "KEHUI_SERVER_NAME": "localhost",
        "KEHUI_SPA_DIR": str(spa_dir),
        "KEHUI_TLS_CERTIFICATE": str(certificate[0]),
        "KEHUI_TLS_CERTIFICATE_KEY": str(certificate[1]),
    }
    trusted = ssl.create_default_context(cafile=certificate[0])
    with started(tmp_path, values), httpx.Client(verify=trusted, trust_env=False) as client:
        redirect = client.get(f"http://localhost:{http_port}/pc?x=1")
        assert redirect.status_code == 308
        assert redirect.headers["Location"] == "https://localhost/pc?x=1"
        response = client.get(f"https://localhost:{https_port}/api/v1/customers")
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert response.json()["x-forwarded-proto"] == "https"
        with pytest.raises(httpx.TransportError):
            client.get(f"https://127.0.0.1:{https_port}/")


def test_configuration_has_no_warnings(tmp_path: Path, upstream: str, spa_dir: Path, files_dir: Path) -> None:
    values = {
        "KEHUI_API_UPSTREAM": upstream,
        "KEHUI_EDGE": "plain",
        "KEHUI_FILES_DIR": str(files_dir),
        "KEHUI_HTTP_PORT": "127.0.0.1:8080",
        "KEHUI_SERVER_NAME": "kehui.example.com",
        "KEHUI_SPA_DIR": str(spa_dir),
        "KEHUI_TRUSTED_PROXIES": "10.0.0.0/8,fd00::/8",
    }
    command = [*nginx_command(tmp_path, render(tmp_path, values)), "-t"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert "[warn]" not in result.stderr
