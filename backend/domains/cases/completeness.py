"""What a case needs, what it has, and what is missing: pure rules.

An item is required when its type is required, or an auditor asked for it on returning the case. A type asked for is
satisfied only by what was uploaded after that. Rejected documents do not count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.domains.documents.reference import CollectedDocument, DocumentType, ReviewStatus


class ItemState(StrEnum):
    """Where one document type of a case stands."""

    MISSING = "missing"
    UPLOADED = "uploaded"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Item:
    """One document type of a case; ``room`` is how many more files it takes."""

    type: DocumentType
    required: bool
    state: ItemState
    room: int


@dataclass(frozen=True)
class Completeness:
    """The whole checklist, in the order of the types."""

    items: tuple[Item, ...]

    @property
    def required(self) -> int:
        """How many items are required."""
        return sum(item.required for item in self.items)

    @property
    def uploaded(self) -> int:
        """How many required items have a document that is not rejected."""
        return sum(
            item.required and item.state in {ItemState.UPLOADED, ItemState.ACCEPTED} for item in self.items
        )

    @property
    def accepted(self) -> int:
        """How many required items have an accepted document."""
        return sum(item.required and item.state is ItemState.ACCEPTED for item in self.items)

    @property
    def missing(self) -> list[str]:
        """The required types to supply, rejected ones among them."""
        lacking = {ItemState.MISSING, ItemState.REJECTED}
        return [item.type.code for item in self.items if item.required and item.state in lacking]

    @property
    def unaccepted(self) -> list[str]:
        """The required types without an accepted document."""
        return [
            item.type.code for item in self.items if item.required and item.state is not ItemState.ACCEPTED
        ]

    @property
    def is_complete(self) -> bool:
        """Whether everything required is there."""
        return not self.missing


def assess(
    types: Iterable[DocumentType],
    collected: Iterable[CollectedDocument],
    requested_at: Mapping[str, datetime],
) -> Completeness:
    """Judge a case by the types in use, its documents, and when types were asked for anew."""
    by_type: dict[str, list[CollectedDocument]] = {}
    for document in collected:
        by_type.setdefault(document.document_type, []).append(document)
    items = []
    for document_type in types:
        asked = requested_at.get(document_type.code)
        documents = by_type.get(document_type.code, [])
        if not (document_type.is_active or documents or asked):
            continue
        # A type taken out of use cannot be supplied any more, so nobody may wait for it.
        required = document_type.is_active and (asked is not None or document_type.is_required)
        taken = sum(document.takes_a_place for document in documents)
        room = max(document_type.max_files - taken, 0) if document_type.is_active else 0
        items.append(Item(document_type, required, _state(documents, asked), room))
    return Completeness(tuple(items))


def _state(documents: list[CollectedDocument], asked: datetime | None) -> ItemState:
    verdicts = {
        document.review_status for document in documents if asked is None or document.uploaded_at > asked
    }
    if ReviewStatus.ACCEPTED in verdicts:
        return ItemState.ACCEPTED
    if ReviewStatus.PENDING in verdicts:
        return ItemState.UPLOADED
    return ItemState.REJECTED if ReviewStatus.REJECTED in verdicts else ItemState.MISSING
