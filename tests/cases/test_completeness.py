"""What a case needs, has and lacks: the pure rules."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement, product

import pytest

from backend.domains.cases.completeness import Completeness, assess
from backend.domains.customers.projection import Progress
from backend.domains.documents.models import DocumentType, ReviewStatus
from backend.domains.documents.reference import CollectedDocument

ASKED = datetime(2026, 11, 21, 9, tzinfo=UTC)
BEFORE, AFTER = ASKED - timedelta(hours=1), ASKED + timedelta(hours=1)
STATUS = {"p": ReviewStatus.PENDING, "a": ReviewStatus.ACCEPTED, "r": ReviewStatus.REJECTED}


def document_type(
    code: str, *, is_required: bool = True, is_active: bool = True, max_files: int = 3
) -> DocumentType:
    return DocumentType(code=code, is_required=is_required, is_active=is_active, max_files=max_files)


def collected(documents: str, code: str = "front") -> list[CollectedDocument]:
    """Read documents written as letters: judged p, a or r; a capital was uploaded before the request, others after."""
    return [
        CollectedDocument(code, STATUS[letter.lower()], BEFORE if letter.isupper() else AFTER)
        for letter in documents
    ]


def told(result: Completeness) -> tuple[list[str], int, int, int, list[str], list[str]]:
    return (
        [f"{item.type.code}:{item.state}{'!' if item.required else ''}" for item in result.items],
        result.required,
        result.uploaded,
        result.accepted,
        result.missing,
        result.unaccepted,
    )


@pytest.mark.parametrize(
    ("documents", "state", "uploaded", "accepted"),
    [
        ("", "missing", 0, 0),
        ("p", "uploaded", 1, 0),
        ("a", "accepted", 1, 1),
        ("r", "rejected", 0, 0),
        ("rr", "rejected", 0, 0),
        ("rp", "uploaded", 1, 0),
        ("pr", "uploaded", 1, 0),
        ("ra", "accepted", 1, 1),
        ("pa", "accepted", 1, 1),
        ("par", "accepted", 1, 1),
        ("pp", "uploaded", 1, 0),
        ("PAR", "accepted", 1, 1),
    ],
)
def test_a_required_type_counts_by_its_best_document(
    documents: str, state: str, uploaded: int, accepted: int
) -> None:
    result = assess([document_type("front")], collected(documents), {})

    lacking = [] if uploaded else ["front"]
    assert told(result) == (
        [f"front:{state}!"],
        1,
        uploaded,
        accepted,
        lacking,
        [] if accepted else ["front"],
    )
    assert result.is_complete == bool(uploaded)


@pytest.mark.parametrize(
    ("documents", "state"),
    [
        ("", "missing"),
        ("A", "missing"),
        ("P", "missing"),
        ("R", "missing"),
        ("APR", "missing"),
        ("p", "uploaded"),
        ("Ap", "uploaded"),
        ("Ar", "rejected"),
        ("a", "accepted"),
        ("Ra", "accepted"),
    ],
)
@pytest.mark.parametrize("is_required", [False, True])
def test_what_was_asked_for_anew_counts_from_then_on(
    documents: str, state: str, *, is_required: bool
) -> None:
    result = assess([document_type("front", is_required=is_required)], collected(documents), {"front": ASKED})

    assert told(result)[0] == [f"front:{state}!"]
    assert result.missing == ([] if state in {"uploaded", "accepted"} else ["front"])


def test_a_document_of_the_very_moment_of_the_request_is_not_newer() -> None:
    same_moment = [CollectedDocument("front", ReviewStatus.ACCEPTED, ASKED)]

    assert assess([document_type("front")], same_moment, {"front": ASKED}).missing == ["front"]


@pytest.mark.parametrize("documents", ["", "p", "a", "r"])
def test_an_optional_type_weighs_nothing(documents: str) -> None:
    result = assess([document_type("other", is_required=False)], collected(documents, "other"), {})

    assert told(result)[1:] == (0, 0, 0, [], [])
    assert result.is_complete
    # With nothing required everything is done.
    assert Progress.of(0, 0, 0).uploaded_pct == 100


@pytest.mark.parametrize(
    ("documents", "asked", "shown"),
    [("", False, []), ("a", False, ["front:accepted"]), ("", True, ["front:missing"])],
)
def test_a_type_out_of_use_shows_only_what_there_is(documents: str, *, asked: bool, shown: list[str]) -> None:
    types = [document_type("front", is_active=False)]

    assert told(assess(types, collected(documents), {"front": ASKED} if asked else {}))[0] == shown


@pytest.mark.parametrize(
    ("documents", "room"), [("", 3), ("p", 2), ("pa", 1), ("pap", 0), ("papp", 0), ("rrr", 3), ("rpa", 1)]
)
def test_rejected_documents_make_room(documents: str, room: int) -> None:
    (item,) = assess([document_type("front")], collected(documents), {}).items

    assert item.room == room


def test_superseded_documents_make_room_though_they_were_accepted() -> None:
    documents = [CollectedDocument("front", ReviewStatus.ACCEPTED, BEFORE, superseded_at=ASKED)] * 3

    assert assess([document_type("front")], documents, {"front": ASKED}).items[0].room == 3


def test_a_type_out_of_use_takes_no_more_files() -> None:
    types = [document_type("front", is_active=False)]

    assert assess(types, collected("p"), {}).items[0].room == 0


def test_items_keep_the_order_of_the_types() -> None:
    codes = ["back", "front", "other"]
    types = [document_type(code) for code in codes]

    result = assess(types, [*collected("a", "other"), *collected("p", "back")], {})

    assert [item.type.code for item in result.items] == codes
    assert (result.required, result.uploaded, result.accepted) == (3, 2, 1)
    assert (result.missing, result.unaccepted) == (["front"], ["back", "front"])


@pytest.mark.parametrize(
    ("required", "uploaded", "accepted", "shares"),
    [
        (3, 1, 0, (33, 0)),
        (3, 2, 1, (66, 33)),
        (3, 3, 3, (100, 100)),
        (7, 6, 6, (85, 85)),
        (200, 199, 1, (99, 0)),
    ],
)
def test_shares_are_rounded_down_so_that_100_means_all(
    required: int, uploaded: int, accepted: int, shares: tuple[int, int]
) -> None:
    progress = Progress.of(required, uploaded, accepted)

    assert (progress.uploaded_pct, progress.accepted_pct) == shares


def situations() -> Iterator[tuple[DocumentType, str, dict[str, datetime]]]:
    """Every case of one type with up to three documents, whatever was asked for."""
    for is_required, is_active, asked in product((False, True), repeat=3):
        for number in range(4):
            for documents in combinations_with_replacement("PARpar", number):
                kind = document_type("front", is_required=is_required, is_active=is_active)
                yield kind, "".join(documents), {"front": ASKED} if asked else {}


def test_one_more_accepted_document_never_lowers_anything() -> None:
    compared = 0
    for kind, documents, requested in situations():
        types = [kind, document_type("back")]
        before = assess(types, collected(documents), requested)
        for added in ("a", "A"):
            after = assess(types, collected(documents + added), requested)
            assert after.required == before.required
            assert after.uploaded >= before.uploaded
            assert after.accepted >= before.accepted
            assert set(after.missing) <= set(before.missing)
            compared += 1
    assert compared > 1_000


def test_counts_agree_in_every_situation() -> None:
    for kind, documents, requested in situations():
        result = assess([kind, document_type("back")], collected(documents), requested)
        assert 0 <= result.accepted <= result.uploaded <= result.required
        assert len(result.missing) == result.required - result.uploaded
        assert len(result.unaccepted) == result.required - result.accepted
