"""Which papers a case needs: pure rules.

All active sets for the kind of customer and the product apply at once. Where several name the same document type,
the strictest wins: required before one of a group before optional, the most pages, the longest period, the least
age; the expiry date is asked for when any of them asks. The order is that of the sets and of their items, and the
hint is the first there is. An item whose condition is not met, or not known to be, is not asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from backend.domains.customers.reference import CustomerKind, MaritalStatus, Sex
from backend.domains.dictionary.reference import CUSTOMER_LEVEL
from backend.domains.requirements.models import Need

_NATURAL = frozenset({CustomerKind.PERSON, CustomerKind.SOLE_PROPRIETOR})


@dataclass(frozen=True)
class ConditionField:
    """A field of customers that an item may depend on: who has it, and what it can hold."""

    kinds: frozenset[CustomerKind]
    values: frozenset[str] = frozenset()
    dictionary: str | None = None


CONDITION_FIELDS: Mapping[str, ConditionField] = {
    "marital_status": ConditionField(_NATURAL, frozenset(MaritalStatus)),
    "sex": ConditionField(_NATURAL, frozenset(Sex)),
    "level": ConditionField(frozenset(CustomerKind), dictionary=CUSTOMER_LEVEL),
}


@dataclass(frozen=True)
class Subject:
    """Whose papers are asked for, and what for; ``facts`` holds the `CONDITION_FIELDS` that are known."""

    kind: CustomerKind
    product: str | None = None
    facts: Mapping[str, str | None] | None = None


class Item(Protocol):
    """An item of a set, stored or just written."""

    @property
    def document_type(self) -> str: ...
    @property
    def need(self) -> Need: ...
    @property
    def group_name(self) -> str | None: ...
    @property
    def condition_field(self) -> str | None: ...
    @property
    def condition_values(self) -> Sequence[str]: ...
    @property
    def min_pages(self) -> int | None: ...
    @property
    def covers_months(self) -> int | None: ...
    @property
    def max_age_days(self) -> int | None: ...
    @property
    def asks_expiry(self) -> bool: ...
    @property
    def hint_zh(self) -> str | None: ...
    @property
    def hint_en(self) -> str | None: ...


class Set(Protocol):
    """A requirement set, stored or just written."""

    @property
    def code(self) -> str: ...
    @property
    def kinds(self) -> Sequence[str]: ...
    @property
    def products(self) -> Sequence[str]: ...
    @property
    def sort_order(self) -> int: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def items(self) -> Sequence[Item]: ...


class Needed(BaseModel):
    """What all sets together ask of one document type; a case under review keeps it in this form."""

    model_config = ConfigDict(frozen=True)

    document_type: str
    is_required: bool = False
    # Of each group one is enough; the name is that of the set and the group.
    groups: tuple[str, ...] = ()
    min_pages: int | None = None
    covers_months: int | None = None
    max_age_days: int | None = None
    asks_expiry: bool = False
    hint_zh: str | None = None
    hint_en: str | None = None


def needed(sets: Iterable[Set], subject: Subject) -> tuple[Needed, ...]:
    """Put together what the sets ask of the subject."""
    merged: dict[str, Needed] = {}
    for requirement_set in sorted(sets, key=lambda found: (found.sort_order, found.code)):
        if not applies(requirement_set, subject):
            continue
        for item in requirement_set.items:
            if _is_met(item, subject):
                asked = _asked(requirement_set.code, item)
                known = merged.get(item.document_type)
                merged[item.document_type] = asked if known is None else strictest(known, asked)
    return tuple(merged.values())


def applies(requirement_set: Set, subject: Subject) -> bool:
    """Tell whether a set is for this kind of customer and product."""
    if not requirement_set.is_active or subject.kind not in requirement_set.kinds:
        return False
    return not requirement_set.products or subject.product in requirement_set.products


def strictest(one: Needed, other: Needed) -> Needed:
    """Put together what two sets ask of the same document type."""
    return Needed(
        document_type=one.document_type,
        is_required=one.is_required or other.is_required,
        groups=tuple(dict.fromkeys((*one.groups, *other.groups))),
        min_pages=_most(one.min_pages, other.min_pages),
        covers_months=_most(one.covers_months, other.covers_months),
        max_age_days=_least(one.max_age_days, other.max_age_days),
        asks_expiry=one.asks_expiry or other.asks_expiry,
        hint_zh=one.hint_zh or other.hint_zh,
        hint_en=one.hint_en or other.hint_en,
    )


def _is_met(item: Item, subject: Subject) -> bool:
    if item.condition_field is None:
        return True
    return (subject.facts or {}).get(item.condition_field) in item.condition_values


def _asked(set_code: str, item: Item) -> Needed:
    shared: dict[str, Any] = {name: getattr(item, name) for name in _SHARED}
    groups = (f"{set_code}:{item.group_name}",) if item.need is Need.ONE_OF else ()
    return Needed(is_required=item.need is Need.REQUIRED, groups=groups, **shared)


_SHARED = (
    *("document_type", "min_pages", "covers_months", "max_age_days", "asks_expiry"),
    *("hint_zh", "hint_en"),
)


def _most(*limits: int | None) -> int | None:
    return max((limit for limit in limits if limit is not None), default=None)


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)
