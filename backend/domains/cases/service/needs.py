"""Gather what a case is judged by: what is needed, what was asked for anew, what departs from the sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.cases.completeness import Completeness, Departure, Situation, assess
from backend.domains.cases.repository import CaseRepository
from backend.domains.cases.service.finding import CaseOfCustomer
from backend.domains.cases.states import FROZEN
from backend.domains.documents.reference import Documents
from backend.domains.requirements.reference import CONDITION_FIELDS, Needed, Requirements, Subject
from backend.kit import clock
from backend.kit.clock import business_date
from backend.kit.db.repository import AnyRow


@dataclass(frozen=True)
class Judgement:
    """How far a case is, with the rows of what was asked for anew and of what departs from the sets."""

    checklist: Completeness
    requirements: Sequence[AnyRow]
    exceptions: Sequence[AnyRow]


class CaseNeeds:
    """What cases need, and how far they have it."""

    def __init__(self, session: AsyncSession) -> None:
        self.cases = CaseRepository(session)
        self.documents = Documents(session)
        self.requirements = Requirements(session)

    async def now(self, found: CaseOfCustomer) -> tuple[Needed, ...]:
        """Return what the sets in use ask of the case."""
        return await self.requirements.needed(subject_of(found))

    async def in_force(self, found: CaseOfCustomer) -> tuple[Needed, ...]:
        """Return what counts for the case: while it is under review or decided, what it was submitted with."""
        case = found.case
        if case.status in FROZEN and case.frozen_needs is not None:
            return tuple(Needed.model_validate(needed) for needed in case.frozen_needs)
        return await self.now(found)

    async def assess(self, found: CaseOfCustomer) -> Completeness:
        """Judge the case by what is in force."""
        return (await self.judge(found)).checklist

    async def judge(self, found: CaseOfCustomer, needed: tuple[Needed, ...] | None = None) -> Judgement:
        """Judge the case by what is in force or by something else, and tell what it says itself."""
        requirements = await self.cases.requirements(found.case.id)
        exceptions = await self.cases.exceptions(found.case.id)
        situation = Situation(
            await self.in_force(found) if needed is None else needed,
            {requirement.document_type: requirement.requested_at for requirement, _ in requirements},
            {made.document_type: Departure(made.kind, made.made_at) for made, _ in exceptions},
        )
        checklist = assess(
            await self.documents.types(),
            await self.documents.collected(found.customer.id),
            situation,
            _day_of(found),
        )
        return Judgement(checklist, requirements, exceptions)


def _day_of(found: CaseOfCustomer) -> date:
    """Return the day to judge a case by: today, or that of the decision, from which nothing ages any more."""
    case = found.case
    return business_date(clock.now() if case.projection.is_open else case.updated_at)


def subject_of(found: CaseOfCustomer) -> Subject:
    """Tell whose papers are asked for, and for what product."""
    facts = {name: getattr(found.customer, name) for name in CONDITION_FIELDS}
    return Subject(found.customer.kind, found.case.product, facts)
