"""Taking one file in, once."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import func, select, text

from backend.app import create_app
from backend.config import Settings
from backend.domains.audit.repository import AuditRepository
from backend.domains.documents.models import Document
from backend.domains.documents.service.upload import clean_filename
from backend.kit.db.session import Database
from backend.kit.files.room import UploadRoom
from tests.audit.factories import entries_of
from tests.conftest import client_of
from tests.customers.factories import create_customer, set_columns
from tests.documents.factories import (
    add_document,
    complete_case,
    create_document,
    files_in,
    jpeg,
    path_of,
    recount,
    stored_keys,
    upload,
)
from tests.identity.factories import user_id_of
from tests.kit.files import corpus

Customer = dict[str, Any]


async def count_documents(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Document)) or 0


async def queued_jobs(database: Database) -> int:
    async with database.reading() as session:
        return (
            await session.scalar(text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'documents.render'"))
            or 0
        )


@pytest.mark.parametrize(
    ("make", "filename", "content_type", "facts"),
    [
        (corpus.baseline_jpeg, "证件.jpg", "image/jpeg", (1, 640, 400)),
        (lambda: corpus.oriented(6), "竖拍.jpeg", "image/jpeg", (1, 640, 400)),
        (corpus.plain_png, "截图.png", "image/png", (1, 640, 400)),
        (corpus.lossy_webp, "照片.webp", "image/webp", (1, 640, 400)),
        (corpus.heic_photo, "IMG_0001.HEIC", "image/heic", (1, 640, 400)),
        (corpus.pdf_of_20_pages, "银行流水.pdf", "application/pdf", (20, 300, 300)),
        (corpus.plain_png, "真的是图片.pdf", "image/png", (1, 640, 400)),
        (corpus.pdf_of_20_pages, "没有后缀", "application/pdf", (20, 300, 300)),
    ],
)
async def test_every_accepted_kind_is_recognised_by_its_bytes(
    staff: AsyncClient,
    customer: Customer,
    *,
    make: Any,
    filename: str,
    content_type: str,
    facts: tuple[int, ...],
) -> None:
    content = make()

    response = await upload(
        staff, customer["id"], "bank_statement", content, filename=filename, media_type="text/html"
    )

    assert response.status_code == 201, response.text
    document = response.json()
    assert document["content_type"] == content_type
    assert (document["page_count"], document["width"], document["height"]) == facts
    assert document["filename"] == filename
    assert document["size"] == len(content)
    assert document["sha256"] == hashlib.sha256(content).hexdigest()


async def test_an_upload_answers_the_document(
    staff: AsyncClient, customer: Customer, database: Database
) -> None:
    content = jpeg()

    response = await upload(staff, customer["id"], "income_proof", content)

    document = response.json()
    assert response.headers["location"] == f"/api/v1/documents/{document['id']}"
    assert response.headers["etag"] == '"1"'
    assert "kehui-duplicate" not in response.headers
    expected = {
        "customer_id": customer["id"],
        "customer_no": customer["customer_no"],
        "customer_name": customer["name"],
        "document_type": "income_proof",
        "review_status": "pending",
        "processing": "queued",
        "uploaded_by": {"id": await user_id_of(staff), "display_name": "测试 staff"},
        "reviewed_by": None,
        "deleted_at": None,
        "can": ["delete"],
    }
    assert {name: document[name] for name in expected} == expected
    assert (await staff.get(f"/documents/{document['id']}")).json() == document
    assert path_of(f"{document['id']}/original").read_bytes() == content
    assert await queued_jobs(database) == 1
    [entry] = await entries_of(database, "document.upload")
    assert entry.details["sha256"] == document["sha256"]


async def test_the_file_fills_up_with_each_upload(staff: AsyncClient, customer: Customer) -> None:
    path = f"/customers/{customer['id']}"
    shares = []
    for code in ("id_card_front", "id_card_front", "other", "id_card_back"):
        await create_document(staff, customer["id"], code)
        shares.append((await staff.get(path)).json()["progress"]["uploaded_pct"])

    assert shares == [20, 20, 20, 40]


class TestSameBytes:
    async def test_for_the_same_customer_and_type_they_are_the_document_that_is_there(
        self, staff: AsyncClient, auditor: AsyncClient, customer: Customer, database: Database
    ) -> None:
        content = jpeg()
        first = await create_document(staff, customer["id"], content=content)
        keys = await stored_keys()

        again = await upload(staff, customer["id"], content=content, filename="另一个名字.jpg")

        assert again.status_code == 200
        assert again.headers["kehui-duplicate"] == "true"
        assert again.headers["etag"] == f'"{first["version"]}"'
        assert again.json() == first
        assert await count_documents(database) == 1
        assert await stored_keys() == keys
        # Judged meanwhile, it is still the same document.
        await auditor.post(f"/documents/{first['id']}/accept")
        assert (await upload(staff, customer["id"], content=content)).json()["review_status"] == "accepted"

    async def test_for_another_type_or_customer_they_are_a_new_document(
        self, staff: AsyncClient, customer: Customer
    ) -> None:
        content = jpeg()
        other = await create_customer(staff)

        documents = [
            await create_document(staff, customer["id"], "id_card_front", content),
            await create_document(staff, customer["id"], "other", content),
            await create_document(staff, other["id"], "id_card_front", content),
        ]

        assert len({document["id"] for document in documents}) == 3
        assert len({document["sha256"] for document in documents}) == 1

    async def test_the_trash_does_not_count(self, staff: AsyncClient, customer: Customer) -> None:
        content = jpeg()
        deleted = await create_document(staff, customer["id"], content=content)
        await staff.delete(f"/documents/{deleted['id']}")

        anew = await create_document(staff, customer["id"], content=content)

        assert anew["id"] != deleted["id"]
        refused = await staff.post(f"/documents/{deleted['id']}/restore")
        assert (refused.status_code, refused.json()["code"]) == (409, "document.duplicate")

    async def test_sent_at_the_same_time_they_make_one_document(
        self, live_database: Database, settings: Settings, tokens: dict[str, str]
    ) -> None:
        content = jpeg()
        async with client_of(create_app(settings, live_database), tokens["staff"]) as client:
            customer = await create_customer(client)
            answers = await asyncio.gather(
                *(upload(client, customer["id"], content=content) for _ in range(4))
            )

        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
        [document_id] = {answer.json()["id"] for answer in answers}
        assert {key for key in await stored_keys() if key.startswith(document_id)} == {
            f"{document_id}/original"
        }
        assert await count_documents(live_database) == 1


class TestIdempotencyKey:
    async def test_a_repeated_upload_gets_the_first_answer(
        self, staff: AsyncClient, customer: Customer, database: Database
    ) -> None:
        content, headers = jpeg(), {"Idempotency-Key": "one"}
        first = await upload(staff, customer["id"], content=content, headers=headers)

        second = await upload(staff, customer["id"], content=content, headers=headers)

        assert (second.status_code, second.content) == (201, first.content)
        assert second.headers["idempotent-replay"] == "true"
        assert second.headers["location"] == first.headers["location"]
        assert await count_documents(database) == 1

    @pytest.mark.parametrize("other", ["file", "type", "customer"])
    async def test_another_upload_under_the_same_key_is_refused_and_leaves_nothing(
        self, staff: AsyncClient, customer: Customer, database: Database, other: str
    ) -> None:
        content, headers = jpeg(), {"Idempotency-Key": "one"}
        another = await create_customer(staff)
        await upload(staff, customer["id"], content=content, headers=headers)
        keys = await stored_keys()

        response = await upload(
            staff,
            another["id"] if other == "customer" else customer["id"],
            "other" if other == "type" else "id_card_front",
            jpeg() if other == "file" else content,
            headers=headers,
        )

        assert (response.status_code, response.json()["code"]) == (422, "idempotency.key_reused")
        assert await count_documents(database) == 1
        assert await stored_keys() == keys


NAMES = [
    ("证件.jpg", "证件.jpg"),
    ("../../etc/passwd", "passwd"),
    ("C:\\Windows\\证件.jpg", "证件.jpg"),
    ("/etc/shadow", "shadow"),
    ("..", "document.jpg"),
    ("...", "document.jpg"),
    ("", "document.jpg"),
    (None, "document.jpg"),
    (" .证件.jpg. ", "证件.jpg"),
    ("a\x00b.jpg", "ab.jpg"),
    ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie: x=1.jpg"),
    ("照片\u202egpj.exe", "照片gpj.exe"),
    ("a\u200bb\ufeff.jpg", "ab.jpg"),
    ("e\u0301.jpg", "é.jpg"),
    ("<img src=x onerror=alert(1)>.jpg", "<img src=x onerror=alert(1)>.jpg"),
    ('"; filename="x.exe', '"; filename="x.exe'),
    ("%2e%2e%2fpasswd", "%2e%2e%2fpasswd"),
    ("'; DROP TABLE documents; --.pdf", "'; DROP TABLE documents; --.pdf"),
    ("CON.jpg", "CON.jpg"),
    ("📷.jpg", "📷.jpg"),
    ("长" * 300 + ".jpg", "长" * 180 + ".jpg"),
    ("长" * 300, "长" * 200),
]


@pytest.mark.parametrize(("sent", "kept"), NAMES)
def test_a_file_name_is_kept_as_harmless_text(sent: str | None, kept: str) -> None:
    assert clean_filename(sent, "jpg") == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("<img src=x onerror=alert(1)>.jpg", "<img src=x onerror=alert(1)>.jpg"),
        ("照片\u202egpj.exe", "照片gpj.exe"),
        ("长" * 300 + ".jpg", "长" * 180 + ".jpg"),
    ],
)
async def test_a_hostile_file_name_names_no_object_and_breaks_no_header(
    staff: AsyncClient, customer: Customer, sent: str, kept: str
) -> None:
    document = (await upload(staff, customer["id"], filename=sent)).json()

    assert document["filename"] == kept
    assert {key for key in await stored_keys() if document["id"] in key} == {f"{document['id']}/original"}
    original = await staff.get(f"/documents/{document['id']}/content", params={"variant": "original"})
    disposition = original.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''")
    assert disposition.isascii()
    assert unquote(disposition.partition("''")[2]) == kept
    assert not set(disposition.partition("''")[2]) & set("\"'<>;\r\n /\\")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"customer_id": "x"}, "customer_id"),
        ({"customer_id": None}, "customer_id"),
        ({"document_type": None}, "document_type"),
        ({"document_type": "../x"}, "document_type"),
        ({"document_type": "no_such_type"}, "document_type"),
        ({"file": None}, "file"),
    ],
)
async def test_a_wrong_or_missing_field_is_named(
    staff: AsyncClient, customer: Customer, fields: dict[str, str | None], wrong: str
) -> None:
    data = {"customer_id": customer["id"], "document_type": "other", **fields}
    files = {} if "file" in fields else {"file": ("a.jpg", jpeg(), "image/jpeg")}

    response = await staff.post(
        "/documents/upload",
        data={name: value for name, value in data.items() if value is not None},
        files=files or {"picture": ("a.jpg", jpeg(), "image/jpeg")},
    )

    assert response.status_code == 422, response.text
    assert [error["field"] for error in response.json()["errors"]] == [wrong]


async def test_an_unknown_customer_is_not_found(staff: AsyncClient) -> None:
    response = await upload(staff, "00000000-0000-7000-8000-000000000000")

    assert response.status_code == 404


async def test_an_upload_that_finds_no_room_is_asked_to_come_again(
    app: FastAPI, staff: AsyncClient, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.state._state, "upload_room", UploadRoom(total=100))

    response = await upload(staff, customer["id"])

    assert (response.status_code, response.json()["code"]) == (503, "server.busy")
    assert "retry-after" in response.headers


async def test_a_stranger_takes_no_room(
    app: FastAPI, anonymous: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.state._state, "upload_room", UploadRoom(total=100))

    response = await upload(anonymous, "00000000-0000-7000-8000-000000000000")

    assert response.status_code == 401


class TestPlaces:
    async def test_a_type_takes_as_many_files_as_it_says(
        self, staff: AsyncClient, customer: Customer, database: Database
    ) -> None:
        for _ in range(3):
            await add_document(database, customer)

        response = await upload(staff, customer["id"])

        assert (response.status_code, response.json()["code"]) == (409, "document.too_many_files")
        assert response.json()["max_files"] == 3

    @pytest.mark.parametrize(
        "room", [{"review_status": "rejected"}, {"deleted_at": "now"}, {"document_type": "id_card_back"}]
    )
    async def test_rejected_and_deleted_files_and_other_types_take_no_place(
        self, staff: AsyncClient, customer: Customer, database: Database, room: dict[str, Any]
    ) -> None:
        for _ in range(3):
            document_id = await add_document(database, customer)
        async with database.transaction() as session:
            document = await session.get_one(Document, UUID(document_id))
            if "deleted_at" in room:
                document.deleted_at = document.created_at
            else:
                ((name, value),) = room.items()
                setattr(document, name, value)

        assert (await upload(staff, customer["id"])).status_code == 201

    async def test_a_type_takes_only_its_kinds_of_file(
        self, admin: AsyncClient, staff: AsyncClient, customer: Customer
    ) -> None:
        current = (await admin.get("/documents/types/bank_statement")).json()
        changed = {name: value for name, value in current.items() if name not in {"code", "version"}}
        response = await admin.put(
            "/documents/types/bank_statement",
            json={**changed, "allowed_kinds": ["pdf"]},
            headers={"If-Match": f'"{current["version"]}"'},
        )
        assert response.status_code == 200
        keys = await stored_keys()

        refused = await upload(staff, customer["id"], "bank_statement")

        assert (refused.status_code, refused.json()["code"]) == (415, "document.kind_not_allowed")
        assert await stored_keys() == keys
        taken = await upload(staff, customer["id"], "bank_statement", corpus.pdf_of_20_pages())
        assert taken.status_code == 201


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("pending", None),
        ("complete", None),
        ("reviewing", None),
        ("approved", "document.case_closed"),
        ("rejected", "document.case_closed"),
    ],
)
async def test_a_decided_case_takes_no_documents(
    staff: AsyncClient, customer: Customer, database: Database, status: str, code: str | None
) -> None:
    await set_columns(database, customer["id"], status=status)
    offered = (await staff.get(f"/customers/{customer['id']}")).json()["can"]
    keys = await stored_keys()

    response = await upload(staff, customer["id"])

    if code is None:
        assert response.status_code == 201
        assert "upload" in offered
    else:
        assert (response.status_code, response.json()["code"], response.json()["case_status"]) == (
            409,
            code,
            status,
        )
        assert await stored_keys() == keys
        assert "upload" not in offered


async def test_a_request_that_fails_at_its_very_end_leaves_no_bytes(
    staff: AsyncClient,
    customer: Customer,
    database: Database,
    temporary_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The audit trail is written as the last thing before the commit."""
    keys = await stored_keys()

    async def fail(_self: AuditRepository, _rows: Any) -> None:
        raise OSError

    monkeypatch.setattr(AuditRepository, "append", fail)

    one = await upload(staff, customer["id"])
    files = [("files", ("a.jpg", jpeg(), "image/jpeg"))]
    data = {"customer_id": customer["id"], "document_type": "other"}
    batch = await staff.post("/documents/batch-upload", data=data, files=files)

    assert one.status_code == 500
    assert batch.json()["results"][0]["error"]["code"] == "server.busy"
    assert await stored_keys() == keys
    assert await count_documents(database) == 0
    assert files_in(temporary_folder) == []


async def test_uploads_from_two_devices_at_the_same_time_both_count(
    live_database: Database, settings: Settings, tokens: dict[str, str]
) -> None:
    async with client_of(create_app(settings, live_database), tokens["staff"]) as client:
        customer = await create_customer(client)
        codes = ("id_card_front", "id_card_back", "income_proof", "bank_statement", "credit_report")
        await asyncio.gather(*(create_document(client, customer["id"], code) for code in codes))
        filled = (await client.get(f"/customers/{customer['id']}")).json()

    assert (filled["progress"]["uploaded_pct"], filled["status"]) == (100, "complete")


async def test_counts_made_anew_are_the_same(
    staff: AsyncClient, customer: Customer, database: Database
) -> None:
    await complete_case(staff, customer["id"])
    before = (await staff.get(f"/customers/{customer['id']}")).json()

    await recount(database, customer["id"])

    assert (await staff.get(f"/customers/{customer['id']}")).json() == before
