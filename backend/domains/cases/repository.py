"""The SQL of cases, their moves and what was asked for anew, seen by whoever may see the customer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, Subquery, bindparam, delete, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from backend.domains.cases.models import (
    Case,
    CaseException,
    CaseMove,
    CaseRequirement,
    CaseViewer,
    MoveAction,
)
from backend.domains.cases.schemas import CaseListQuery, HistoryQuery
from backend.domains.customers.reference import (
    OPEN_STATUSES,
    CustomerPermission,
    Reaches,
    reaches,
    visible,
    visible_within,
)
from backend.domains.identity.reference import people
from backend.kit.auth import Actor
from backend.kit.db.ownership import owner_parameters
from backend.kit.db.repository import AnyRow, AnySelect, Repository
from backend.resources import resources_of

Mover = people("mover")
Requester = people("requester")
Viewer = people("viewer")
Submitter = people("submitter")
Returner = people("returner")
Maker = people("maker")

_SORT_COLUMNS: dict[str, ColumnElement[Any]] = {
    "opened_at": Case.created_at.expression,
    "updated_at": Case.updated_at.expression,
    "submitted_at": Case.submitted_at.expression,
    "status": Case.status.expression,
}


class CaseRepository(Repository[Case]):
    """Cases."""

    model = Case

    async def get_current(self, customer_id: UUID) -> Case | None:
        """Fetch the current case of a customer that the caller has found visible."""
        statement: Select[Case] = select(Case).where(Case.customer_id == customer_id, Case.is_current)
        return await self.one_or_none(statement)

    async def get_visible(
        self, actor: Actor, case_id: UUID | None = None, *, current_of: UUID | None = None
    ) -> AnyRow | None:
        """Fetch a case with its customer, by its own id or as the customer's current one."""
        statement = _one(reaches(actor, CustomerPermission.READ), current=current_of is not None)
        parameters = {"wanted": current_of or case_id, **owner_parameters(actor)}
        return (await self.session.execute(statement, parameters)).one_or_none()

    async def list_cases(self, actor: Actor, query: CaseListQuery) -> tuple[Sequence[AnyRow], int]:
        """Fetch one page."""
        blind_index = resources_of(self.session).blind_index
        customers = visible(actor, CustomerPermission.READ, q=query.q, blind_index=blind_index)
        statement = _with(customers)
        if not query.archived:
            statement = statement.where(customers.c.customer_archived_at.is_(None))
        if query.customer_id is not None:
            statement = statement.where(Case.customer_id == query.customer_id)
        if query.status:
            statement = statement.where(Case.status.in_(query.status))
        return await self.page(statement, query, self.order(_SORT_COLUMNS, query.sort), Case.id)

    async def open_ids(self, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Fetch ids of cases that are not decided, in their order, beginning behind one of them."""
        statement = select(Case.id).where(Case.status.in_(OPEN_STATUSES)).order_by(Case.id).limit(limit)
        if after is not None:
            statement = statement.where(Case.id > after)
        return (await self.session.scalars(statement)).all()

    async def history(self, case_id: UUID, query: HistoryQuery) -> tuple[Sequence[AnyRow], int]:
        """Fetch one page of a case's moves with names, newest first."""
        statement = (
            select(CaseMove, Mover.display_name.label("actor_name"))
            .outerjoin(Mover, Mover.id == CaseMove.actor_id)
            .where(CaseMove.case_id == case_id)
        )
        return await self.page(statement, query, [], CaseMove.id)

    async def requirements(self, case_id: UUID) -> Sequence[AnyRow]:
        """Fetch what was asked for anew, with the asker's name."""
        return (await self.session.execute(_REQUIREMENTS, {"case_id": case_id})).all()

    async def exceptions(self, case_id: UUID) -> Sequence[AnyRow]:
        """Fetch what was added to the case or waived for it, with the name of who did."""
        return (await self.session.execute(_EXCEPTIONS, {"case_id": case_id})).all()

    async def get_exception(self, case_id: UUID, document_type: str) -> CaseException | None:
        """Fetch how the case departs from its sets in one document type."""
        return await self.session.get(CaseException, (case_id, document_type))

    async def require(self, case_id: UUID, reasons: Mapping[str, str], *, at: datetime, by: UUID) -> None:
        """Ask for document types anew, each for its reason; asking again moves the time on."""
        rows = [
            {
                "case_id": case_id,
                "document_type": code,
                "requested_at": at,
                "requested_by_id": by,
                "reason": reason,
            }
            for code, reason in reasons.items()
        ]
        statement = insert(CaseRequirement)
        changed = {name: statement.excluded[name] for name in ("requested_at", "requested_by_id", "reason")}
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=["case_id", "document_type"], set_=changed),
            rows,
        )


class ViewerRepository(Repository[Case]):
    """Who has which case open, as of their last sign of life."""

    model = Case

    async def put(self, case_id: UUID, user_id: UUID, at: datetime, *, stale_before: datetime) -> None:
        """Note a sign of life; what the same person left behind elsewhere is cleared away."""
        await self.session.execute(
            delete(CaseViewer).where(CaseViewer.user_id == user_id, CaseViewer.seen_at < stale_before)
        )
        statement = insert(CaseViewer).values(case_id=case_id, user_id=user_id, since=at, seen_at=at)
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=["case_id", "user_id"], set_={"seen_at": at})
        )

    async def remove(self, case_id: UUID, user_id: UUID) -> None:
        """Forget that this person has the case open."""
        await self.session.execute(
            delete(CaseViewer).where(CaseViewer.case_id == case_id, CaseViewer.user_id == user_id)
        )

    async def others(self, case_id: UUID, user_id: UUID, *, seen_since: datetime) -> Sequence[AnyRow]:
        """Fetch everybody else who has the case open, with names, who came first at the top."""
        statement = (
            select(CaseViewer.user_id, CaseViewer.since, Viewer.display_name)
            .join(Viewer, Viewer.id == CaseViewer.user_id)
            .where(
                CaseViewer.case_id == case_id,
                CaseViewer.user_id != user_id,
                CaseViewer.seen_at >= seen_since,
            )
            .order_by(CaseViewer.since, CaseViewer.user_id)
        )
        return (await self.session.execute(statement)).all()


@cache
def _one(within: Reaches, *, current: bool) -> AnySelect:
    wanted: BindParameter[UUID] = bindparam("wanted")
    found = (Case.customer_id == wanted, Case.is_current) if current else (Case.id == wanted,)
    return _with(visible_within(within)).where(*found).execution_options(populate_existing=True)


_REQUIREMENTS: AnySelect = (
    select(CaseRequirement, Requester.display_name.label("requester_name"))
    .join(Requester, Requester.id == CaseRequirement.requested_by_id)
    .where(CaseRequirement.case_id == bindparam("case_id"))
)

_EXCEPTIONS: AnySelect = (
    select(CaseException, Maker.display_name.label("maker_name"))
    .join(Maker, Maker.id == CaseException.made_by_id)
    .where(CaseException.case_id == bindparam("case_id"))
)


# The return that is in force.
_return = (
    select(CaseMove.id.label("move_id"))
    .where(CaseMove.case_id == Case.id, CaseMove.action == MoveAction.RETURN, Case.is_returned)
    .order_by(CaseMove.id.desc())
    .limit(1)
    .lateral("last_return")
)
Return = aliased(CaseMove, name="return_move")


def _with(customers: Subquery) -> AnySelect:
    return (
        select(
            Case,
            *customers.c,
            Submitter.display_name.label("submitter_name"),
            Return,
            Returner.display_name.label("returner_name"),
        )
        .join(customers, customers.c.customer_id == Case.customer_id)
        .outerjoin(Submitter, Submitter.id == Case.submitted_by_id)
        .outerjoin(_return, true())
        .outerjoin(Return, Return.id == _return.c.move_id)
        .outerjoin(Returner, Returner.id == Return.actor_id)
    )
