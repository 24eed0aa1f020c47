"""What the sets together ask for: the pure rules."""

from itertools import permutations
from typing import Any

import pytest

from backend.domains.customers.models import CustomerKind
from backend.domains.requirements.catalogue import PRESETS
from backend.domains.requirements.models import Need, RequirementItem, RequirementSet
from backend.domains.requirements.rules import Needed, Subject, needed

PERSON = Subject(CustomerKind.PERSON)


def an_item(document_type: str = "report", **asked: Any) -> RequirementItem:
    fields = {"need": Need.REQUIRED, "condition_values": [], "asks_expiry": False, **asked}
    return RequirementItem(document_type=document_type, **fields)


def a_set(*items: RequirementItem, code: str = "one", **fields: Any) -> RequirementSet:
    shown = {"kinds": ["person"], "products": [], "sort_order": 10, "is_active": True, **fields}
    return RequirementSet(code=code, items=list(items), **shown)


def asked_of(subject: Subject, *sets: RequirementSet) -> list[str]:
    return [asked.document_type for asked in needed(sets, subject)]


@pytest.mark.parametrize(
    ("kinds", "products", "is_active", "product", "applies"),
    [
        (["person"], [], True, None, True),
        (["person"], [], True, "car_loan", True),
        (["company"], [], True, None, False),
        (["company", "person"], [], True, None, True),
        (["person"], ["car_loan"], True, "car_loan", True),
        (["person"], ["car_loan"], True, "mortgage_loan", False),
        (["person"], ["car_loan"], True, None, False),
        (["person"], [], False, None, False),
    ],
)
def test_a_set_applies_by_kind_and_product(
    kinds: list[str], products: list[str], product: str | None, *, is_active: bool, applies: bool
) -> None:
    found = a_set(an_item(), kinds=kinds, products=products, is_active=is_active)

    assert asked_of(Subject(CustomerKind.PERSON, product), found) == (["report"] if applies else [])


@pytest.mark.parametrize(("marital_status", "asked"), [("married", ["report"]), ("single", []), (None, [])])
def test_an_item_with_a_condition_is_asked_for_only_when_it_is_met(
    marital_status: str | None, asked: list[str]
) -> None:
    found = a_set(an_item(condition_field="marital_status", condition_values=["married"]))
    subject = Subject(CustomerKind.PERSON, facts={"marital_status": marital_status})

    assert asked_of(subject, found) == asked


@pytest.mark.parametrize(
    ("one", "other", "strictest"),
    [
        ({"need": Need.OPTIONAL}, {"need": Need.REQUIRED}, {"is_required": True}),
        ({"need": Need.OPTIONAL}, {"need": Need.OPTIONAL}, {"is_required": False}),
        ({"min_pages": 2}, {"min_pages": 5}, {"min_pages": 5}),
        ({"min_pages": 2}, {}, {"min_pages": 2}),
        ({"covers_months": 6}, {"covers_months": 12}, {"covers_months": 12}),
        ({"max_age_days": 90}, {"max_age_days": 30}, {"max_age_days": 30}),
        ({"max_age_days": 90}, {}, {"max_age_days": 90}),
        ({"asks_expiry": True}, {}, {"asks_expiry": True}),
    ],
)
def test_of_two_sets_the_strictest_wins_whichever_comes_first(
    one: dict[str, Any], other: dict[str, Any], strictest: dict[str, Any]
) -> None:
    for first, second in permutations((one, other)):
        sets = [a_set(an_item(**first)), a_set(an_item(**second), code="two", sort_order=20)]
        (asked,) = needed(sets, PERSON)
        assert {name: getattr(asked, name) for name in strictest} == strictest


def test_groups_of_two_sets_stay_two() -> None:
    item = {"need": Need.ONE_OF, "group_name": "住所"}
    sets = [a_set(an_item(**item)), a_set(an_item(**item), code="two", sort_order=20)]

    assert needed(sets, PERSON)[0].groups == ("one:住所", "two:住所")


def test_the_order_is_that_of_the_sets_and_the_first_hint_is_shown() -> None:
    later = a_set(an_item("b"), an_item("a", hint_zh="后"), code="later", sort_order=20)
    earlier = a_set(an_item("c"), an_item("a", hint_zh="先"), code="earlier", sort_order=10)

    asked = needed([later, earlier], PERSON)

    assert [item.document_type for item in asked] == ["c", "a", "b"]
    assert asked[1].hint_zh == "先"


def test_what_a_case_keeps_reads_as_it_was_written() -> None:
    (asked,) = needed([a_set(an_item(need=Need.ONE_OF, group_name="住所", min_pages=2))], PERSON)

    assert Needed.model_validate(asked.model_dump(mode="json")) == asked


@pytest.mark.parametrize(
    ("kind", "product", "expected"),
    [
        ("person", None, "id_card_front id_card_back income_proof bank_statement credit_report"),
        (
            "company",
            None,
            (
                "business_license legal_rep_id_front legal_rep_id_back articles_of_association corporate_statement"
                " financial_statements corporate_credit_report basic_account premises_proof"
            ),
        ),
        (
            "sole_proprietor",
            "business_loan",
            "business_license id_card_front id_card_back bank_statement credit_report premises_proof purpose_proof",
        ),
        (
            "person",
            "mortgage_loan",
            (
                "id_card_front id_card_back income_proof bank_statement credit_report property_certificate"
                " appraisal_report"
            ),
        ),
        (
            "person",
            "car_loan",
            (
                "id_card_front id_card_back income_proof bank_statement credit_report vehicle_registration"
                " vehicle_permit vehicle_insurance"
            ),
        ),
    ],
)
def test_presets_ask_each_kind_for_its_own_papers(kind: str, product: str | None, expected: str) -> None:
    sets = [
        RequirementSet(
            code=preset.code,
            kinds=[str(found) for found in preset.kinds],
            products=preset.products,
            sort_order=place,
            is_active=True,
            items=[RequirementItem(**item.model_dump()) for item in preset.items],
        )
        for place, preset in enumerate(PRESETS)
    ]

    asked = needed(sets, Subject(CustomerKind(kind), product))

    assert [item.document_type for item in asked if item.is_required] == expected.split()
    assert all(item.hint_zh and item.hint_en for item in asked)
