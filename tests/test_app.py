"""The application as a whole: the shape of every failure, the headers of every answer, and its other paths."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from backend.app import SECURITY_HEADERS, create_app
from backend.config import Settings
from backend.domains.customers.service.record import CustomerService
from backend.kit.db.session import Database
from tests.conftest import client_of
from tests.customers.factories import create_customer, person
from tests.documents.factories import create_document

CANARY = "CANARY-7f3a"


def is_problem(response: Response, status: int, code: str) -> None:
    """Assert the shape that every failure has (RFC 9457)."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:kehui:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == response.headers["x-request-id"]


@pytest.fixture
def crashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every creation of a customer fail in a way that nobody foresaw."""

    async def crash(*_: Any) -> None:
        raise KeyError(CANARY)

    monkeypatch.setattr(CustomerService, "create", crash)


class TestProblems:
    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("GET", "/nothing", 404, "resource.not_found"),
            ("GET", "/customers/x/nothing/y", 404, "resource.not_found"),
            ("POST", "/customers/00000000-0000-7000-8000-000000000000", 405, "request.method_not_allowed"),
            ("PATCH", "/auth/login", 405, "request.method_not_allowed"),
            ("GET", "/auth/login", 405, "request.method_not_allowed"),
            ("PUT", "/documents/types", 405, "request.method_not_allowed"),
            ("GET", "/users/", 404, "resource.not_found"),
            ("GET", "/customers", 401, "auth.unauthenticated"),
            ("POST", "/auth/refresh", 401, "auth.session_ended"),
        ],
    )
    async def test_every_failure_has_one_shape(
        self, anonymous: AsyncClient, method: str, path: str, status: int, code: str
    ) -> None:
        is_problem(await anonymous.request(method, path), status, code)

    async def test_a_wrong_method_tells_the_right_ones(self, anonymous: AsyncClient) -> None:
        response = await anonymous.delete("/auth/me")

        assert response.headers["allow"] == "GET, PUT"

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            (b"", "body"),
            (b"{", "body"),
            (b"null", "body"),
            (b"[]", "body"),
            (b'"text"', "body"),
            (b"{}", "kind"),
            (b'{"kind": "person", "name": "\\ud800"}', "name"),
            (b'{"kind": "person", "name": 1e999}', "name"),
            (b'{"kind": "person", "name": {"$ne": ""}}', "name"),
            (b'{"kind": "person", "name": "a", "name_": "b"}', "name_"),
        ],
    )
    async def test_a_body_in_no_known_shape_is_a_wrong_field(
        self, staff: AsyncClient, body: bytes, field: str
    ) -> None:
        response = await staff.post("/customers", content=body, headers={"Content-Type": "application/json"})

        is_problem(response, 422, "request.invalid")
        fields = [error["field"] for error in response.json()["errors"]]
        assert field in fields or (field == "body" and fields)

    async def test_deeply_nested_text_is_refused(self, staff: AsyncClient) -> None:
        body = b"[" * 100_000 + b"]" * 100_000

        response = await staff.post("/customers", content=body, headers={"Content-Type": "application/json"})

        assert response.status_code in {400, 422}

    async def test_a_refused_value_is_never_quoted(self, staff: AsyncClient) -> None:
        body = person(id_number=CANARY, phone=CANARY, manager_id=CANARY, level=CANARY, birth_date=CANARY)
        body |= {"satisfaction": CANARY, "bank_account": CANARY, "registered_capital": CANARY}

        response = await staff.post("/customers", json={**body, CANARY.lower(): 1})

        is_problem(response, 422, "request.invalid")
        assert len(response.json()["errors"]) == 9
        assert CANARY not in response.text

    @pytest.mark.parametrize("is_declared", [True, False])
    async def test_a_body_beyond_a_mebibyte_is_too_large(
        self, staff: AsyncClient, *, is_declared: bool
    ) -> None:
        async def in_chunks() -> AsyncIterator[bytes]:
            for _ in range(17):
                yield b" " * 65_536

        content = b" " * (1024 * 1024 + 1) if is_declared else in_chunks()

        response = await staff.post(
            "/customers", content=content, headers={"Content-Type": "application/json"}
        )

        is_problem(response, 413, "request.too_large")

    @pytest.mark.usefixtures("crashing")
    async def test_a_crash_tells_people_nothing(self, staff: AsyncClient) -> None:
        response = await staff.post("/customers", json=person())

        is_problem(response, 500, "server.error")
        assert CANARY not in response.text
        assert "Traceback" not in response.text

    @pytest.mark.usefixtures("crashing")
    async def test_the_server_goes_on_after_a_crash(self, staff: AsyncClient) -> None:
        await staff.post("/customers", json=person())

        assert (await staff.get("/customers")).json()["total"] == 0

    async def test_a_query_that_runs_too_long_asks_to_try_again(
        self, staff: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def wait(self: CustomerService, *_: Any) -> None:
            await self.session.execute(text("SET LOCAL statement_timeout = 1"))
            await self.session.execute(text("SELECT pg_sleep(5)"))

        monkeypatch.setattr(CustomerService, "create", wait)

        response = await staff.post("/customers", json=person())

        is_problem(response, 503, "server.busy")
        assert response.headers["retry-after"] in {"1", "2", "3"}


class TestHeaders:
    async def test_every_kind_of_answer_carries_them(
        self, anonymous: AsyncClient, staff: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        customer = await create_customer(staff)
        document = await create_document(staff, customer["id"])
        original = f"/documents/{document['id']}/content?variant=original"
        answers = [
            await staff.get("/customers"),
            await staff.post("/customers", json=person()),
            await staff.delete(f"/customers/{customer['id']}"),
            await staff.get(original),
            await staff.get(original, headers={"Range": "bytes=0-1"}),
            await anonymous.get("/customers"),
            await staff.get("/users"),
            await staff.get("/nothing"),
            await staff.patch("/auth/login"),
            await staff.get("/customers", params={"limit": "x"}),
            await staff.post("/customers", content=b" " * 2_000_000),
            await anonymous.get("http://kehui.test/healthz"),
            await anonymous.get("http://kehui.test/docs"),
            await anonymous.get("http://kehui.test/api/customers/"),
        ]
        with monkeypatch.context() as broken:
            broken.setattr(CustomerService, "list_customers", None)
            answers.append(await staff.get("/customers"))

        assert {answer.status_code for answer in answers} == {
            200,
            201,
            204,
            206,
            308,
            401,
            403,
            404,
            405,
            413,
            422,
            500,
        }
        for answer in answers:
            for name, _ in SECURITY_HEADERS:
                assert name in answer.headers, (answer.request.url, answer.status_code, name)
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "x-request-id" in answer.headers
            assert "server" not in answer.headers

    async def test_a_route_may_be_stricter(self, staff: AsyncClient) -> None:
        customer = await create_customer(staff)
        document = await create_document(staff, customer["id"])

        response = await staff.get(f"/documents/{document['id']}/content", params={"variant": "original"})

        assert response.headers.get_list("content-security-policy") == ["default-src 'none'; sandbox"]

    @pytest.mark.parametrize(
        ("given", "is_kept"),
        [
            ("0123456789abcdef", True),
            ("from-the.proxy_1", True),
            ("short", False),
            ("x" * 65, False),
            ("with blank in it", False),
            ("<script>alert(1)</script>", False),
            ("", False),
        ],
    )
    async def test_a_request_keeps_a_well_formed_id(
        self, anonymous: AsyncClient, given: str, *, is_kept: bool
    ) -> None:
        answered = (await anonymous.get("/nothing", headers={"X-Request-ID": given})).headers["x-request-id"]

        assert (answered == given) == is_kept
        assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", answered)

    async def test_each_request_has_an_id_of_its_own(self, anonymous: AsyncClient) -> None:
        ids = {(await anonymous.get("/nothing")).headers["x-request-id"] for _ in range(3)}

        assert len(ids) == 3


class TestFormerPaths:
    @pytest.mark.parametrize(
        ("method", "path", "location"),
        [
            ("POST", "/api/auth/login/", "/api/v1/auth/login"),
            ("GET", "/api/customers/", "/api/v1/customers"),
            ("GET", "/api/customers/?page=2&q=%E5%BC%A0", "/api/v1/customers?page=2&q=%E5%BC%A0"),
            ("PUT", "/api/customers/1/", "/api/v1/customers/1"),
            ("DELETE", "/api/documents/1", "/api/v1/documents/1"),
            ("PATCH", "/api/customers/1/", "/api/v1/customers/1"),
            ("GET", "/api//example.org/", "/api/v1/example.org"),
        ],
    )
    async def test_they_lead_to_where_things_are_now(
        self, anonymous: AsyncClient, method: str, path: str, location: str
    ) -> None:
        response = await anonymous.request(method, f"http://kehui.test{path}")

        # 308 keeps method and body.
        assert (response.status_code, response.headers["location"]) == (308, location)

    async def test_a_file_may_be_sent_to_a_former_path(self, anonymous: AsyncClient) -> None:
        files = {"file": ("a.jpg", bytes(2 * 1024 * 1024), "image/jpeg")}

        response = await anonymous.post("http://kehui.test/api/documents/upload/", files=files)

        assert (response.status_code, response.headers["location"]) == (308, "/api/v1/documents/upload")

    @pytest.mark.parametrize("path", ["/api/v1", "/api/v1/", "/api/v1/customers/", "/api/v1/nothing"])
    async def test_what_is_not_there_now_leads_nowhere(self, anonymous: AsyncClient, path: str) -> None:
        is_problem(await anonymous.get(f"http://kehui.test{path}"), 404, "resource.not_found")


class TestPages:
    @pytest.fixture
    async def browser(
        self, settings: Settings, database: Database, tmp_path: Path
    ) -> AsyncIterator[AsyncClient]:
        """A client of an application with a built front end."""
        (tmp_path / "pages/assets").mkdir(parents=True)
        (tmp_path / "pages/index.html").write_text("<title>客汇</title>")
        (tmp_path / "pages/assets/app-1a2b.js").write_text("export {}")
        (tmp_path / "secret.txt").write_text(CANARY)
        app = create_app(settings.model_copy(update={"spa_dir": tmp_path / "pages"}), database)
        async with client_of(app) as client:
            client.base_url = "http://kehui.test"
            yield client

    @pytest.mark.parametrize("path", ["/", "/pc/customers", "/m/customers/1?tab=history", "/login"])
    async def test_every_page_is_the_one_file(self, browser: AsyncClient, path: str) -> None:
        response = await browser.get(path)

        assert (response.status_code, response.text) == (200, "<title>客汇</title>")
        assert response.headers["cache-control"] == "no-cache"

    async def test_what_carries_its_hash_is_kept_for_ever(self, browser: AsyncClient) -> None:
        response = await browser.get("/assets/app-1a2b.js")

        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"

    @pytest.mark.parametrize(
        "path",
        [
            "/assets/gone.js",
            "/secret.txt",
            "/..%2fsecret.txt",
            "/assets/..%2f..%2fsecret.txt",
            "/%2e%2e/secret.txt",
            "/assets%00.js",
            "/" + "a" * 300,
        ],
    )
    async def test_nothing_else_is_served(self, browser: AsyncClient, path: str) -> None:
        response = await browser.get(path)

        is_problem(response, 404, "resource.not_found")
        assert CANARY not in response.text

    async def test_the_api_does_not_answer_with_a_page(self, browser: AsyncClient) -> None:
        is_problem(await browser.get("/api/v1/nothing"), 404, "resource.not_found")
        is_problem(await browser.post("/pc/customers"), 405, "request.method_not_allowed")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_probes_answer_without_signing_in(anonymous: AsyncClient, path: str) -> None:
    assert (await anonymous.get(f"http://kehui.test{path}")).status_code == 204


class TestDocumentation:
    async def test_it_can_sign_in_with_a_password(self, anonymous: AsyncClient) -> None:
        page = await anonymous.get("http://kehui.test/docs")
        document = (await anonymous.get("http://kehui.test/openapi.json")).json()

        assert page.status_code == 200
        [scheme] = document["components"]["securitySchemes"].values()
        assert scheme["flows"]["password"]["tokenUrl"] == "/api/v1/auth/login"
        body = document["paths"]["/api/v1/auth/login"]["post"]["requestBody"]["content"]
        assert set(body) == {"application/json", "application/x-www-form-urlencoded"}

    async def test_it_loads_nothing_from_elsewhere(self, anonymous: AsyncClient) -> None:
        page = await anonymous.get("http://kehui.test/docs")

        assert re.findall(r"(?:src|href)=[\"'](?!/)", page.text) == []

    @pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/redoc"])
    async def test_production_has_none(self, settings: Settings, database: Database, path: str) -> None:
        settings = settings.model_copy(update={"environment": "production", "spa_dir": Path("/nowhere")})
        async with client_of(create_app(settings, database)) as client:
            assert (await client.get(f"http://kehui.test{path}")).status_code == 404

    async def test_every_operation_says_what_it_does(self, anonymous: AsyncClient) -> None:
        document = (await anonymous.get("http://kehui.test/openapi.json")).json()

        operations = [operation for path in document["paths"].values() for operation in path.values()]
        assert len(operations) > 40
        assert [
            operation["operationId"] for operation in operations if not operation.get("description")
        ] == []
        ids = [operation["operationId"] for operation in operations]
        assert len(ids) == len(set(ids))
