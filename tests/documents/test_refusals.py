"""Files that are not taken: each with its own code, and nothing of them stays."""

import gc
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from backend.app import create_app
from backend.config import Settings
from backend.domains.documents.models import Document
from backend.kit.db.session import Database
from backend.kit.files.errors import Refusal
from tests.conftest import client_of
from tests.documents.factories import create_document, files_in, jpeg, stored_keys, upload
from tests.kit.files.corpus import REJECT, Sample

Customer = dict[str, Any]
STATUS = {Refusal.UNSUPPORTED_TYPE: 415, Refusal.TOO_LARGE: 413}
LIMIT = 10 * 1024 * 1024


def selection() -> Iterator[Sample]:
    """The first, the middle and the last sample of each refusal; the sandbox is tested with all of them."""
    for refusal in Refusal:
        samples = [sample for sample in REJECT if sample.refusal is refusal]
        yield from {sample.name: sample for sample in samples[:: max(1, (len(samples) - 1) // 2)]}.values()


async def assert_nothing_came_of_it(database: Database, folder: Path, keys: set[str]) -> None:
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Document)) == 0
    assert await stored_keys() == keys
    assert files_in(folder) == []


def test_every_refusal_is_among_the_samples() -> None:
    assert {sample.refusal for sample in REJECT} == set(Refusal) - {Refusal.TOO_LARGE}


@pytest.mark.parametrize("sample", list(selection()), ids=lambda sample: sample.name)
async def test_a_refused_file_leaves_nothing_and_the_next_one_is_taken(
    staff: AsyncClient, customer: Customer, database: Database, temporary_folder: Path, sample: Sample
) -> None:
    keys = await stored_keys()
    assert sample.refusal is not None

    response = await upload(staff, customer["id"], content=sample.data, filename="身份证.jpg")

    assert response.status_code == STATUS.get(sample.refusal, 422), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == f"document.{sample.refusal}"
    assert response.json()["detail"]
    await assert_nothing_came_of_it(database, temporary_folder, keys)
    assert (await staff.get(f"/customers/{customer['id']}")).json()["progress"]["uploaded"] == 0
    assert (await upload(staff, customer["id"])).status_code == 201


@pytest.mark.parametrize(
    ("size", "status", "code"),
    [(LIMIT, 422, "document.unreadable"), (LIMIT + 1, 413, "document.too_large")],
)
async def test_a_file_has_ten_megabytes_at_most(
    staff: AsyncClient,
    customer: Customer,
    database: Database,
    temporary_folder: Path,
    *,
    size: int,
    status: int,
    code: str,
) -> None:
    keys = await stored_keys()

    response = await upload(staff, customer["id"], content=b"\xff\xd8\xff".ljust(size, b"\0"))

    assert (response.status_code, response.json()["code"]) == (status, code)
    await assert_nothing_came_of_it(database, temporary_folder, keys)


async def test_the_limit_is_a_setting(
    settings: Settings, database: Database, customer: Customer, staff: AsyncClient
) -> None:
    content = jpeg()
    app = create_app(settings.model_copy(update={"max_upload_bytes": len(content)}), database)
    async with client_of(app) as client:
        client.headers["authorization"] = staff.headers["authorization"]
        assert (await upload(client, customer["id"], content=content + b"\0")).status_code == 413
        assert (await upload(client, customer["id"], content=content)).status_code == 201


async def test_a_request_far_beyond_the_limit_is_cut_off_before_it_is_read(
    staff: AsyncClient, customer: Customer, database: Database, temporary_folder: Path
) -> None:
    keys = await stored_keys()

    response = await upload(staff, customer["id"], content=bytes(26 * 1024 * 1024))

    assert (response.status_code, response.json()["code"]) == (413, "request.too_large")
    await assert_nothing_came_of_it(database, temporary_folder, keys)


# The form parser leaves a part that never ended to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x\r\n",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n\xff\xd8',
        b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n",
        b"\x00" * 1000,
    ],
    ids=["empty", "half a border", "border", "cut in the middle", "part without a name", "noise"],
)
async def test_a_torn_form_is_a_bad_request(
    staff: AsyncClient, database: Database, temporary_folder: Path, body: bytes
) -> None:
    keys = await stored_keys()

    response = await staff.post(
        "/documents/upload", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    gc.collect()

    assert response.status_code in {400, 422}
    assert response.headers["content-type"] == "application/problem+json"
    await assert_nothing_came_of_it(database, temporary_folder, keys)


class TestBatch:
    async def send(
        self,
        client: AsyncClient,
        customer_id: str,
        files: list[tuple[str, bytes]],
        document_type: str = "other",
    ) -> Any:
        return await client.post(
            "/documents/batch-upload",
            data={"customer_id": customer_id, "document_type": document_type},
            files=[("files", (name, content, "image/jpeg")) for name, content in files],
        )

    async def test_each_file_is_judged_by_itself(
        self, staff: AsyncClient, customer: Customer, temporary_folder: Path
    ) -> None:
        known = jpeg()
        existing = await create_document(staff, customer["id"], "other", known)
        by_code = {sample.refusal: sample.data for sample in REJECT}

        response = await self.send(
            staff,
            customer["id"],
            [
                ("一.jpg", jpeg()),
                ("空.jpg", by_code[Refusal.EMPTY]),
                ("二.jpg", known),
                ("网页.jpg", by_code[Refusal.UNSUPPORTED_TYPE]),
                ("脚本.pdf", by_code[Refusal.ACTIVE_PDF]),
                ("大.jpg", b"\xff\xd8\xff".ljust(LIMIT + 1, b"\0")),
                ("三.jpg", jpeg()),
            ],
        )

        assert response.status_code == 200, response.text
        results = response.json()["results"]
        assert [
            (result["filename"], result["outcome"], (result["error"] or {}).get("code")) for result in results
        ] == [
            ("一.jpg", "created", None),
            ("空.jpg", "refused", "document.empty"),
            # The document that is there keeps the name it came with.
            ("证件.jpg", "duplicate", None),
            ("网页.jpg", "refused", "document.unsupported_type"),
            ("脚本.pdf", "refused", "document.active_pdf"),
            ("大.jpg", "refused", "document.too_large"),
            ("三.jpg", "created", None),
        ]
        assert results[2]["document"]["id"] == existing["id"]
        assert all((result["document"] is None) == (result["outcome"] == "refused") for result in results)
        assert all(result["error"]["detail"] for result in results if result["outcome"] == "refused")
        assert (await staff.get("/documents")).json()["total"] == 3
        assert files_in(temporary_folder) == []

    async def test_the_same_batch_again_makes_nothing_new(
        self, staff: AsyncClient, customer: Customer
    ) -> None:
        files = [(f"{number}.jpg", jpeg()) for number in range(3)]
        first = (await self.send(staff, customer["id"], files)).json()["results"]

        again = (await self.send(staff, customer["id"], files)).json()["results"]

        assert [result["outcome"] for result in again] == ["duplicate"] * 3
        assert [result["document"]["id"] for result in again] == [
            result["document"]["id"] for result in first
        ]

    async def test_a_file_twice_in_one_batch_is_one_document(
        self, staff: AsyncClient, customer: Customer
    ) -> None:
        content = jpeg()

        results = (await self.send(staff, customer["id"], [("a.jpg", content), ("b.jpg", content)])).json()[
            "results"
        ]

        assert [result["outcome"] for result in results] == ["created", "duplicate"]

    async def test_what_finds_no_place_is_refused(self, staff: AsyncClient, customer: Customer) -> None:
        files = [(f"{number}.jpg", jpeg()) for number in range(5)]

        results = (await self.send(staff, customer["id"], files, "id_card_front")).json()["results"]

        outcomes = [(result["error"] or {}).get("code", result["outcome"]) for result in results]
        assert outcomes == ["created"] * 3 + ["document.too_many_files"] * 2

    @pytest.mark.parametrize("number", [0, 21, 101])
    async def test_a_batch_has_one_to_twenty_files(
        self, staff: AsyncClient, customer: Customer, database: Database, temporary_folder: Path, number: int
    ) -> None:
        keys, content = await stored_keys(), jpeg()

        response = await self.send(staff, customer["id"], [(f"{n}.jpg", content) for n in range(number)])

        assert response.status_code in {400, 422}
        assert response.headers["content-type"] == "application/problem+json"
        await assert_nothing_came_of_it(database, temporary_folder, keys)

    async def test_twenty_files_are_taken(self, staff: AsyncClient, customer: Customer) -> None:
        files = [(f"{number}.jpg", jpeg()) for number in range(20)]

        results = (await self.send(staff, customer["id"], files)).json()["results"]

        assert {result["outcome"] for result in results} == {"created"}

    @pytest.mark.parametrize(
        ("document_type", "status", "code"),
        [("no_such_type", 200, "document.unknown_type"), ("No such type", 422, "request.invalid")],
    )
    async def test_a_wrong_type_is_told(
        self, staff: AsyncClient, customer: Customer, document_type: str, status: int, code: str
    ) -> None:
        response = await self.send(staff, customer["id"], [("a.jpg", jpeg())], document_type)

        assert response.status_code == status
        assert re.search(rf'"code":\s*"{re.escape(code)}"', response.text)

    async def test_an_unknown_customer_is_not_found(self, staff: AsyncClient) -> None:
        response = await self.send(staff, "00000000-0000-7000-8000-000000000000", [("a.jpg", jpeg())])

        assert response.status_code == 404
