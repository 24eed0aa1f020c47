"""Find what nobody could supply: contradictions within a set, and what it names that there is not."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from backend.domains.documents.reference import DocumentType
from backend.domains.requirements.models import Need
from backend.domains.requirements.rules import CONDITION_FIELDS
from backend.domains.requirements.schemas import RequirementItemFields, RequirementSetFields
from backend.kit.errors import FieldError
from backend.kit.files.limits import FileLimits


def faults(
    body: RequirementSetFields, types: Mapping[str, DocumentType], words: Mapping[str, Collection[str]]
) -> list[FieldError]:
    """Return a sentence for each wrong field; ``words`` are the codes that the dictionaries have in use."""
    found = [
        _fault(f"products.{place}", "unknown_product")
        for place, code in enumerate(body.products)
        if code not in words["product"]
    ]
    named = Counter(item.document_type for item in body.items)
    members = Counter(item.group_name for item in body.items if item.need is Need.ONE_OF)
    for place, item in enumerate(body.items):
        wrong = [
            *_type_faults(item, named, types.get(item.document_type)),
            *_group_faults(item, members),
            *_condition_faults(body, item, words),
        ]
        found += [_fault(f"items.{place}.{field}", code) for field, code in wrong]
    return found


def _type_faults(
    item: RequirementItemFields, named: Counter[str], document_type: DocumentType | None
) -> Iterator[tuple[str, str]]:
    if document_type is None or not document_type.is_active:
        yield "document_type", "unknown_type"
    elif named[item.document_type] > 1:
        yield "document_type", "same_type_twice"
    elif item.min_pages is not None and item.min_pages > _most_pages(document_type):
        yield "min_pages", "too_many_pages"


def _group_faults(item: RequirementItemFields, members: Counter[str | None]) -> Iterator[tuple[str, str]]:
    if item.need is not Need.ONE_OF:
        if item.group_name is not None:
            yield "group_name", "group_unwanted"
    elif item.group_name is None:
        yield "group_name", "group_missing"
    elif members[item.group_name] == 1:
        yield "group_name", "group_of_one"


def _condition_faults(
    body: RequirementSetFields, item: RequirementItemFields, words: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, str]]:
    if (item.condition_field is None) != (not item.condition_values):
        yield "condition_field", "condition_incomplete"
    elif item.condition_field is not None:
        field = CONDITION_FIELDS[item.condition_field]
        known = words[field.dictionary] if field.dictionary else field.values
        if not field.kinds.issuperset(body.kinds):
            yield "condition_field", "condition_foreign"
        elif not set(item.condition_values) <= set(known):
            yield "condition_values", "condition_value"


def _most_pages(document_type: DocumentType) -> int:
    pages = FileLimits().max_pages if "pdf" in document_type.allowed_kinds else 1
    return document_type.max_files * pages


_MESSAGES: Mapping[str, str] = {
    "unknown_product": "There is no such product in use.",
    "unknown_type": "There is no such document type in use.",
    "same_type_twice": "The set names this document type twice.",
    "too_many_pages": "The document type does not take as many pages.",
    "group_unwanted": "Only one of a group has a group.",
    "group_missing": "Name the group of which this is one.",
    "group_of_one": "A group has at least two items.",
    "condition_incomplete": "A condition needs a field and values.",
    "condition_foreign": "Not all customers of these kinds have this field.",
    "condition_value": "The field cannot have this value.",
}


def _fault(field: str, code: str) -> FieldError:
    return FieldError(field=field, code=f"requirement.{code}", message=_MESSAGES[code])
