"""The SQL of customers, and who may see which."""

import enum
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, update

from backend import resources
from backend.domains.customers.models import Customer
from backend.domains.customers.permissions import CustomerPermission
from backend.domains.customers.projection import CaseProjection, CaseStatus
from backend.domains.customers.schemas import CustomerFilter, CustomerListQuery
from backend.domains.identity.reference import people
from backend.kit import clock
from backend.kit.auth import Actor, Permission
from backend.kit.clock import day_start
from backend.kit.db.ownership import covered
from backend.kit.db.repository import AnyRow, AnySelect, Repository
from backend.kit.identifiers import InvalidIdentifier, parse_id_number
from backend.kit.search import query_tokens

Creator = people("creator")
Manager = people("manager")

_UPLOADED_SHARE = Customer.uploaded_count * 100 / func.greatest(Customer.required_count, 1)
_SORT_COLUMNS: dict[str, ColumnElement[Any]] = {
    "created_at": Customer.created_at.expression,
    "updated_at": Customer.updated_at.expression,
    "name": Customer.name_sort_key.expression,
    "customer_no": Customer.customer_no.expression,
    "status": Customer.status.expression,
    "uploaded_pct": _UPLOADED_SHARE,
}


def visible_to(actor: Actor, permission: Permission = CustomerPermission.READ) -> ColumnElement[bool]:
    """The second gate: the customers that the permission reaches, by who created or manages them and where."""
    owners = (Customer.created_by_id, Customer.manager_id)
    return covered(actor, permission, people=owners, department=Customer.department_id)


class Lock(enum.Enum):
    """How a row is kept while a transaction uses it."""

    NONE = enum.auto()
    # The row cannot be deleted; whoever changes it does not wait.
    HOLD = enum.auto()
    # Whoever else changes the row waits; foreign keys to it do not.
    FULL = enum.auto()


_REFERENCE: Sequence[ColumnElement[Any]] = (
    Customer.id.label("customer_id"),
    Customer.customer_no.label("customer_no"),
    Customer.name.label("customer_name"),
    Customer.kind.label("customer_kind"),
    Customer.status.label("customer_status"),
    Customer.rejected_final.label("customer_rejected_final"),
    Customer.required_count.label("customer_required_count"),
    Customer.uploaded_count.label("customer_uploaded_count"),
    Customer.accepted_count.label("customer_accepted_count"),
    or_(Customer.id_number_encrypted.is_not(None), Customer.bank_account_encrypted.is_not(None)).label(
        "customer_has_protected_values"
    ),
    Customer.archived_at.label("customer_archived_at"),
    Customer.created_by_id.label("customer_created_by_id"),
    Customer.manager_id.label("customer_manager_id"),
    Customer.department_id.label("customer_department_id"),
    Customer.version.label("customer_version"),
)


def visible_customers(actor: Actor, permission: Permission, *, q: str | None = None) -> AnySelect:
    """Select what other domains know of the customers that the actor may see, and may see with ``permission``."""
    statement = select(*_REFERENCE).where(visible_to(actor))
    if permission is not CustomerPermission.READ:
        statement = statement.where(visible_to(actor, permission))
    return statement.where(_matches(q)) if q else statement


class CustomerRepository(Repository[Customer]):
    """Customers."""

    model = Customer

    def with_people(self) -> AnySelect:
        """Select customers with the names of their creator and manager."""
        return (
            select(
                Customer,
                Creator.display_name.label("creator_name"),
                Manager.display_name.label("manager_name"),
            )
            .join(Creator, Creator.id == Customer.created_by_id)
            .outerjoin(Manager, Manager.id == Customer.manager_id)
        )

    async def get_visible(self, actor: Actor, customer_id: UUID, *, lock: bool = False) -> Customer | None:
        """Fetch a customer that the actor may see."""
        statement: Select[Customer] = select(Customer).where(Customer.id == customer_id, visible_to(actor))
        if lock:
            statement = statement.with_for_update(of=Customer, key_share=True)
        return await self.one_or_none(statement)

    async def get_reference(self, actor: Actor, customer_id: UUID, lock: Lock) -> AnyRow | None:
        """Fetch what other domains know of a customer that the actor may see."""
        statement: AnySelect = select(*_REFERENCE).where(Customer.id == customer_id, visible_to(actor))
        if lock is not Lock.NONE:
            statement = statement.with_for_update(of=Customer, read=lock is Lock.HOLD, key_share=True)
        return (await self.session.execute(statement)).one_or_none()

    async def get_with_people(self, actor: Actor, customer_id: UUID) -> AnyRow | None:
        """Fetch a customer that the actor may see, with names."""
        statement = self.with_people().where(Customer.id == customer_id, visible_to(actor))
        return (await self.session.execute(statement.execution_options(populate_existing=True))).one_or_none()

    async def find_number(
        self, *, id_number_index: bytes | None = None, credit_code: str | None = None
    ) -> str | None:
        """Return the number of the customer with this ID number or credit code, archived ones included."""
        found = Customer.id_number_index == id_number_index
        if credit_code is not None:
            found = Customer.unified_social_credit_code == credit_code
        return await self.session.scalar(select(Customer.customer_no).where(found))

    def narrowed(self, statement: AnySelect, actor: Actor, query: CustomerFilter) -> AnySelect:
        """Apply visibility, search and the filters."""
        archived = Customer.archived_at.is_not(None) if query.archived else Customer.archived_at.is_(None)
        statement = statement.where(visible_to(actor), archived)
        if query.q:
            statement = statement.where(_matches(query.q))
        if query.kind is not None:
            statement = statement.where(Customer.kind == query.kind)
        if query.level:
            statement = statement.where(Customer.level.in_(query.level))
        if query.area:
            statement = statement.where(Customer.area.startswith(query.area, autoescape=True))
        if query.manager_id is not None:
            statement = statement.where(Customer.manager_id == query.manager_id)
        if query.created_by_id is not None:
            statement = statement.where(Customer.created_by_id == query.created_by_id)
        if query.created_from is not None:
            statement = statement.where(Customer.created_at >= day_start(query.created_from))
        if query.created_to is not None:
            statement = statement.where(Customer.created_at < day_start(query.created_to + timedelta(days=1)))
        return statement

    async def list_customers(self, actor: Actor, query: CustomerListQuery) -> tuple[Sequence[AnyRow], int]:
        """Fetch one page."""
        statement = self.narrowed(self.with_people(), actor, query)
        if query.status:
            statement = statement.where(Customer.status.in_(query.status))
        order = [_order(key) for key in query.sort]
        return await self.page(statement, query, order, Customer.id)

    async def status_counts(self, actor: Actor, query: CustomerFilter) -> dict[CaseStatus, int]:
        """Count by the status of the current case what the filters leave."""
        statement = self.narrowed(select(Customer.status, func.count().label("rows")), actor, query)
        rows = (await self.session.execute(statement.group_by(Customer.status))).all()
        return {row.status: row.rows for row in rows}

    async def keep_case(self, customer_id: UUID, case: CaseProjection) -> None:
        """Show the current case on the row, without touching the version."""
        statement = update(Customer).where(Customer.id == customer_id).values(**asdict(case))
        await self.session.execute(statement.execution_options(synchronize_session=False))


def _matches(q: str) -> ColumnElement[bool]:
    by_tokens = Customer.search_tokens.contains(query_tokens(q))
    try:
        # Only the tail of an ID number is among the tokens; a whole one is found by its blind index.
        id_number = parse_id_number(q, today=clock.business_date(clock.now()))
    except InvalidIdentifier:
        return by_tokens
    return or_(by_tokens, Customer.id_number_index == id_number_index(id_number.value))


def id_number_index(id_number: str) -> bytes:
    """Return what is stored to find an equal ID number, given in its normal form."""
    return resources.blind_index().digest("customers.id_number", id_number)


def _order(key: str) -> ColumnElement[Any]:
    column = _SORT_COLUMNS[key.removeprefix("-")]
    return column.desc() if key.startswith("-") else column.asc()
