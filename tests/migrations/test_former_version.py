"""What people had in the former version means the same in this one.

Compared is what the API and the services say today with the rows of then, never a column of today.
"""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text

from backend.app import create_app
from backend.cli import alembic_config
from backend.config import Settings
from backend.development.postgres import EmbeddedServer
from backend.domains.audit import service as audit
from backend.domains.audit.service.chain import seal, verify
from backend.domains.cases.states import CaseAction
from backend.domains.customers.schemas import RevealRequest
from backend.domains.customers.service.reveal import reveal
from backend.jobs import HANDLERS
from backend.kit.auth import Actor
from backend.kit.db.numbering import next_number
from backend.kit.db.session import Database
from backend.kit.jobs import work
from backend.kit.realtime.feed import BEGINNING, LiveEvent, Position, publish, read_after
from backend.permissions import DEFAULT_GRANTS
from backend.seeds import seed
from tests.conftest import client_of
from tests.identity.factories import refresh, sign_in
from tests.migrations import former

FORMER = "kehui_former"
LIVE = "kehui_upgraded_live"
FORMER_PRESETS = (
    *("id_card_front", "id_card_back", "income_proof", "bank_statement", "property_proof"),
    *("credit_report", "household_register", "marriage_certificate", "other"),
)
TAKEN_AWAY = ("staff", "customers:archive")
ACTIVE = ("admin", "staff", "staff2", "staff3", "auditor", "auditor2", "Former.Both")
DISABLED = "former-gone"
PASSWORD_OF = {"Former.Both": "four calm herons", DISABLED: "four calm herons"}
# What people typed or the system found out once; shown as it is.
FIELDS = (
    *("customer_no", "kind", "name", "phone", "landline", "fax", "email", "website", "area", "address"),
    *("postal_code", "level", "satisfaction", "credit_rating", "remark", "bank_name", "sex", "birth_date"),
    *("unified_social_credit_code", "legal_representative", "registered_capital", "annual_turnover"),
    *("business_license_no", "local_tax_no", "national_tax_no", "status", "rejected_final", "version"),
)
DOCUMENT_FIELDS = (
    *("id", "customer_id", "document_type", "filename", "content_type", "size", "sha256", "page_count"),
    *("width", "height", "processing", "review_status", "reason_code", "message", "version"),
)


def _config(postgres: EmbeddedServer, name: str) -> Config:
    config = alembic_config()
    config.set_main_option("sqlalchemy.url", postgres.url(name).replace("%", "%%"))
    return config


@pytest.fixture(scope="session")
async def upgraded_template(postgres: EmbeddedServer, tokens: dict[str, str]) -> str:
    """Upgrade the former version's database, in which an administrator took a grant away; returns its name."""
    del tokens
    postgres.ensure_database(FORMER)
    config = _config(postgres, FORMER)
    await asyncio.to_thread(command.upgrade, config, former.REVISION)
    database = Database(postgres.url(FORMER))
    async with database.transaction() as session:
        await former.load(session)
    async with database.transaction() as session:
        await session.execute(
            text(
                "DELETE FROM role_permissions USING roles"
                " WHERE role_id = roles.id AND code = :code AND permission = :permission"
            ),
            dict(zip(("code", "permission"), TAKEN_AWAY, strict=True)),
        )
    await asyncio.to_thread(command.upgrade, config, "head")
    async with database.transaction() as session:
        await seed(session)
    await database.close()
    return FORMER


@pytest.fixture(scope="session")
async def shared_upgraded(postgres: EmbeddedServer, upgraded_template: str) -> AsyncIterator[Database]:
    """The copy on which tests run that leave nothing."""
    postgres.create_database("kehui_upgraded", template=upgraded_template)
    database = Database(postgres.url("kehui_upgraded"))
    yield database
    await database.close()


@pytest.fixture
async def upgraded(shared_upgraded: Database) -> AsyncIterator[Database]:
    """The upgraded database, in which nothing this test does remains."""
    async with shared_upgraded.engine.connect() as connection:
        transaction = await connection.begin()
        shared_upgraded.bind_to(connection)
        yield shared_upgraded
        await transaction.rollback()


@pytest.fixture
async def live_upgraded(postgres: EmbeddedServer, upgraded_template: str) -> AsyncIterator[Database]:
    """A copy of the upgraded database for this test alone, with real commits."""
    postgres.create_database(LIVE, template=upgraded_template)
    database = Database(postgres.url(LIVE))
    yield database
    await database.close()
    postgres.drop_database(LIVE)


@pytest.fixture
def app(settings: Settings, upgraded: Database) -> FastAPI:
    """The application of today on what is left of then."""
    return create_app(settings, upgraded)


async def _signed_in(app: FastAPI, anonymous: AsyncClient, username: str) -> AsyncIterator[AsyncClient]:
    answer = await sign_in(anonymous, username, former.PASSWORD)
    async with client_of(app, answer.json()["access_token"]) as client:
        yield client


@pytest.fixture
async def staff(app: FastAPI, anonymous: AsyncClient) -> AsyncIterator[AsyncClient]:
    """A clerk of then, signed in."""
    async for client in _signed_in(app, anonymous, "staff"):
        yield client


@pytest.fixture
async def auditor(app: FastAPI, anonymous: AsyncClient) -> AsyncIterator[AsyncClient]:
    """An auditor of then, signed in."""
    async for client in _signed_in(app, anonymous, "auditor"):
        yield client


@pytest.fixture
async def admin(app: FastAPI, anonymous: AsyncClient) -> AsyncIterator[AsyncClient]:
    """The administrator of then, signed in."""
    async for client in _signed_in(app, anonymous, "admin"):
        yield client


async def _get(client: AsyncClient, path: str, **query: Any) -> Any:
    response = await client.get(path, params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def _all(client: AsyncClient, path: str, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    while True:
        page = await _get(client, path, **query, limit=100, page=len(items) // 100 + 1)
        items += page["items"]
        if len(items) >= page["total"] or not page["items"]:
            return items


def _plain(value: Any) -> Any:
    """Make values comparable that a row and an answer spell differently."""
    if isinstance(value, str) and "T" in value:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, bool) or value is None:
        return value
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return value


def _plainly(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(row[name]) for name in names}


def _grants_of_then(role: str) -> dict[str, str]:
    ids = {row["code"]: row["id"] for row in former.rows("roles")}
    return {
        row["permission"]: row["scope"]
        for row in former.rows("role_permissions")
        if row["role_id"] == ids[role]
    }


def _grants_of_now(role: str) -> dict[str, str]:
    """Return what a role of then should permit: what is left to it, and what only this version knows."""
    then = _grants_of_then(role)
    new = {
        str(permission): scope.value
        for permission, scope in DEFAULT_GRANTS[role].items()
        if permission not in then
    }
    return {permission: scope for permission, scope in then.items() if (role, permission) != TAKEN_AWAY} | new


async def test_people_sign_in_as_before_and_may_do_what_they_might(
    anonymous: AsyncClient, admin: AsyncClient
) -> None:
    users = {row["username"]: row for row in former.rows("users")}
    roles = {row["id"]: row["code"] for row in former.rows("roles")}
    roles_of = defaultdict(set)
    for row in former.rows("user_roles"):
        roles_of[row["user_id"]].add(roles[row["role_id"]])
    assert users.keys() == {*ACTIVE, DISABLED}

    listed = {user["username"]: user for user in await _all(admin, "/users")}
    assert listed.keys() == users.keys()
    for username, then in users.items():
        assert set(listed[username]["roles"]) == roles_of[then["id"]]
        names = ("id", "display_name", "phone", "email", "is_active", "created_at")
        assert _plainly(listed[username], names) == _plainly(then, names)

    for username in ACTIVE:
        answer = await sign_in(anonymous, username, PASSWORD_OF.get(username, former.PASSWORD))
        assert answer.status_code == 200, answer.text
        expected = {
            permission for role in roles_of[users[username]["id"]] for permission in _grants_of_now(role)
        }
        assert set(answer.json()["user"]["permissions"]) == expected
    assert (await sign_in(anonymous, DISABLED, PASSWORD_OF[DISABLED])).status_code == 401


async def test_a_grant_that_was_taken_away_stays_away_and_new_ones_arrive(admin: AsyncClient) -> None:
    roles = {role["code"]: set(role["permissions"]) for role in (await _get(admin, "/roles"))["items"]}

    assert roles == {role: set(_grants_of_now(role)) for role in DEFAULT_GRANTS}
    role, permission = TAKEN_AWAY
    assert permission in DEFAULT_GRANTS[role]
    assert permission not in roles[role]


async def test_whoever_was_signed_in_stays_signed_in(anonymous: AsyncClient) -> None:
    renewed = await refresh(anonymous, former.refresh_token())

    assert renewed.status_code == 200, renewed.text
    assert renewed.json()["user"]["username"] == "staff"


def _last_deed(customer_id: str) -> str | None:
    """Return what people last did with the case of then."""
    deeds = [
        row
        for row in former.rows("case_moves")
        if row["customer_id"] == customer_id and row["action"] in {*CaseAction}
    ]
    return max(deeds, key=lambda row: row["id"])["action"] if deeds else None


def _status_of_now(customer: dict[str, Any]) -> str:
    """Return the status that the former one means: a case that was returned has a word of its own."""
    returned = customer["status"] == "pending" and _last_deed(customer["id"]) == "return"
    return "returned" if returned else customer["status"]


async def test_returned_cases_are_told_apart_and_tell_who_returned_them(admin: AsyncClient) -> None:
    people = {row["id"]: row["display_name"] for row in former.rows("users")}
    cases = {case["customer"]["id"]: case for case in await _all(admin, "/cases", archived=True)}
    assert len(cases) == len(former.rows("customers"))

    told = set()
    for customer in former.rows("customers"):
        case = cases[customer["id"]]
        moves = sorted(
            (row for row in former.rows("case_moves") if row["customer_id"] == customer["id"]),
            key=lambda row: row["id"],
        )
        submissions = [row for row in moves if row["action"] == "submit"]
        assert _plain(case["submitted_at"]) == _plain(submissions[-1]["created_at"] if submissions else None)
        assert case["status"] == _status_of_now(customer)
        if case["returned"] is not None:
            last = [row for row in moves if row["action"] == "return"][-1]
            assert case["returned"]["by"]["display_name"] == people[last["actor_id"]]
            assert case["returned"]["reason"] == last["reason"]
            assert [item["document_type"] for item in case["returned"]["items"]] == last["document_types"]
            told.add(case["status"])
        assert (case["returned"] is not None) == (_status_of_now(customer) == "returned")
    assert told == {"returned"}


async def test_customers_keep_their_fields_their_status_and_their_people(admin: AsyncClient) -> None:
    names = {row["id"]: row["display_name"] for row in former.rows("users")}

    listed = [*await _all(admin, "/customers"), *await _all(admin, "/customers", archived=True)]
    assert {row["id"] for row in listed} == {row["id"] for row in former.rows("customers")}
    for then in former.rows("customers"):
        today = await _get(admin, f"/customers/{then['id']}")
        assert _plainly(today, FIELDS) == _plainly({**then, "status": _status_of_now(then)}, FIELDS)
        for name in ("created_at", "updated_at", "archived_at"):
            assert _plain(today[name]) == _plain(then[name])
        assert today["created_by"] == {
            "id": then["created_by_id"],
            "display_name": names[then["created_by_id"]],
        }
        assert (today["manager"] or {}).get("id") == then["manager_id"]
        progress = today["progress"]
        counts = (progress["required"], progress["uploaded"], progress["accepted"])
        assert counts == (then["required_count"], then["uploaded_count"], then["accepted_count"])


async def test_protected_values_open_as_before_and_are_masked_as_today(
    upgraded: Database, admin: AsyncClient
) -> None:
    masked = {row["id"]: row["id_number"] for row in await _all(admin, "/customers")}
    system = Actor.system("tests")
    opened = 0
    for row in former.rows("customers"):
        if row["archived_at"] is not None:
            continue
        clear = former.protected().get(row["customer_no"], {})
        async with upgraded.transaction() as session:
            for field, value in clear.items():
                body = RevealRequest.model_validate({"field": field, "reason": "核对"})
                assert (await reveal(session, system, UUID(row["id"]), body)).value == value
                opened += 1
        id_number = clear.get("id_number", "")
        assert masked[row["id"]] == (id_number[:3] + "*" * 11 + id_number[-4:] if id_number else None)
    assert opened > 100


async def test_an_id_number_is_still_known_as_somebodys(staff: AsyncClient) -> None:
    for row in former.rows("customers")[:10]:
        id_number = former.protected().get(row["customer_no"], {}).get("id_number")
        if id_number is None:
            continue
        body = {"kind": "person", "name": "另一人", "id_number": id_number}
        refused = await staff.post("/customers", json=body)
        assert refused.json()["code"] == "customer.duplicate_id_number"
        assert refused.json()["existing_customer_no"] == row["customer_no"]


async def test_customers_are_found_as_before(admin: AsyncClient) -> None:
    async def numbers_for(query: str) -> set[str]:
        return {row["customer_no"] for row in await _all(admin, "/customers", q=query)}

    by_name = {row["name"]: row for row in former.rows("customers") if row["archived_at"] is None}
    for row in by_name.values():
        assert row["customer_no"] in await numbers_for(row["name"])
        if clear := former.protected().get(row["customer_no"], {}).get("id_number"):
            assert row["customer_no"] in await numbers_for(clear[-4:])
    person, company = by_name["单雄"], by_name["仇氏电缆（苏州）有限公司"]
    for row, queries in (
        (person, ("shanxiong", "sx", "shan x", "雄", person["phone"], person["phone"][-4:])),
        (company, ("dianlan", "sz", "电缆", company["unified_social_credit_code"], company["customer_no"])),
    ):
        for query in queries:
            assert row["customer_no"] in await numbers_for(query), query


async def test_the_history_of_each_case_is_whole(admin: AsyncClient) -> None:
    moves: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(former.rows("case_moves"), key=lambda row: row["id"], reverse=True):
        moves[row["customer_id"]].append(row)
    names = ("id", "action", "reason", "document_types", "is_final", "created_at")

    for customer_id, then in moves.items():
        today = await _all(admin, f"/customers/{customer_id}/history")
        assert [_plainly(move, names) for move in today] == [_plainly(move, names) for move in then]
        for move, row in zip(today, then, strict=True):
            assert (move["from_status"], move["to_status"]) == (row["from_state"], row["to_state"])
            assert (move["actor"] or {}).get("id") == row["actor_id"]


async def test_checklists_count_as_before_and_ask_for_the_same(admin: AsyncClient) -> None:
    requirements = {
        (row["customer_id"], row["document_type"]): row for row in former.rows("case_requirements")
    }
    assert len(requirements) == 5

    found = {}
    for then in former.rows("customers"):
        checklist = await _get(admin, f"/customers/{then['id']}/completeness")
        counts = (checklist["required"], checklist["uploaded"], checklist["accepted"])
        assert counts == (then["required_count"], then["uploaded_count"], then["accepted_count"])
        for item in checklist["items"]:
            if (asked := item["requested"]) is not None:
                assert item["required"]
                found[then["id"], item["type"]["code"]] = asked
    assert found.keys() == requirements.keys()
    for key, asked in found.items():
        row = requirements[key]
        assert (asked["by"]["id"], asked["reason"]) == (row["requested_by_id"], row["reason"])
        assert _plain(asked["at"]) == _plain(row["requested_at"])


async def test_documents_keep_their_judgements_and_the_trash_its_content(admin: AsyncClient) -> None:
    archived = {row["id"] for row in former.rows("customers") if row["archived_at"] is not None}
    documents = {document["id"]: document for document in await _all(admin, "/documents")}
    trashed = {document["id"]: document for document in await _all(admin, "/documents", trashed=True)}
    for customer_id in archived:
        for item in (await _get(admin, f"/customers/{customer_id}/completeness"))["items"]:
            documents |= {document["id"]: document for document in item["documents"]}

    assert len(trashed) == 1
    assert len(documents) + len(trashed) == len(former.rows("documents"))
    for then in former.rows("documents"):
        today = (documents if then["deleted_at"] is None else trashed)[then["id"]]
        assert _plainly(today, DOCUMENT_FIELDS) == _plainly(then, DOCUMENT_FIELDS)
        assert today["uploaded_by"]["id"] == then["uploaded_by_id"]
        assert (today["reviewed_by"] or {}).get("id") == then["reviewed_by_id"]
        assert _plain(today["uploaded_at"]) == _plain(then["created_at"])
        assert _plain(today["reviewed_at"]) == _plain(then["reviewed_at"])


async def test_document_types_are_those_that_people_left_and_those_that_came(admin: AsyncClient) -> None:
    names = (
        "code",
        "name",
        "name_en",
        "hint",
        "is_active",
        "sort_order",
        "allowed_kinds",
        "max_files",
        "version",
    )
    today = {item["code"]: item for item in (await _get(admin, "/documents/types"))["items"]}

    then = {row["code"]: row for row in former.rows("document_types")}
    assert [_plainly(today[code], names) for code in then] == [_plainly(row, names) for row in then.values()]
    came = today.keys() - then.keys()
    assert "business_license" in came
    # What people had thrown away does not come back.
    assert came.isdisjoint(preset for preset in FORMER_PRESETS if preset not in then)


async def test_what_every_customer_needed_is_a_set_and_presets_wait(admin: AsyncClient) -> None:
    sets = (await _get(admin, "/requirement-sets"))["items"]

    everybody, *presets = sorted(sets, key=lambda found: found["sort_order"])
    assert (everybody["code"], everybody["is_active"]) == ("everybody", True)
    assert presets
    assert not any(found["is_active"] for found in presets)
    needed = {item["document_type"]: item["need"] for item in everybody["items"]}
    assert needed == {
        row["code"]: "required" if row["is_required"] else "optional" for row in former.rows("document_types")
    }
    customers = (await _get(admin, "/customers?limit=100"))["items"]
    required = {
        row["code"] for row in former.rows("document_types") if row["is_required"] and row["is_active"]
    }
    for customer in customers:
        checklist = await _get(admin, f"/customers/{customer['id']}/completeness")
        asked = {item["type"]["code"] for item in checklist["items"] if item["required"]}
        anew = {item["type"]["code"] for item in checklist["items"] if item["requested"]}
        assert asked - anew == required - anew


async def test_a_case_goes_on_where_it_stood(staff: AsyncClient, auditor: AsyncClient) -> None:
    complete = (await _all(staff, "/customers", status="complete"))[0]
    submitted = await staff.post(f"/customers/{complete['id']}/submit")
    returned = await auditor.post(f"/customers/{complete['id']}/return", json={"reason": "请补充"})

    assert (submitted.status_code, returned.status_code) == (200, 200)
    history = await _all(staff, f"/customers/{complete['id']}/history")
    assert [move["action"] for move in history[:2]] == ["return", "submit"]
    then = [row for row in former.rows("case_moves") if row["customer_id"] == complete["id"]]
    assert len(history) > len(then)


async def test_a_creation_that_was_answered_before_is_not_done_again(staff: AsyncClient) -> None:
    request = former.request()
    before = (await _get(staff, "/customers"))["total"]

    again = await staff.post("/customers", json=request["body"], headers={"Idempotency-Key": request["key"]})

    assert again.status_code < 500
    assert (await _get(staff, "/customers"))["total"] == before


async def test_the_feed_goes_on_from_any_position_of_then(live_upgraded: Database) -> None:
    then = [row["id"] for row in former.rows("event_feed")]
    async with live_upgraded.transaction() as session:
        publish(session, LiveEvent("test.happened", "", data={"customer_id": "new"}))

    async with live_upgraded.reading() as session:
        whole = await read_after(session, BEGINNING, limit=10_000)
        # A browser that was open during the upgrade asks with the plain number it was given.
        rest = await read_after(session, Position.parse(str(then[-3])), limit=10_000)

    of_then = {row["id"]: row for row in former.rows("event_feed")}
    assert [entry.id for entry in whole.entries][: len(then)] == then
    for entry in whole.entries[: len(then)]:
        assert entry.data.get("customer_id") == of_then[entry.id]["data"].get("customer_id")
        assert [str(owner) for owner in entry.owner_ids] == of_then[entry.id]["owner_ids"]
    assert [entry.id for entry in rest.entries][:2] == then[-2:]
    assert rest.entries[-1].data["customer_id"] == "new"


async def test_the_audit_trail_of_then_verifies_and_goes_on(live_upgraded: Database) -> None:
    async with live_upgraded.transaction() as session:
        audit.record(session, Actor.system("tests"), "test.happen", audit.Target("test", "1", "test"))
    async with live_upgraded.transaction() as session:
        sealed = await seal(session)

    then = former.rows("audit_entries")
    async with live_upgraded.transaction() as session:
        # No worker has noted the end of the chain yet, and from then on it has a minute for that.
        found = await verify(session, None, datetime.fromisoformat(then[-1]["at"]))
    # Seeding what this version brings may have left entries too.
    assert sealed >= 1
    assert found.count == len(then) + sealed
    assert (found.unsealed, found.faults) == (0, ())


async def test_numbers_go_on_without_a_clash(upgraded: Database) -> None:
    taken = {row["customer_no"] for row in former.rows("customers")}

    for series in former.rows("number_series"):
        day = date.fromisoformat(series["day"])
        async with upgraded.transaction() as session:
            number = await next_number(session, series["prefix"], day)
        assert number == f"{series['prefix']}{day:%Y%m%d}{series['last'] + 1:04d}"
        assert number not in taken


async def test_jobs_that_waited_are_done(live_upgraded: Database) -> None:
    def payload(row: dict[str, Any]) -> str:
        return bytes.fromhex(row["payload"].removeprefix("\\x")).decode()

    then = Counter((row["entrypoint"], payload(row)) for row in former.rows("pgqueuer"))
    queued = text("SELECT entrypoint, convert_from(payload, 'UTF8') FROM pgqueuer WHERE status = 'queued'")
    async with live_upgraded.reading() as session:
        today = Counter((name, payload) for name, payload in await session.execute(queued))
    assert {name for name, _ in then} <= HANDLERS.keys()
    assert then <= today

    documents = {row["id"] for row in former.rows("documents")}
    assert {
        json.loads(payload)["document_id"] for name, payload in then if name == "documents.render"
    } == documents
    recount = {"cases.recount": HANDLERS["cases.recount"]}
    await work(live_upgraded, recount, {}, until_empty=True)
    async with live_upgraded.reading() as session:
        left = [name for name, _ in await session.execute(queued)]
    assert "cases.recount" not in left
    assert left.count("documents.render") == len(documents)


async def test_the_upgrade_can_be_taken_back_with_all_rows(
    postgres: EmbeddedServer, live_upgraded: Database
) -> None:
    await live_upgraded.close()
    await asyncio.to_thread(command.downgrade, _config(postgres, LIVE), former.REVISION)

    for table in ("users", "user_roles", "customers", "documents", "case_moves", "case_requirements"):
        async with live_upgraded.reading() as session:
            rows = (await session.scalars(text(f"SELECT to_jsonb({table}) FROM {table}"))).all()  # noqa: S608
        assert _rows_alike(rows) == _rows_alike(former.rows(table))


def _rows_alike(rows: Sequence[dict[str, Any]]) -> list[str]:
    # A migration cannot open an ID number to make again what its end is found by.
    return sorted(
        json.dumps({name: value for name, value in row.items() if name != "search_tokens"}, sort_keys=True)
        for row in rows
    )
