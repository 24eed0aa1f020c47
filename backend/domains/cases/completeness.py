"""What a case needs, what it has, and what is missing: pure rules.

What is needed comes from the requirement sets, from what an auditor asked for anew on returning the case, and from
what was added to this case or waived for it. A type asked for anew is satisfied only by what was uploaded after that.
Rejected documents do not count, nor do those that have expired, are too old, or do not say when they expire although
that is asked for. What counts must have the pages and cover the time that are asked for; a document that does not
say what it covers is taken at its word, so that nobody waits for a date. One more accepted document therefore never
takes anything away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from backend.domains.documents.reference import CollectedDocument, DocumentType, ReviewStatus
from backend.domains.requirements.reference import Needed
from backend.kit.clock import business_date

EXPIRES_SOON = timedelta(days=30)


class ItemState(StrEnum):
    """Where one document type of a case stands."""

    MISSING = "missing"
    UPLOADED = "uploaded"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class LackCode(StrEnum):
    """Why an item is not there, or soon will not be; part of the API, so none ever changes."""

    MISSING = "missing"
    REFUSED = "refused"
    REQUESTED_ANEW = "requested_anew"
    TOO_FEW_PAGES = "too_few_pages"
    PERIOD_TOO_SHORT = "period_too_short"
    TOO_OLD = "too_old"
    EXPIRED = "expired"
    EXPIRY_UNKNOWN = "expiry_unknown"
    GROUP_UNMET = "group_unmet"
    EXPIRES_SOON = "expires_soon"
    TOO_OLD_SOON = "too_old_soon"


class ExceptionKind(StrEnum):
    """How a case departs from the sets."""

    ADD = "add"
    WAIVE = "waive"


@dataclass(frozen=True, slots=True)
class Departure:
    """An item added to one case, or waived for it."""

    kind: ExceptionKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing or will be: a document type, or one of a group.

    ``needed`` and ``found`` count pages, months or days; ``day`` is the last good day.
    """

    code: LackCode
    document_types: tuple[str, ...]
    group: str | None = None
    needed: int | None = None
    found: int | None = None
    day: date | None = None

    @property
    def document_type(self) -> str | None:
        """The type, unless it is one of a group."""
        return None if self.group else self.document_types[0]


@dataclass(frozen=True)
class Item:
    """One document type of a case; ``room`` is how many more files it takes, ``lack`` why it is not there."""

    type: DocumentType
    asked: Needed
    required: bool
    groups: tuple[str, ...]
    state: ItemState
    room: int
    lack: Lack | None = None
    expiring: Lack | None = None
    departure: ExceptionKind | None = None

    @property
    def is_there(self) -> bool:
        """Whether what was supplied satisfies it."""
        return self.state in _THERE


_THERE = frozenset({ItemState.UPLOADED, ItemState.ACCEPTED})


@dataclass(frozen=True)
class Completeness:
    """The whole checklist, in the order of the sets; a group counts as one."""

    items: tuple[Item, ...]

    @property
    def groups(self) -> dict[str, list[Item]]:
        """The items of each group that is needed."""
        groups: dict[str, list[Item]] = {}
        for item in self.items:
            for group in item.groups:
                groups.setdefault(group, []).append(item)
        return groups

    @property
    def required(self) -> int:
        """How many items and groups are required."""
        return len(self._needs)

    @property
    def uploaded(self) -> int:
        """How many of them have what is asked for in documents that are not rejected."""
        return sum(any(item.is_there for item in need) for need in self._needs)

    @property
    def accepted(self) -> int:
        """How many of them have it in accepted documents."""
        return sum(any(item.state is ItemState.ACCEPTED for item in need) for need in self._needs)

    @property
    def missing(self) -> list[Lack]:
        """What is still to supply, and why."""
        lacks = [item.lack for item in self.items if item.required and item.lack]
        for group, members in self.groups.items():
            if not any(item.is_there for item in members):
                codes = tuple(item.type.code for item in members)
                lacks.append(Lack(LackCode.GROUP_UNMET, codes, group.partition(":")[2]))
        return lacks

    @property
    def expiring(self) -> list[Lack]:
        """What is there and soon will not be; in a group only when nothing else of it stays."""
        lacks = [item.expiring for item in self.items if item.required and item.expiring]
        for members in self.groups.values():
            there = [item for item in members if item.is_there]
            ending = [item.expiring for item in there if item.expiring]
            if len(ending) == len(there):
                lacks += [lack for lack in ending if lack not in lacks]
        return lacks

    @property
    def unaccepted(self) -> list[str]:
        """The types without what is asked for in accepted documents; of an unmet group all."""
        lacking = [
            item.type.code
            for need in self._needs
            if not any(item.state is ItemState.ACCEPTED for item in need)
            for item in need
        ]
        return list(dict.fromkeys(lacking))

    @property
    def is_complete(self) -> bool:
        """Whether everything required is there."""
        return not self.missing

    @property
    def _needs(self) -> list[list[Item]]:
        return [[item] for item in self.items if item.required] + list(self.groups.values())


@dataclass(frozen=True)
class Situation:
    """What a case is judged by beside its documents."""

    needed: Sequence[Needed] = ()
    requested_at: Mapping[str, datetime] = field(default_factory=dict)
    departures: Mapping[str, Departure] = field(default_factory=dict)


def assess(
    types: Iterable[DocumentType],
    collected: Iterable[CollectedDocument],
    situation: Situation,
    today: date,
) -> Completeness:
    """Judge a case on a day by what is needed, the types in use and its documents."""
    by_type: dict[str, list[CollectedDocument]] = {}
    for document in collected:
        by_type.setdefault(document.document_type, []).append(document)
    known = {document_type.code: document_type for document_type in types}
    needed = {asked.document_type: asked for asked in situation.needed}
    beyond = [code for code in known if code not in needed]
    items = []
    for code in (*needed, *beyond):
        document_type = known.get(code)
        requested = situation.requested_at.get(code)
        departure = situation.departures.get(code)
        documents = by_type.get(code, [])
        asked_for = requested is not None or departure is not None
        if document_type is None or not (
            documents or asked_for or (code in needed and document_type.is_active)
        ):
            continue
        asked = needed.get(code, Needed(document_type=code))
        items.append(
            _judge(document_type, asked, documents, requested=requested, departure=departure, today=today)
        )
    return Completeness(_without_met_groups(items))


def _judge(
    document_type: DocumentType,
    asked: Needed,
    documents: Sequence[CollectedDocument],
    *,
    requested: datetime | None,
    departure: Departure | None,
    today: date,
) -> Item:
    waived = departure is not None and departure.kind is ExceptionKind.WAIVE
    if waived and departure is not None and requested is not None and requested > departure.at:
        # Asked for anew after it had been waived.
        waived, departure = False, None
    # A type taken out of use cannot be supplied any more, so nobody may wait for it.
    wanted = document_type.is_active and not waived
    added = departure is not None and departure.kind is ExceptionKind.ADD
    required = wanted and (asked.is_required or requested is not None or added)
    newer = [document for document in documents if requested is None or document.uploaded_at > requested]
    accepted = [document for document in newer if document.review_status is ReviewStatus.ACCEPTED]
    standing = [document for document in newer if document.review_status is not ReviewStatus.REJECTED]
    lack = fault(standing, asked, today)
    if lack is None:
        state = ItemState.ACCEPTED if fault(accepted, asked, today) is None else ItemState.UPLOADED
    elif newer and not standing:
        state, lack = ItemState.REJECTED, Lack(LackCode.REFUSED, (document_type.code,))
    else:
        state = ItemState.MISSING
        if requested is not None and not newer:
            lack = Lack(LackCode.REQUESTED_ANEW, (document_type.code,))
    taken = sum(document.takes_a_place for document in documents)
    return Item(
        document_type,
        asked,
        required,
        asked.groups if wanted else (),
        state,
        max(document_type.max_files - taken, 0) if document_type.is_active else 0,
        lack,
        _ending(standing, asked, today) if lack is None else None,
        departure.kind if departure is not None else None,
    )


def _without_met_groups(items: Sequence[Item]) -> tuple[Item, ...]:
    """A group one of whose items is required by itself asks for nothing more."""
    met = {group for item in items if item.required for group in item.groups}
    return tuple(
        replace(item, groups=tuple(group for group in item.groups if group not in met)) for item in items
    )


def fault(documents: Sequence[CollectedDocument], asked: Needed, today: date) -> Lack | None:
    """Tell why these documents together are not what is asked for; none when they are."""
    codes = (asked.document_type,)
    if not documents:
        return Lack(LackCode.MISSING, codes)
    faults = [_fault_of(document, asked, today) for document in documents]
    good = [document for document, found in zip(documents, faults, strict=True) if found is None]
    if not good:
        return next(found for found in reversed(faults) if found is not None)
    pages = sum(document.page_count for document in good)
    if asked.min_pages is not None and pages < asked.min_pages:
        return Lack(LackCode.TOO_FEW_PAGES, codes, needed=asked.min_pages, found=pages)
    months = _months_covered(good)
    if asked.covers_months is not None and months is not None and months < asked.covers_months:
        return Lack(LackCode.PERIOD_TOO_SHORT, codes, needed=asked.covers_months, found=months)
    return None


def _fault_of(document: CollectedDocument, asked: Needed, today: date) -> Lack | None:
    codes = (asked.document_type,)
    if document.expires_on is None:
        if asked.asks_expiry:
            return Lack(LackCode.EXPIRY_UNKNOWN, codes)
    elif document.expires_on < today:
        return Lack(LackCode.EXPIRED, codes, day=document.expires_on)
    if asked.max_age_days is not None:
        age = (today - _issued(document)).days
        if age > asked.max_age_days:
            return Lack(
                LackCode.TOO_OLD, codes, needed=asked.max_age_days, found=age, day=_last_day(document, asked)
            )
    return None


def _issued(document: CollectedDocument) -> date:
    """The day of issue or, unless it is stated, the last day it can have been: that of the upload."""
    return document.issued_on or business_date(document.uploaded_at)


def _last_day(document: CollectedDocument, asked: Needed) -> date | None:
    """The last day on which a document counts; none when it counts for ever."""
    days = [] if document.expires_on is None else [document.expires_on]
    if asked.max_age_days is not None:
        days.append(_issued(document) + timedelta(days=asked.max_age_days))
    return min(days, default=None)


def _ending(documents: Sequence[CollectedDocument], asked: Needed, today: date) -> Lack | None:
    """Tell when documents that are enough today stop being so, if that is soon."""
    last_days = sorted({day for document in documents if (day := _last_day(document, asked))})
    for day in last_days:
        if not today <= day <= today + EXPIRES_SOON:
            continue
        after = fault(documents, asked, day + timedelta(days=1))
        if after is not None:
            aged = after.code is LackCode.TOO_OLD
            code = LackCode.TOO_OLD_SOON if aged else LackCode.EXPIRES_SOON
            return Lack(code, after.document_types, needed=asked.max_age_days if aged else None, day=day)
    return None


def _months_covered(documents: Sequence[CollectedDocument]) -> int | None:
    """Return the whole months of the longest time without a gap; none when a document does not say what it covers."""
    periods = [(document.covers_from, document.covers_to) for document in documents]
    stated = sorted((start, end) for start, end in periods if start is not None and end is not None)
    if len(stated) < len(periods):
        return None
    longest, (start, end) = 0, stated[0]
    for next_start, next_end in stated[1:]:
        if next_start <= end + timedelta(days=1):
            end = max(end, next_end)
        else:
            longest = max(longest, _whole_months(start, end))
            start, end = next_start, next_end
    return max(longest, _whole_months(start, end))


def _whole_months(first: date, last: date) -> int:
    behind = last + timedelta(days=1)
    months = (behind.year - first.year) * 12 + behind.month - first.month
    return months - (behind.day < first.day)
