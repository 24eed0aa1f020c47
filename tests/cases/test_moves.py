"""The five actions in the five states."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from backend.app import create_app
from backend.config import Settings
from backend.domains.cases.states import ALLOWED, CaseAction
from backend.domains.customers.projection import CaseStatus
from backend.kit.clock import now
from backend.kit.db.session import Database
from tests.audit.factories import entries_of
from tests.cases.factories import BODIES, documents_of, history, move, open_case, read
from tests.conftest import client_of
from tests.customers.factories import set_columns
from tests.documents.factories import REQUIRED_TYPES, add_document, create_document
from tests.identity.factories import open_account

STATES = ("pending", "returned", "complete", "reviewing", "approved", "rejected")
ACTIONS = ("submit", "approve", "reject", "return", "reopen")
LEGAL = {
    ("complete", "submit"): "reviewing",
    ("reviewing", "approve"): "approved",
    ("reviewing", "reject"): "rejected",
    ("reviewing", "return"): "returned",
    ("approved", "reopen"): "reviewing",
    ("rejected", "reopen"): "pending",
}


async def case_in(client: AsyncClient, database: Database, state: str) -> dict[str, Any]:
    """A case that is collected lacks everything, since one that lacks nothing may be submitted."""
    judged = None if state in {"pending", "returned"} else "accepted"
    return await open_case(client, database, state, judged=judged)


def test_the_table_covers_every_state_and_action() -> None:
    assert (set(CaseStatus), set(CaseAction)) == (set(STATES), set(ACTIONS))
    moves = {(state, action): target for state, legal in ALLOWED.items() for action, target in legal.items()}
    assert moves == LEGAL


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", ACTIONS)
async def test_every_action_in_every_state(
    staff: AsyncClient, admin: AsyncClient, database: Database, state: str, action: str
) -> None:
    customer = await case_in(staff, database, state)
    moves_before = await history(admin, customer)
    allowed = sorted(name for name in ACTIONS if (state, name) in LEGAL)
    assert sorted(set(ACTIONS) & set((await read(admin, customer))["can"])) == allowed

    response = await move(admin, customer, action)

    after = await read(admin, customer)
    target = LEGAL.get((state, action))
    if target is None:
        assert response.status_code == 409
        problem = response.json()
        assert problem["code"] == "case.illegal_move"
        assert {name: problem[name] for name in ("case_status", "action", "allowed")} == {
            "case_status": state,
            "action": action,
            "allowed": allowed,
        }
        assert after["status"] == state
        assert await history(admin, customer) == moves_before
    else:
        assert response.status_code == 200, response.text
        assert response.json() == after
        assert after["status"] == target
        assert after["version"] == customer["version"]
        latest = (await history(admin, customer))[0]
        assert (latest["action"], latest["from_status"], latest["to_status"]) == (action, state, target)


# Who may make each legal move; the answer to the others names the permission they lack.
MOVERS = [
    ("complete", "submit", {"staff"}, "cases:submit"),
    ("reviewing", "approve", {"auditor"}, "cases:review"),
    ("reviewing", "reject", {"auditor"}, "cases:review"),
    ("reviewing", "return", {"auditor"}, "cases:review"),
    ("approved", "reopen", {"auditor"}, "cases:reopen"),
    ("rejected", "reopen", {"auditor", "staff"}, "cases:reopen"),
]


@pytest.mark.parametrize(("state", "action", "movers", "permission"), MOVERS)
@pytest.mark.parametrize("role", ["staff", "auditor"])
async def test_each_move_has_its_people(
    staff: AsyncClient,
    auditor: AsyncClient,
    database: Database,
    *,
    state: str,
    action: str,
    movers: set[str],
    permission: str,
    role: str,
) -> None:
    client = {"staff": staff, "auditor": auditor}[role]
    customer = await case_in(staff, database, state)
    offered = action in (await read(client, customer))["can"]

    response = await move(client, customer, action)

    assert offered == (role in movers)
    if role in movers:
        assert response.status_code == 200
    else:
        assert (response.status_code, response.json()["code"]) == (403, "auth.forbidden")
        assert response.json()["permission"] == permission
        assert (await read(client, customer))["status"] == state


@pytest.mark.parametrize("judged", ["pending", "rejected", None])
async def test_approving_needs_every_required_document_accepted(
    staff: AsyncClient, auditor: AsyncClient, database: Database, judged: str | None
) -> None:
    customer = await open_case(staff, database, "reviewing", judged=judged)
    await add_document(database, customer, "income_proof", review_status="accepted")

    response = await move(auditor, customer, "approve")

    assert (response.status_code, response.json()["code"]) == (409, "case.not_all_accepted")
    assert response.json()["document_types"] == [code for code in REQUIRED_TYPES if code != "income_proof"]
    assert (await read(auditor, customer))["status"] == "reviewing"


@pytest.mark.parametrize(("action", "status"), [("approve", 403), ("reject", 403), ("return", 200)])
async def test_nobody_decides_on_a_case_they_supplied_to(
    app: FastAPI,
    staff: AsyncClient,
    database: Database,
    settings: Settings,
    *,
    action: str,
    status: int,
) -> None:
    customer = await open_case(staff, database, "reviewing")
    async with client_of(app, await open_account(database, settings, "both", "staff", "auditor")) as both:
        await create_document(both, customer["id"], "other")

        response = await move(both, customer, action)

    assert response.status_code == status
    if status == 403:
        assert response.json()["code"] == "case.own_upload"


class TestFinalRejection:
    async def test_it_allows_nothing_more(
        self, staff: AsyncClient, admin: AsyncClient, database: Database
    ) -> None:
        customer = await open_case(staff, database, "reviewing")
        rejected = (await move(admin, customer, "reject", reason="伪造证件", final=True)).json()
        assert (rejected["status"], rejected["rejected_final"]) == ("rejected", True)
        assert not set(rejected["can"]) & {*ACTIONS, "upload"}

        for action in ACTIONS:
            response = await move(admin, customer, action)
            assert response.status_code == 409, action
            assert (response.json()["case_status"], response.json()["allowed"]) == ("rejected", []), action

    async def test_another_rejection_is_not_final(
        self, staff: AsyncClient, auditor: AsyncClient, database: Database
    ) -> None:
        customer = await open_case(staff, database, "reviewing")

        rejected = (await move(auditor, customer, "reject")).json()

        assert rejected["rejected_final"] is False
        reopened = (await move(staff, customer, "reopen")).json()
        assert reopened["status"] == "pending"
        # It lacks nothing, so it can go to the auditors again as it is.
        assert "submit" in reopened["can"]
        assert (await move(staff, customer, "submit")).json()["status"] == "reviewing"


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("submit", {"force": True}, "force"),
        ("approve", {"comment": "x" * 501}, "comment"),
        ("approve", {"reason": "x"}, "reason"),
        ("reject", {"final": True}, "reason"),
        ("reject", {"reason": "  "}, "reason"),
        ("reject", {"reason": "x" * 501}, "reason"),
        ("reject", {"reason": "x", "final": "perhaps"}, "final"),
        ("return", {"document_types": ["other"]}, "reason"),
        ("return", {"reason": "x", "document_types": "other"}, "document_types"),
        ("return", {"reason": "x", "document_types": ["No such"]}, "document_types.0"),
        ("reopen", {"comment": "x"}, "reason"),
    ],
)
async def test_a_wrong_or_missing_field_is_named(
    staff: AsyncClient,
    admin: AsyncClient,
    database: Database,
    *,
    action: str,
    body: dict[str, Any],
    field: str,
) -> None:
    state = next(state for state, name in LEGAL if name == action)
    customer = await case_in(staff, database, state)

    response = await move(admin, customer, action, **body)

    assert response.status_code == 422
    assert field in [error["field"] for error in response.json()["errors"]]
    assert (await read(admin, customer))["status"] == state


@pytest.mark.parametrize(
    ("action", "body"), [("submit", None), ("submit", {}), ("approve", None), ("approve", {})]
)
async def test_submit_and_approve_need_no_body(
    staff: AsyncClient, admin: AsyncClient, database: Database, action: str, body: dict[str, Any] | None
) -> None:
    customer = await case_in(staff, database, {"submit": "complete", "approve": "reviewing"}[action])

    response = await admin.post(f"/customers/{customer['id']}/{action}", json=body)

    assert response.status_code == 200


@pytest.mark.parametrize(("state", "action"), LEGAL)
async def test_an_archived_customer_does_not_move(
    staff: AsyncClient, admin: AsyncClient, database: Database, state: str, action: str
) -> None:
    customer = await case_in(staff, database, state)
    await set_columns(database, customer["id"], archived_at=now())

    response = await move(admin, customer, action)

    assert (response.status_code, response.json()["code"]) == (409, "customer.archived")


async def test_every_move_is_in_the_audit_trail(
    staff: AsyncClient, admin: AsyncClient, database: Database
) -> None:
    customer = await open_case(staff, database, "reviewing")

    await move(admin, customer, "reject", reason="资料不实", final=True)

    [entry] = await entries_of(database, "case.reject")
    assert entry.target_label == customer["customer_no"]
    assert entry.details == {"from": "reviewing", "to": "rejected", "reason": "资料不实", "final": True}


class TestAtTheSameTime:
    """Each on a database with real commits; whichever comes first, the other sees it."""

    @pytest.fixture
    async def case(self, live_database: Database, settings: Settings, tokens: dict[str, str]) -> Any:
        """The clients of a clerk and two auditors, and a case under review."""
        app = create_app(settings, live_database)
        async with (
            client_of(app, tokens["staff"]) as staff,
            client_of(app, tokens["auditor"]) as auditor,
            client_of(app, tokens["auditor2"]) as auditor2,
        ):
            yield staff, auditor, auditor2, await open_case(staff, live_database, "reviewing")

    async def test_of_two_decisions_one_wins(self, case: Any) -> None:
        staff, auditor, auditor2, customer = case

        answers = await asyncio.gather(
            move(auditor, customer, "approve"),
            move(auditor2, customer, "reject"),
            move(auditor, customer, "return"),
        )

        statuses = sorted(answer.status_code for answer in answers)
        # A reopened decision is not among them, so the two that came late were illegal.
        assert statuses == [200, 409, 409]
        [winner] = [answer.json()["status"] for answer in answers if answer.status_code == 200]
        assert (await read(staff, customer))["status"] == winner
        losers = [answer.json() for answer in answers if answer.status_code == 409]
        assert {problem["code"] for problem in losers} == {"case.illegal_move"}
        assert {problem["case_status"] for problem in losers} == {winner}
        decisions = [entry for entry in await history(staff, customer) if entry["actor"] is not None]
        assert len(decisions) == 2

    async def test_a_double_click_submits_once(self, case: Any, live_database: Database) -> None:
        staff, _, _, _ = case
        customer = await open_case(staff, live_database, "complete")

        answers = await asyncio.gather(*(move(staff, customer, "submit") for _ in range(4)))

        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
        assert [entry["action"] for entry in await history(staff, customer)].count("submit") == 1

    async def test_a_document_is_not_deleted_from_under_a_submission(
        self, case: Any, live_database: Database
    ) -> None:
        staff, _, _, _ = case
        customer = await open_case(staff, live_database, "complete", judged="pending")
        document = (await documents_of(staff, customer))["income_proof"]

        submitted, deleted = await asyncio.gather(
            move(staff, customer, "submit"), staff.delete(f"/documents/{document['id']}")
        )

        outcome = (submitted.status_code, deleted.status_code, (await read(staff, customer))["status"])
        assert outcome in {(200, 409, "reviewing"), (409, 204, "pending")}

    async def test_a_document_is_not_rejected_from_under_an_approval(self, case: Any) -> None:
        staff, auditor, auditor2, customer = case
        document = (await documents_of(staff, customer))["income_proof"]

        approved, rejected = await asyncio.gather(
            move(auditor, customer, "approve"),
            auditor2.post(f"/documents/{document['id']}/reject", json={"reason_code": "expired"}),
        )

        codes = (approved.json().get("code"), rejected.json().get("code"))
        assert codes in {(None, "document.case_closed"), ("case.not_all_accepted", None)}


async def test_an_unknown_action_does_not_exist(staff: AsyncClient, database: Database) -> None:
    customer = await case_in(staff, database, "complete")

    for action in ("close", "Submit", "completed"):
        response = await staff.post(f"/customers/{customer['id']}/{action}", json=BODIES["submit"])
        assert response.status_code == 404
