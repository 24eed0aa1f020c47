"""What a case needs, has and lacks: the pure rules."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations_with_replacement, product
from random import Random
from typing import Any

import pytest

from backend.domains.cases.completeness import (
    Completeness,
    Departure,
    ExceptionKind,
    Lack,
    Situation,
    assess,
)
from backend.domains.customers.projection import Progress
from backend.domains.documents.models import DocumentType, ReviewStatus
from backend.domains.documents.reference import CollectedDocument
from backend.domains.requirements.rules import Needed

ASKED = datetime(2026, 11, 21, 9, tzinfo=UTC)
TODAY = date(2026, 11, 21)
BEFORE, AFTER = ASKED - timedelta(hours=1), ASKED + timedelta(hours=1)
STATUS = {"p": ReviewStatus.PENDING, "a": ReviewStatus.ACCEPTED, "r": ReviewStatus.REJECTED}


def document_type(code: str, *, is_active: bool = True, max_files: int = 3) -> DocumentType:
    return DocumentType(code=code, is_active=is_active, max_files=max_files)


def judged(
    types: Sequence[DocumentType],
    documents: Sequence[CollectedDocument],
    requested: dict[str, datetime] | None = None,
    *,
    optional: Sequence[str] = (),
) -> Completeness:
    """Judge by a set that has all these types, each required unless it is optional."""
    needed = tuple(
        Needed(document_type=found.code, is_required=found.code not in optional) for found in types
    )
    return assess(types, documents, Situation(needed, requested or {}), TODAY)


def collected(documents: str, code: str = "front") -> list[CollectedDocument]:
    """Read documents written as letters: judged p, a or r; a capital was uploaded before the request, others after."""
    return [
        CollectedDocument(code, STATUS[letter.lower()], BEFORE if letter.isupper() else AFTER)
        for letter in documents
    ]


def lacking(result: Completeness) -> list[str]:
    return [str(lack.document_type) for lack in result.missing]


def told(result: Completeness) -> tuple[list[str], int, int, int, list[str], list[str]]:
    return (
        [f"{item.type.code}:{item.state}{'!' if item.required else ''}" for item in result.items],
        result.required,
        result.uploaded,
        result.accepted,
        lacking(result),
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
    result = judged([document_type("front")], collected(documents))

    assert told(result) == (
        [f"front:{state}!"],
        1,
        uploaded,
        accepted,
        [] if uploaded else ["front"],
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
    result = judged(
        [document_type("front")],
        collected(documents),
        {"front": ASKED},
        optional=() if is_required else ("front",),
    )

    assert told(result)[0] == [f"front:{state}!"]
    assert lacking(result) == ([] if state in {"uploaded", "accepted"} else ["front"])


def test_a_document_of_the_very_moment_of_the_request_is_not_newer() -> None:
    same_moment = [CollectedDocument("front", ReviewStatus.ACCEPTED, ASKED)]

    assert lacking(judged([document_type("front")], same_moment, {"front": ASKED})) == ["front"]


@pytest.mark.parametrize("documents", ["", "p", "a", "r"])
def test_an_optional_type_weighs_nothing(documents: str) -> None:
    result = judged([document_type("other")], collected(documents, "other"), optional=("other",))

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

    assert told(judged(types, collected(documents), {"front": ASKED} if asked else {}))[0] == shown


@pytest.mark.parametrize(
    ("documents", "room"), [("", 3), ("p", 2), ("pa", 1), ("pap", 0), ("papp", 0), ("rrr", 3), ("rpa", 1)]
)
def test_rejected_documents_make_room(documents: str, room: int) -> None:
    (item,) = judged([document_type("front")], collected(documents)).items

    assert item.room == room


def test_superseded_documents_make_room_though_they_were_accepted() -> None:
    documents = [CollectedDocument("front", ReviewStatus.ACCEPTED, BEFORE, superseded_at=ASKED)] * 3

    assert judged([document_type("front")], documents, {"front": ASKED}).items[0].room == 3


def test_a_type_out_of_use_takes_no_more_files() -> None:
    types = [document_type("front", is_active=False)]

    assert judged(types, collected("p")).items[0].room == 0


def test_items_keep_the_order_of_the_types() -> None:
    codes = ["back", "front", "other"]
    types = [document_type(code) for code in codes]

    result = judged(types, [*collected("a", "other"), *collected("p", "back")])

    assert [item.type.code for item in result.items] == codes
    assert (result.required, result.uploaded, result.accepted) == (3, 2, 1)
    assert (lacking(result), result.unaccepted) == (["front"], ["back", "front"])


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


def a_document(
    code: str = "paper",
    judgement: str = "a",
    *,
    pages: int = 1,
    uploaded: int = 0,
    **facts: Any,
) -> CollectedDocument:
    """Make a document that was uploaded so many days ago; days of its facts count from today."""
    days: dict[str, Any] = {name: TODAY + timedelta(days=value) for name, value in facts.items()}
    at = datetime(2026, 11, 21, 4, tzinfo=UTC) - timedelta(days=uploaded)
    return CollectedDocument(code, STATUS[judgement], at, page_count=pages, **days)


def a_period(first: str, last: str, judgement: str = "a") -> CollectedDocument:
    """Make a document that covers these days."""
    document = a_document(judgement=judgement)
    return CollectedDocument(
        document.document_type,
        document.review_status,
        document.uploaded_at,
        covers_from=date.fromisoformat(first),
        covers_to=date.fromisoformat(last),
    )


def shown(lack: Lack) -> tuple[Any, ...]:
    """Say a lack as short as it can be: subject, code, and what it counts."""
    subject = lack.group or lack.document_type
    counts = () if lack.needed is None and lack.found is None else (lack.needed, lack.found)
    return (subject, lack.code.value, *counts)


PAPER = Needed(document_type="paper", is_required=True)
PAGES = PAPER.model_copy(update={"min_pages": 3})
PERIOD = PAPER.model_copy(update={"covers_months": 6})
AGE = PAPER.model_copy(update={"max_age_days": 30})
EXPIRY = PAPER.model_copy(update={"asks_expiry": True})
OPTIONAL = PAPER.model_copy(update={"is_required": False})
LEASE = Needed(document_type="lease", groups=("set:home",))
TITLE = Needed(document_type="title", groups=("set:home",))
ADDED, WAIVED = ({"paper": Departure(kind, ASKED)} for kind in (ExceptionKind.ADD, ExceptionKind.WAIVE))
ANEW = {"paper": ASKED}
HALF_YEAR = ("2026-05-01", "2026-10-31")

# What is needed, the documents, what the case itself says, and the exact lists that follow.
TOLD: dict[str, tuple[list[Needed], list[CollectedDocument], tuple[Any, ...], list[Any], list[Any]]] = {
    "nothing asked": ([], [], (), [], []),
    "nothing there": ([PAPER], [], (), [("paper", "missing")], []),
    "waits for review": ([PAPER], [a_document(judgement="p")], (), [], []),
    "accepted": ([PAPER], [a_document()], (), [], []),
    "refused": ([PAPER], [a_document(judgement="r")], (), [("paper", "refused")], []),
    "refused, then anew": ([PAPER], [a_document(judgement="r"), a_document(judgement="p")], (), [], []),
    "optional and absent": ([OPTIONAL], [], (), [], []),
    "optional and refused": ([OPTIONAL], [a_document(judgement="r")], (), [], []),
    "requested anew": ([PAPER], [a_document(uploaded=1)], (ANEW,), [("paper", "requested_anew")], []),
    "optional, requested anew": ([OPTIONAL], [], (ANEW,), [("paper", "requested_anew")], []),
    "outside the sets, requested": ([], [], (ANEW,), [("paper", "requested_anew")], []),
    "requested, refused again": (
        [PAPER],
        [a_document(judgement="r", uploaded=-1)],
        (ANEW,),
        [("paper", "refused")],
        [],
    ),
    "too few pages": ([PAGES], [a_document(pages=2)], (), [("paper", "too_few_pages", 3, 2)], []),
    "pages of two documents": ([PAGES], [a_document(pages=2), a_document(pages=1)], (), [], []),
    "refused pages do not count": (
        [PAGES],
        [a_document(pages=2), a_document("paper", "r", pages=9)],
        (),
        [("paper", "too_few_pages", 3, 2)],
        [],
    ),
    "half a year": ([PERIOD], [a_period(*HALF_YEAR)], (), [], []),
    "a day less": (
        [PERIOD],
        [a_period("2026-05-01", "2026-10-30")],
        (),
        [("paper", "period_too_short", 6, 5)],
        [],
    ),
    "two halves without a gap": (
        [PERIOD],
        [a_period("2026-08-01", "2026-10-31"), a_period("2026-05-01", "2026-07-31")],
        (),
        [],
        [],
    ),
    "two halves with a gap": (
        [PERIOD],
        [a_period("2026-05-01", "2026-07-30"), a_period("2026-08-01", "2026-10-31")],
        (),
        [("paper", "period_too_short", 6, 3)],
        [],
    ),
    "one within the other": (
        [PERIOD],
        [a_period(*HALF_YEAR), a_period("2026-06-01", "2026-06-30")],
        (),
        [],
        [],
    ),
    "period not stated": ([PERIOD], [a_document()], (), [], []),
    "age at its limit": (
        [AGE],
        [a_document(issued_on=-30)],
        (),
        [],
        [("paper", "too_old_soon", 30, None)],
    ),
    "a day too old": ([AGE], [a_document(issued_on=-31)], (), [("paper", "too_old", 30, 31)], []),
    "uploaded too long ago": ([AGE], [a_document(uploaded=40)], (), [("paper", "too_old", 30, 40)], []),
    "an old and a young one": (
        [AGE],
        [a_document(issued_on=-90), a_document(issued_on=-1)],
        (),
        [],
        [("paper", "too_old_soon", 30, None)],
    ),
    "expiry not stated": ([EXPIRY], [a_document()], (), [("paper", "expiry_unknown")], []),
    "valid for long": ([EXPIRY], [a_document(expires_on=400)], (), [], []),
    "valid today for the last day": (
        [EXPIRY],
        [a_document(expires_on=0)],
        (),
        [],
        [("paper", "expires_soon")],
    ),
    "expired yesterday": ([EXPIRY], [a_document(expires_on=-1)], (), [("paper", "expired")], []),
    "expired though nobody asked": ([PAPER], [a_document(expires_on=-1)], (), [("paper", "expired")], []),
    "expires in thirty days": (
        [EXPIRY],
        [a_document(expires_on=30)],
        (),
        [],
        [("paper", "expires_soon")],
    ),
    "expires in thirty-one days": ([EXPIRY], [a_document(expires_on=31)], (), [], []),
    "one expires, one stays": (
        [EXPIRY],
        [a_document(expires_on=5), a_document(expires_on=400)],
        (),
        [],
        [],
    ),
    "optional and expiring": ([OPTIONAL], [a_document(expires_on=5)], (), [], []),
    "group unmet": ([LEASE, TITLE], [], (), [("home", "group_unmet")], []),
    "group met": ([LEASE, TITLE], [a_document("title")], (), [], []),
    "group met by what waits": ([LEASE, TITLE], [a_document("lease", "p")], (), [], []),
    "group whose only paper expires": (
        [LEASE, TITLE],
        [a_document("lease", expires_on=5)],
        (),
        [],
        [("lease", "expires_soon")],
    ),
    "group whose other paper stays": (
        [LEASE, TITLE],
        [a_document("lease", expires_on=5), a_document("title")],
        (),
        [],
        [],
    ),
    "one of the group required by itself": (
        [LEASE.model_copy(update={"is_required": True}), TITLE],
        [],
        (),
        [("lease", "missing")],
        [],
    ),
    "added to the case": ([], [], ({}, ADDED), [("paper", "missing")], []),
    "added and supplied": ([], [a_document()], ({}, ADDED), [], []),
    "waived": ([PAPER], [], ({}, WAIVED), [], []),
    "waived, then requested anew": (
        [PAPER],
        [],
        ({"paper": AFTER}, WAIVED),
        [("paper", "requested_anew")],
        [],
    ),
    "requested, then waived": ([PAPER], [], ({"paper": BEFORE}, WAIVED), [], []),
}
TYPES = [document_type(code) for code in ("paper", "lease", "title")]


@pytest.mark.parametrize("name", TOLD)
def test_a_case_lacks_exactly_this(name: str) -> None:
    needed, documents, said, missing, expiring = TOLD[name]

    result = assess(TYPES, documents, Situation(needed, *said), TODAY)

    assert [shown(lack) for lack in result.missing] == missing
    assert [shown(lack) for lack in result.expiring] == expiring
    assert result.is_complete == (not missing)


def test_there_are_at_least_forty_of_them() -> None:
    assert len(TOLD) >= 40


@pytest.mark.parametrize(
    ("documents", "unaccepted"),
    [
        ([], ["lease", "title"]),
        ([a_document("lease", "p")], ["lease", "title"]),
        ([a_document("lease")], []),
    ],
)
def test_a_group_counts_as_one(documents: list[CollectedDocument], unaccepted: list[str]) -> None:
    result = assess(TYPES, documents, Situation([LEASE, TITLE]), TODAY)

    assert (result.required, result.uploaded, result.accepted) == (1, len(documents), not unaccepted)
    assert result.unaccepted == unaccepted


def test_a_group_goes_by_what_is_left_of_it_when_one_is_waived() -> None:
    waived = {"lease": Departure(ExceptionKind.WAIVE, ASKED)}

    one_left = assess(TYPES, [], Situation([LEASE, TITLE], {}, waived), TODAY)
    none_left = assess(TYPES, [], Situation([LEASE], {}, waived), TODAY)

    assert [lack.document_types for lack in one_left.missing] == [("title",)]
    assert none_left.missing == []


def test_the_last_good_day_is_told() -> None:
    documents = [a_document(issued_on=-20, expires_on=25)]
    asked = AGE.model_copy(update={"asks_expiry": True})

    (lack,) = assess(TYPES, documents, Situation([asked]), TODAY).expiring

    assert (lack.code, lack.day) == ("too_old_soon", TODAY + timedelta(days=10))


def situations() -> Iterator[tuple[Needed, bool, str, dict[str, datetime]]]:
    """Every case of one type with up to three documents, whatever was asked for."""
    for is_required, is_active, asked in product((False, True), repeat=3):
        for number in range(4):
            for documents in combinations_with_replacement("PARpar", number):
                needed = Needed(document_type="front", is_required=is_required)
                yield needed, is_active, "".join(documents), {"front": ASKED} if asked else {}


BACK = Needed(document_type="back", is_required=True)


def test_one_more_accepted_document_never_lowers_anything() -> None:
    compared = 0
    for needed, is_active, documents, requested in situations():
        types = [document_type("front", is_active=is_active), document_type("back")]
        situation = Situation([needed, BACK], requested)
        before = assess(types, collected(documents), situation, TODAY)
        for added in ("a", "A"):
            after = assess(types, collected(documents + added), situation, TODAY)
            assert_not_lower(before, after)
            compared += 1
    assert compared > 1_000


def test_nor_does_it_with_periods_ages_and_groups_whatever_they_are() -> None:
    random = Random(20261121)  # noqa: S311 - the same situations each time
    for _ in range(3_000):
        needed = [_any_need(random, code) for code in ("paper", "lease", "title")]
        documents = [_any_document(random) for _ in range(random.randrange(5))]
        requested = {"paper": ASKED} if random.random() < 0.2 else {}
        departures = (
            {"lease": Departure(random.choice(list(ExceptionKind)), ASKED)} if random.random() < 0.3 else {}
        )
        situation = Situation(needed, requested, departures)
        before = assess(TYPES, documents, situation, TODAY)
        after = assess(TYPES, [*documents, _any_document(random, "a")], situation, TODAY)
        assert_not_lower(before, after)


def assert_not_lower(before: Completeness, after: Completeness) -> None:
    assert after.required == before.required
    assert after.uploaded >= before.uploaded
    assert after.accepted >= before.accepted
    assert set(after.unaccepted) <= set(before.unaccepted)
    subjects = [{lack.group or lack.document_type for lack in found.missing} for found in (before, after)]
    assert subjects[1] <= subjects[0]


def _any_need(random: Random, code: str) -> Needed:
    return Needed(
        document_type=code,
        is_required=random.random() < 0.6,
        groups=("set:home",) if random.random() < 0.4 else (),
        min_pages=random.choice((None, None, 2, 4)),
        covers_months=random.choice((None, None, 3, 6)),
        max_age_days=random.choice((None, None, 10, 30)),
        asks_expiry=random.random() < 0.3,
    )


def _any_document(random: Random, judgement: str | None = None) -> CollectedDocument:
    starts = random.choice((None, random.randrange(-300, -60)))
    dates: dict[str, int | None] = {
        "issued_on": random.choice((None, random.randrange(-60, 0))),
        "expires_on": random.choice((None, random.randrange(-10, 60))),
        "covers_from": starts,
        "covers_to": None if starts is None else starts + random.randrange(20, 200),
    }
    return a_document(
        random.choice(("paper", "lease", "title")),
        judgement or random.choice("par"),
        pages=random.randint(1, 4),
        uploaded=random.randrange(-2, 40),
        **{name: value for name, value in dates.items() if value is not None},
    )


def test_counts_agree_in_every_situation() -> None:
    for needed, is_active, documents, requested in situations():
        types = [document_type("front", is_active=is_active), document_type("back")]
        result = assess(types, collected(documents), Situation([needed, BACK], requested), TODAY)
        assert 0 <= result.accepted <= result.uploaded <= result.required
        assert len(result.missing) == result.required - result.uploaded
        assert len(result.unaccepted) == result.required - result.accepted
