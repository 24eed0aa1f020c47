"""The SQL of customers, and who may see which."""

import enum
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, bindparam, literal_column, or_, select, update

from backend.domains.customers.models import UPLOADED_SHARE, Customer
from backend.domains.customers.permissions import CustomerPermission
from backend.domains.customers.projection import CaseProjection, CaseStatus
from backend.domains.customers.schemas import CustomerFilter, CustomerListQuery
from backend.domains.identity.reference import people_table
from backend.kit import clock
from backend.kit.auth import Actor, Permission, Scope
from backend.kit.clock import day_start
from backend.kit.crypto import BlindIndex
from backend.kit.db.lists import Listing, Wanted
from backend.kit.db.ownership import covered, covering, owner_parameters
from backend.kit.db.repository import AnyRow, AnySelect, Repository
from backend.kit.identifiers import InvalidIdentifier, parse_id_number
from backend.kit.search import query_tokens, sealed_tail_tokens
from backend.resources import resources_of

_creator = people_table("creator")
_manager = people_table("manager")
_columns = Customer.__table__.c
_OWNERS: dict[str, Any] = {
    "people": (_columns.created_by_id, _columns.manager_id),
    "department": _columns.department_id,
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


def visible_customers(
    actor: Actor, permission: Permission, *, q: str | None = None, blind_index: BlindIndex | None = None
) -> AnySelect:
    """Select what other domains know of the customers that the actor may see, and may see with ``permission``."""
    statement = select(*_REFERENCE).where(visible_to(actor))
    if permission is not CustomerPermission.READ:
        statement = statement.where(visible_to(actor, permission))
    return statement.where(_matches(q, blind_index)) if q else statement


_REFERENCE: Sequence[ColumnElement[Any]] = (
    _columns.id.label("customer_id"),
    _columns.customer_no.label("customer_no"),
    _columns.name.label("customer_name"),
    _columns.kind.label("customer_kind"),
    _columns.sex.label("customer_sex"),
    _columns.marital_status.label("customer_marital_status"),
    _columns.level.label("customer_level"),
    _columns.status.label("customer_status"),
    _columns.rejected_final.label("customer_rejected_final"),
    _columns.required_count.label("customer_required_count"),
    _columns.uploaded_count.label("customer_uploaded_count"),
    _columns.accepted_count.label("customer_accepted_count"),
    or_(_columns.id_number_encrypted.is_not(None), _columns.bank_account_encrypted.is_not(None)).label(
        "customer_has_protected_values"
    ),
    _columns.archived_at.label("customer_archived_at"),
    _columns.created_by_id.label("customer_created_by_id"),
    _columns.manager_id.label("customer_manager_id"),
    _columns.department_id.label("customer_department_id"),
    _columns.version.label("customer_version"),
)
_SUMMARY: Sequence[ColumnElement[Any]] = (
    _columns.id,
    _columns.customer_no,
    _columns.kind,
    _columns.name,
    _columns.status,
    _columns.rejected_final,
    _columns.phone,
    _columns.id_number_masked.label("id_number"),
    _columns.unified_social_credit_code,
    _columns.area,
    _columns.level,
    _columns.created_at,
    _columns.updated_at,
    _columns.archived_at,
    _columns.version,
    _columns.required_count,
    _columns.uploaded_count,
    _columns.accepted_count,
    _columns.created_by_id,
    _creator.c.display_name.label("creator_name"),
    _columns.manager_id,
    _manager.c.display_name.label("manager_name"),
)
_DETAILS: Sequence[ColumnElement[Any]] = (
    _columns.landline,
    _columns.fax,
    _columns.email,
    _columns.website,
    _columns.address,
    _columns.postal_code,
    _columns.satisfaction,
    _columns.credit_rating,
    _columns.remark,
    _columns.bank_name,
    _columns.bank_account_masked.label("bank_account"),
    _columns.sex,
    _columns.birth_date,
    _columns.marital_status,
    _columns.legal_representative,
    _columns.registered_capital,
    _columns.annual_turnover,
    _columns.business_license_no,
    _columns.local_tax_no,
    _columns.national_tax_no,
)


def _with_people(*columns: ColumnElement[Any]) -> AnySelect:
    return (
        select(*columns)
        .join(_creator, _creator.c.id == _columns.created_by_id)
        .outerjoin(_manager, _manager.c.id == _columns.manager_id)
    )


_LIST = Listing(
    rows=_with_people(*_SUMMARY),
    key=_columns.id,
    conditions={
        **{f"reach {scope}": covering(scope, **_OWNERS) for scope in (None, *Scope)},
        "active": _columns.archived_at.is_(None),
        "archived": _columns.archived_at.is_not(None),
        "q": _columns.search_tokens.contains(bindparam("q")),
        "q or id_number": or_(
            _columns.search_tokens.contains(bindparam("q")),
            _columns.id_number_index == bindparam("id_number_index"),
        ),
        "q or tail": or_(
            _columns.search_tokens.contains(bindparam("q")),
            _columns.search_tokens.contains(bindparam("tail")),
        ),
        "kind": _columns.kind == bindparam("kind"),
        "level": _columns.level.in_(bindparam("level", expanding=True)),
        "area": _columns.area.like(bindparam("area"), escape="/"),
        "manager_id": _columns.manager_id == bindparam("manager_id"),
        "created_by_id": _columns.created_by_id == bindparam("created_by_id"),
        "created_from": _columns.created_at >= bindparam("created_from"),
        "created_to": _columns.created_at < bindparam("created_to"),
        "status": _columns.status.in_(bindparam("status", expanding=True)),
    },
    orders={
        "created_at": _columns.created_at,
        "updated_at": _columns.updated_at,
        "name": _columns.name_sort_key,
        "customer_no": _columns.customer_no,
        "status": _columns.status,
        "uploaded_pct": literal_column(UPLOADED_SHARE),
    },
)


@cache
def _record(reach: Scope | None) -> AnySelect:
    columns = {column.key: column for column in (*_SUMMARY, *_DETAILS, *_REFERENCE)}
    found = _columns.id == bindparam("customer_id")
    return _with_people(*columns.values()).where(found, covering(reach, **_OWNERS))


Reaches = tuple[Scope | None, Scope | None]


def reaches(actor: Actor, permission: Permission) -> Reaches:
    """Return what decides the shape of `visible_within`: how far reading customers and ``permission`` reach."""
    return actor.reach(CustomerPermission.READ), actor.reach(permission)


@cache
def visible_within(within: Reaches) -> Subquery:
    """Select as `visible_customers` does, for statements built once and run with `owner_parameters`."""
    conditions = (covering(reach, **_OWNERS) for reach in dict.fromkeys(within))
    return select(*_REFERENCE).where(*conditions).subquery("visible_customers")


class CustomerRepository(Repository[Customer]):
    """Customers."""

    model = Customer

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
            statement = statement.with_for_update(
                of=Customer.__table__, read=lock is Lock.HOLD, key_share=True
            )
        return (await self.session.execute(statement)).one_or_none()

    async def get_record(self, actor: Actor, customer_id: UUID) -> AnyRow | None:
        """Fetch all that is shown of a customer that the actor may see, with names, and what the rules need."""
        statement = _record(actor.reach(CustomerPermission.READ))
        parameters = {"customer_id": customer_id, **owner_parameters(actor)}
        return (await self.session.execute(statement, parameters)).one_or_none()

    async def find_number(
        self, *, id_number_index: bytes | None = None, credit_code: str | None = None
    ) -> str | None:
        """Return the number of the customer with this ID number or credit code, archived ones included."""
        found = Customer.id_number_index == id_number_index
        if credit_code is not None:
            found = Customer.unified_social_credit_code == credit_code
        return await self.session.scalar(select(Customer.customer_no).where(found))

    async def list_customers(self, actor: Actor, query: CustomerListQuery) -> tuple[Sequence[AnyRow], int]:
        """Fetch one page."""
        return await _LIST.page(self.session, query, self._wanted(actor, query))

    async def status_counts(self, actor: Actor, query: CustomerFilter) -> dict[CaseStatus, int]:
        """Count by the status of the current case what the filters leave, none further than 10 001."""
        return await _LIST.counts(
            self.session,
            self._wanted(actor, query),
            _columns.status,
            tuple(CaseStatus),
        )

    async def keep_case(self, customer_id: UUID, case: CaseProjection) -> None:
        """Show the current case on the row, without touching the version."""
        statement = update(Customer).where(Customer.id == customer_id).values(**asdict(case))
        await self.session.execute(statement.execution_options(synchronize_session=False))

    def _wanted(self, actor: Actor, query: CustomerFilter) -> Wanted:
        return _wanted(actor, query, resources_of(self.session).blind_index)


def _wanted(actor: Actor, query: CustomerFilter, blind_index: BlindIndex) -> Wanted:
    """Name the conditions of a list: visibility, search and filters."""
    parameters: dict[str, Any] = {
        name: value
        for name in ("kind", "level", "manager_id", "created_by_id", "status")
        if (value := getattr(query, name, None))
    }
    if query.area:
        parameters["area"] = _LIKE_SIGNS.sub(r"/\g<0>", query.area) + "%"
    if query.created_from is not None:
        parameters["created_from"] = day_start(query.created_from)
    if query.created_to is not None:
        parameters["created_to"] = day_start(query.created_to + timedelta(days=1))
    conditions = [f"reach {actor.reach(CustomerPermission.READ)}", "archived" if query.archived else "active"]
    conditions += parameters
    if query.q:
        conditions.append("q")
        parameters["q"] = query_tokens(query.q)
        index = _id_number_index_of(query.q, blind_index)
        tail = sealed_tail_tokens(query.q, partial(id_number_tail, blind_index))
        if tail is not None:
            conditions[-1] = "q or tail"
            parameters["tail"] = tail
        elif index is not None:
            conditions[-1] = "q or id_number"
            parameters["id_number_index"] = index
    sort = tuple(query.sort) if isinstance(query, CustomerListQuery) else ()
    return Wanted(tuple(conditions), {**parameters, **owner_parameters(actor)}, sort)


_LIKE_SIGNS = re.compile(r"[%_/]")


def _matches(q: str, blind_index: BlindIndex | None) -> ColumnElement[bool]:
    by_tokens = Customer.search_tokens.contains(query_tokens(q))
    if blind_index is None:
        return by_tokens
    tail = sealed_tail_tokens(q, partial(id_number_tail, blind_index))
    if tail is not None:
        return or_(by_tokens, Customer.search_tokens.contains(tail))
    index = _id_number_index_of(q, blind_index)
    return by_tokens if index is None else or_(by_tokens, Customer.id_number_index == index)


def _id_number_index_of(q: str, blind_index: BlindIndex) -> bytes | None:
    """Return the blind index of a whole ID number; among the tokens there is only a keyed one of its tail."""
    try:
        id_number = parse_id_number(q, today=clock.business_date(clock.now()))
    except InvalidIdentifier:
        return None
    return id_number_index(blind_index, id_number.value)


def id_number_index(blind_index: BlindIndex, id_number: str) -> bytes:
    """Return what is stored to find an equal ID number, given in its normal form."""
    return blind_index.digest("customers.id_number", id_number)


def id_number_tail(blind_index: BlindIndex, tail: str) -> str:
    """Return the token under which the tail of an ID number is found, given in its normal form."""
    return f"id:{blind_index.digest('customers.id_number_tail', tail)[:4].hex()}"
