"""What counts as complete."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from backend.domains.cases.completeness import Filed, ItemState, assess
from backend.domains.documents.models import DocumentType, ReviewStatus

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
PENDING, ACCEPTED, REJECTED = ReviewStatus.PENDING, ReviewStatus.ACCEPTED, ReviewStatus.REJECTED


def kind(code: str, *, required: bool = True, active: bool = True) -> DocumentType:
    return DocumentType(code=code, is_required=required, is_active=active)


def filed(code: str, *verdicts: ReviewStatus, at: datetime = NOON) -> list[Filed]:
    return [Filed(code, verdict, at) for verdict in verdicts]


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ([], ItemState.MISSING),
        ([PENDING], ItemState.UPLOADED),
        ([REJECTED], ItemState.REJECTED),
        ([ACCEPTED], ItemState.ACCEPTED),
        ([REJECTED, PENDING], ItemState.UPLOADED),
        ([REJECTED, ACCEPTED], ItemState.ACCEPTED),
        ([PENDING, ACCEPTED], ItemState.ACCEPTED),
    ],
)
def test_best_document_decides(verdicts: list[ReviewStatus], state: ItemState) -> None:
    checklist = assess([kind("front")], filed("front", *verdicts), {})
    assert checklist.items[0].state is state
    assert checklist.uploaded == (state in {ItemState.UPLOADED, ItemState.ACCEPTED})
    assert checklist.accepted == (state is ItemState.ACCEPTED)
    assert checklist.is_complete == (not checklist.missing) == bool(checklist.uploaded)


def test_optional_types_weigh_nothing() -> None:
    types = [kind("front"), kind("deed", required=False)]
    checklist = assess(types, filed("deed", ACCEPTED), {})
    assert (checklist.required, checklist.uploaded, checklist.accepted) == (1, 0, 0)
    assert checklist.missing == ["front"]


@pytest.mark.parametrize(("uploaded_after", "complete"), [(-1, False), (0, False), (1, True)])
def test_type_asked_for_anew_needs_a_later_document(uploaded_after: int, complete: bool) -> None:
    document = filed("deed", ACCEPTED, at=NOON + timedelta(seconds=uploaded_after))
    checklist = assess([kind("deed", required=False)], document, {"deed": NOON})
    assert checklist.required == 1
    assert checklist.is_complete is complete


def test_type_out_of_use_is_shown_while_it_has_documents_and_never_required() -> None:
    retired = kind("old", active=False)
    assert assess([retired], [], {}).items == ()
    checklist = assess([retired], filed("old", PENDING), {})
    assert [(item.type.code, item.required) for item in checklist.items] == [("old", False)]
    assert checklist.is_complete


def test_file_without_required_types_is_complete() -> None:
    assert assess([kind("deed", required=False)], [], {}).is_complete


def test_another_accepted_document_never_lowers_a_figure() -> None:
    types = [kind("front"), kind("back"), kind("deed", required=False)]
    choices: list[tuple[ReviewStatus, ...]] = [(), (PENDING,), (REJECTED,), (ACCEPTED,), (PENDING, REJECTED)]
    for front, back, deed in product(choices, repeat=3):
        documents = filed("front", *front) + filed("back", *back) + filed("deed", *deed)
        for asked in ({}, {"deed": NOON - timedelta(hours=1)}, {"front": NOON - timedelta(hours=1)}):
            before = assess(types, documents, asked)
            for code in ("front", "back", "deed"):
                after = assess(types, documents + filed(code, ACCEPTED), asked)
                assert after.required == before.required
                assert after.uploaded >= before.uploaded
                assert after.accepted >= before.accepted
