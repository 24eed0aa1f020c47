"""What people see of a document: pictures of its pages, and the original bytes."""

import hashlib
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response
from PIL import Image
from sqlalchemy import text

from backend.app import create_app
from backend.config import Settings
from backend.domains.documents.models import Processing
from backend.domains.documents.service import pictures
from backend.jobs import HANDLERS
from backend.kit import clock
from backend.kit.db.session import Database
from backend.kit.files.errors import ChildEnded, FileRefused, Refusal
from backend.kit.jobs import work
from tests.audit.factories import entries_of
from tests.conftest import client_of
from tests.customers.factories import create_customer
from tests.documents.factories import add_document, create_document, jpeg, path_of, render, stored_keys
from tests.kit.files import corpus

Customer = dict[str, Any]
Document = dict[str, Any]
# The browser runs nothing of what somebody uploaded, whatever it holds.
SAFE = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-store",
}


async def content(client: AsyncClient, document: Document, **query: Any) -> Response:
    headers = {"Range": query.pop("range_")} if "range_" in query else {}
    return await client.get(f"/documents/{document['id']}/content", params=query, headers=headers)


def code_of(response: Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def processing(client: AsyncClient, document: Document) -> str:
    state: str = (await client.get(f"/documents/{document['id']}")).json()["processing"]
    return state


async def test_pictures_come_when_the_job_has_run(
    staff: AsyncClient, customer: Customer, database: Database
) -> None:
    document = await create_document(staff, customer["id"], content=corpus.baseline_jpeg())
    for variant in ("thumbnail", "preview"):
        assert code_of(await content(staff, document, variant=variant)) == (409, "document.processing")
    before = (await staff.get(f"/documents/{document['id']}")).json()

    await render(database, document["id"])

    after = (await staff.get(f"/documents/{document['id']}")).json()
    assert after["processing"] == "ready"
    assert after["version"] > before["version"]
    for variant, longest in (("thumbnail", 320), ("preview", 2000)):
        response = await content(staff, document, variant=variant)
        assert response.status_code == 200
        assert response.headers["content-type"] == "image/webp"
        assert {name: response.headers[name] for name in SAFE} == SAFE
        assert response.headers["content-disposition"].startswith("inline; ")
        picture = Image.open(io.BytesIO(response.content))
        assert picture.format == "WEBP"
        assert max(picture.size) <= longest
    # The preview is what there is without asking.
    assert (await content(staff, document)).content == response.content


async def test_a_small_thumbnail_of_a_large_photo(
    staff: AsyncClient, customer: Customer, database: Database
) -> None:
    document = await create_document(staff, customer["id"], content=corpus.jpeg_of_12_megapixels())
    await render(database, document["id"])

    sizes = {}
    for variant in ("thumbnail", "preview"):
        response = await content(staff, document, variant=variant)
        sizes[variant] = Image.open(io.BytesIO(response.content)).size

    assert sizes == {"thumbnail": (320, 240), "preview": (2000, 1500)}


async def test_each_page_of_a_pdf_has_its_pictures(
    staff: AsyncClient, customer: Customer, database: Database
) -> None:
    document = await create_document(staff, customer["id"], "bank_statement", corpus.scanned_pdf())
    await render(database, document["id"])

    for page in (1, 2):
        assert (await content(staff, document, page=page)).status_code == 200
    assert code_of(await content(staff, document, page=3)) == (404, "document.no_such_page")
    assert {key for key in await stored_keys() if key.startswith(document["id"])} == {
        f"{document['id']}/{name}"
        for name in ("original", "1-preview.webp", "1-thumbnail.webp", "2-preview.webp", "2-thumbnail.webp")
    }


@pytest.mark.parametrize("query", [{"page": 0}, {"page": "x"}, {"page": -1}, {"variant": "huge"}])
async def test_a_wrong_parameter_is_named(
    staff: AsyncClient, customer: Customer, query: dict[str, Any]
) -> None:
    document = await create_document(staff, customer["id"])

    response = await content(staff, document, **query)

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == list(query)


class TestOriginal:
    async def test_it_is_byte_identical_and_a_download(
        self, staff: AsyncClient, auditor: AsyncClient, customer: Customer, database: Database
    ) -> None:
        sent = corpus.jpeg_with_place_and_time()
        document = await create_document(staff, customer["id"], content=sent)
        await render(database, document["id"])

        response = await content(auditor, document, variant="original")

        assert response.status_code == 200
        assert response.content == sent
        assert hashlib.sha256(response.content).hexdigest() == document["sha256"]
        assert response.headers["content-type"] == "image/jpeg"
        assert response.headers["accept-ranges"] == "bytes"
        assert {name: response.headers[name] for name in SAFE} == SAFE
        name = "%E8%AF%81%E4%BB%B6.jpg"
        assert response.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"

    async def test_taking_it_is_kept_in_the_audit_trail(
        self, staff: AsyncClient, auditor: AsyncClient, customer: Customer, database: Database
    ) -> None:
        document = await create_document(staff, customer["id"])
        await content(auditor, document, variant="original")

        [entry] = await entries_of(database, "document.download")

        assert (entry.actor_name, entry.details) == ("测试 auditor", {"sha256": document["sha256"]})

    @pytest.mark.parametrize(
        ("asked", "status", "part"),
        [
            ("bytes=0-9", 206, slice(0, 10)),
            ("bytes=10-19", 206, slice(10, 20)),
            ("bytes=100-", 206, slice(100, None)),
            ("bytes=-7", 206, slice(-7, None)),
            ("bytes=0-99999999", 206, slice(None)),
            ("bytes=99999999-", 416, None),
        ],
    )
    async def test_a_range_of_it(
        self, staff: AsyncClient, customer: Customer, *, asked: str, status: int, part: slice | None
    ) -> None:
        sent = jpeg()
        document = await create_document(staff, customer["id"], content=sent)

        response = await content(staff, document, variant="original", range_=asked)

        assert response.status_code == status
        if part is None:
            assert response.headers["content-range"] == f"bytes */{len(sent)}"
        else:
            assert response.content == sent[part]
            first, last, _ = part.indices(len(sent))
            assert response.headers["content-range"] == f"bytes {first}-{last - 1}/{len(sent)}"
            assert {name: response.headers[name] for name in SAFE} == SAFE

    async def test_it_is_there_before_and_without_pictures_and_in_the_trash(
        self, staff: AsyncClient, customer: Customer
    ) -> None:
        document = await create_document(staff, customer["id"])
        await staff.delete(f"/documents/{document['id']}")

        assert (await content(staff, document, variant="original")).status_code == 200

    async def test_nginx_sends_it_when_told(
        self, staff: AsyncClient, customer: Customer, database: Database, settings: Settings
    ) -> None:
        document = await create_document(staff, customer["id"])
        await render(database, document["id"])
        behind_nginx = settings.model_copy(update={"accel_redirect_prefix": "/protected-files/"})
        async with client_of(create_app(behind_nginx, database)) as client:
            client.headers["authorization"] = staff.headers["authorization"]
            original = await content(client, document, variant="original")
            thumbnail = await content(client, document, variant="thumbnail")

        assert original.headers["x-accel-redirect"] == f"/protected-files/{document['id']}/original"
        assert thumbnail.headers["x-accel-redirect"] == f"/protected-files/{document['id']}/1-thumbnail.webp"
        for response, media_type in ((original, "image/jpeg"), (thumbnail, "image/webp")):
            assert response.content == b""
            assert response.headers["content-type"] == media_type
            assert {name: response.headers[name] for name in SAFE} == SAFE


class TestJob:
    async def test_running_again_changes_nothing(
        self, staff: AsyncClient, customer: Customer, database: Database
    ) -> None:
        document = await create_document(staff, customer["id"])
        await render(database, document["id"])
        before = (await staff.get(f"/documents/{document['id']}")).json()

        await render(database, document["id"])

        assert (await staff.get(f"/documents/{document['id']}")).json() == before

    async def test_a_document_that_is_gone_is_no_error(self, database: Database) -> None:
        await render(database, "00000000-0000-7000-8000-000000000000")

    async def test_a_file_that_is_refused_fails_at_once(
        self, staff: AsyncClient, customer: Customer, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def refuse(*_: Any, **__: Any) -> None:
            raise FileRefused(Refusal.UNREADABLE, "The file cannot be read.")

        monkeypatch.setattr(pictures, "render_variants", refuse)
        document = await create_document(staff, customer["id"])

        await render(database, document["id"])

        assert await processing(staff, document) == "failed"
        assert code_of(await content(staff, document)) == (409, "document.no_picture")
        assert (await content(staff, document, variant="original")).status_code == 200

    @pytest.mark.parametrize(("is_last_try", "state"), [(False, "queued"), (True, "failed")])
    async def test_another_failure_counts_at_the_last_try(
        self, staff: AsyncClient, customer: Customer, database: Database, *, is_last_try: bool, state: str
    ) -> None:
        document = await create_document(staff, customer["id"])
        path_of(f"{document['id']}/original").unlink()

        with pytest.raises(FileNotFoundError):
            await render(database, document["id"], is_last_try=is_last_try)

        assert await processing(staff, document) == state

    async def test_a_child_that_was_killed_says_nothing_about_the_file(
        self, staff: AsyncClient, customer: Customer, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def end(*_: Any, **__: Any) -> None:
            raise ChildEnded("The file takes too long to open.")

        document = await create_document(staff, customer["id"])
        with monkeypatch.context() as busy:
            busy.setattr(pictures, "render_variants", end)
            for is_last_try, state in ((False, "queued"), (True, "failed")):
                with pytest.raises(ChildEnded):
                    await render(database, document["id"], is_last_try=is_last_try)
                assert await processing(staff, document) == state

        await render(database, document["id"])

        assert await processing(staff, document) == "ready"

    async def test_what_failed_is_drawn_again_for_a_day(
        self, staff: AsyncClient, customer: Customer, database: Database
    ) -> None:
        since = {"failed": timedelta(hours=23), "long_failed": timedelta(hours=25)}
        ids = {
            name: await add_document(
                database, customer, processing=Processing.FAILED, created_at=clock.now() - age
            )
            for name, age in since.items()
        }
        await create_document(staff, customer["id"])
        async with database.transaction() as session:
            await session.execute(text("DELETE FROM pgqueuer"))

        await pictures.draw_again(database)

        async with database.reading() as session:
            queued = (await session.scalars(text("SELECT payload FROM pgqueuer"))).all()
        assert [json.loads(payload) for payload in queued] == [{"document_id": ids["failed"]}]

    async def test_a_failed_document_is_drawn_when_its_job_is_sent_again(
        self, staff: AsyncClient, customer: Customer, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        document = await create_document(staff, customer["id"])
        with monkeypatch.context() as broken:
            broken.setattr(pictures, "render_variants", _break)
            with pytest.raises(OSError, match="disk"):
                await render(database, document["id"], is_last_try=True)

        await render(database, document["id"])

        assert await processing(staff, document) == "ready"


async def _break(*_: Any, **__: Any) -> None:
    raise OSError("disk")


async def test_the_worker_draws_what_was_uploaded(
    live_database: Database, settings: Settings, tokens: dict[str, str]
) -> None:
    async with client_of(create_app(settings, live_database), tokens["staff"]) as client:
        customer = await create_customer(client)
        image = await create_document(client, customer["id"])
        pdf = await create_document(client, customer["id"], "other", corpus.scanned_pdf())

        await work(live_database, HANDLERS, {}, until_empty=True)

        assert await processing(client, image) == "ready"
        assert (await content(client, image, variant="thumbnail")).status_code == 200
        assert (await content(client, pdf, variant="thumbnail", page=2)).status_code == 200
