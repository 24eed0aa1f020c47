"""Keep the customer's record."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from backend import resources
from backend.domains.audit import service as audit
from backend.domains.customers.case_states import OPEN_STATUSES, CustomerStatus, moves, permissions_for
from backend.domains.customers.errors import (
    CustomerArchived,
    CustomerNotFound,
    CustomerUnderReview,
    DuplicateCreditCode,
    DuplicateIdNumber,
    NothingToReveal,
    UnknownManager,
    WrongKindOfField,
)
from backend.domains.customers.events import CustomerOpened
from backend.domains.customers.models import Customer, CustomerKind, Sex
from backend.domains.customers.permissions import CustomerPermission
from backend.domains.customers.repository import CustomerRepository, id_number_index, visible_customers
from backend.domains.customers.schemas import (
    COMPANY_FIELDS,
    PERSON_FIELDS,
    CustomerCreate,
    CustomerFields,
    CustomerFilter,
    CustomerListQuery,
    CustomerRead,
    CustomerSummary,
    CustomerUpdate,
    Progress,
    RevealedValue,
    RevealRequest,
    StatusCounts,
)
from backend.domains.identity.service.accounts import AccountService
from backend.kit import clock
from backend.kit.auth import NOBODYS, Actor, Ownership, PermissionMissing
from backend.kit.db.constraints import conflicts
from backend.kit.db.numbering import next_number
from backend.kit.db.repository import AnyRow, AnySelect
from backend.kit.events import emit
from backend.kit.http import check_version
from backend.kit.identifiers import IdNumber, parse_id_number
from backend.kit.masking import mask_account, mask_id_number
from backend.kit.pinyin import name_sort_key
from backend.kit.realtime.feed import LiveEvent, publish
from backend.kit.schemas import PersonRef
from backend.kit.search import search_tokens

NUMBER_PREFIX = "KH"
UPLOAD_PERMISSION = "documents:upload"
_PROTECTED = ("id_number", "bank_account")
# These are set by rules of their own, not copied from the request.
_DERIVED = frozenset({"kind", "id_number", "bank_account", "sex", "birth_date"})


class CustomerService:
    """The rules of the customer's record; the review of its file is `backend.domains.cases`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.customers = CustomerRepository(session)

    @staticmethod
    def visible(actor: Actor, permission: str) -> AnySelect:
        """Select what other domains join with: id, number, name, state and owners of customers.

        Only those that the actor may see, and that ``permission`` reaches too.
        """
        return visible_customers(actor, permission)

    async def get(self, actor: Actor, customer_id: UUID, *, lock: bool = False) -> Customer:
        """Fetch a customer that the actor may see, or raise `CustomerNotFound`.

        ``lock`` keeps everybody else from changing the customer or its documents until the transaction ends.
        """
        customer = await self.customers.get_visible(actor, customer_id, lock=lock)
        if customer is None:
            raise CustomerNotFound
        return customer

    async def get_active(self, actor: Actor, customer_id: UUID) -> Customer:
        """Fetch and lock a customer to change it; raises `CustomerArchived` for an archived one."""
        customer = await self.get(actor, customer_id, lock=True)
        if customer.archived_at is not None:
            raise CustomerArchived
        return customer

    async def read(self, actor: Actor, customer_id: UUID) -> CustomerRead:
        """Shape a customer for an answer, protected values masked."""
        row = await self.customers.get_with_people(actor, customer_id)
        if row is None:
            raise CustomerNotFound
        return _read(row, actor)

    async def list_customers(
        self, actor: Actor, query: CustomerListQuery
    ) -> tuple[list[CustomerSummary], int]:
        """Fetch one page of what the actor may see."""
        rows, total = await self.customers.list_customers(actor, query)
        return [CustomerSummary.model_validate(_summary(row)) for row in rows], total

    async def status_counts(self, actor: Actor, query: CustomerFilter) -> StatusCounts:
        """Count by state what the filters leave."""
        return await self.customers.status_counts(actor, query)

    async def create(self, actor: Actor, body: CustomerCreate) -> Customer:
        """Open a customer; its file begins as ``pending``."""
        _check_kind(body.kind, body)
        assert actor.id is not None  # noqa: S101 - a system actor opens no customers
        customer = Customer(id=uuid7(), kind=body.kind, created_by_id=actor.id)
        customer.customer_no = await next_number(
            self.session, NUMBER_PREFIX, clock.business_date(clock.now())
        )
        await self._store(customer, body)
        audit.record(self.session, actor, "customer.create", target_of(customer))
        self.tell(actor, customer, "customer.created")
        await emit(self.session, actor, CustomerOpened(customer.id))
        return customer

    async def update(
        self, actor: Actor, customer_id: UUID, expected_version: int, body: CustomerUpdate
    ) -> Customer:
        """Replace what people typed; ``id_number`` and ``bank_account`` stay when the request leaves them out."""
        customer = await self.get(actor, customer_id, lock=True)
        check_reach(actor, customer, CustomerPermission.WRITE)
        check_version(customer.version, expected_version)
        if customer.archived_at is not None:
            raise CustomerArchived
        _check_kind(customer.kind, body)
        before, former_ownership = _auditable(customer), customer.ownership
        await self._store(customer, body)
        changes = {
            name: [old, new] for name, new in _auditable(customer).items() if (old := before[name]) != new
        }
        changes |= {name: ["***", "***"] for name in _PROTECTED if name in body.model_fields_set}
        audit.record(self.session, actor, "customer.update", target_of(customer), changes)
        self.tell(actor, customer, "customer.updated", former_ownership=former_ownership)
        return customer

    async def archive(self, actor: Actor, customer_id: UUID) -> None:
        """Put a customer away; nothing is deleted, and archiving twice changes nothing."""
        customer = await self.get(actor, customer_id, lock=True)
        check_reach(actor, customer, CustomerPermission.ARCHIVE)
        if customer.status is CustomerStatus.REVIEWING:
            raise CustomerUnderReview
        if customer.archived_at is None:
            customer.archived_at = clock.now()
            await self.session.flush()
            audit.record(self.session, actor, "customer.archive", target_of(customer))
            self.tell(actor, customer, "customer.archived")

    async def restore(self, actor: Actor, customer_id: UUID) -> Customer:
        """Bring an archived customer back as it was."""
        customer = await self.get(actor, customer_id, lock=True)
        check_reach(actor, customer, CustomerPermission.ARCHIVE)
        if customer.archived_at is not None:
            customer.archived_at = None
            await self.session.flush()
            audit.record(self.session, actor, "customer.restore", target_of(customer))
            self.tell(actor, customer, "customer.restored")
        return customer

    async def reveal(self, actor: Actor, customer_id: UUID, body: RevealRequest) -> RevealedValue:
        """Return a protected value in clear; the audit entry commits before the value leaves."""
        customer = await self.get(actor, customer_id)
        check_reach(actor, customer, CustomerPermission.REVEAL)
        sealed = getattr(customer, f"{body.field}_encrypted")
        if sealed is None:
            raise NothingToReveal
        details = {"field": body.field, "reason": body.reason}
        audit.record(self.session, actor, "customer.reveal", target_of(customer), details)
        return RevealedValue(field=body.field, value=_open(customer.id, body.field, sealed) or "")

    async def open_file_ids(self) -> Sequence[UUID]:
        """Return the ids of all customers whose file is still open."""
        return await self.customers.open_file_ids()

    async def set_case(self, customer: Customer, **values: CustomerStatus | int | bool) -> None:
        """Change the state or the progress of a customer's file; for `backend.domains.cases` alone."""
        await self.customers.set_case(customer, **values)

    def tell(
        self,
        actor: Actor,
        customer: Customer,
        event_type: str,
        *,
        permission: str = CustomerPermission.READ,
        former_ownership: Ownership = NOBODYS,
        **data: Any,
    ) -> None:
        """Publish a change of this customer to everybody whose ``permission`` covers it, or did until now."""
        ownership = customer.ownership | former_ownership
        ids = {"customer_id": str(customer.id), "actor_id": str(actor.id) if actor.id else None}
        event = LiveEvent(event_type, permission, ownership, {**ids, "version": customer.version, **data})
        publish(self.session, event)

    async def _apply(self, customer: Customer, body: CustomerFields) -> None:
        if body.manager_id is not None and body.manager_id != customer.manager_id:
            await self._check_manager(body.manager_id)
        for name in set(CustomerFields.model_fields) - _DERIVED:
            setattr(customer, name, getattr(body, name))
        for name in _PROTECTED:
            if name in body.model_fields_set:
                _seal(customer, name, getattr(body, name))
        clear = self._clear_id_number(customer)
        customer.sex, customer.birth_date = _person_facts(clear, body)
        customer.name_sort_key = name_sort_key(customer.name, is_person=customer.kind is CustomerKind.PERSON)
        _index_for_search(customer, clear)

    async def _check_manager(self, manager_id: UUID) -> None:
        if not await AccountService(self.session).is_active(manager_id):
            raise UnknownManager

    async def _store(self, customer: Customer, body: CustomerFields) -> None:
        """Set the fields and write the row; a duplicate names the other customer's number, and only that."""
        duplicates: dict[str, type[DuplicateIdNumber | DuplicateCreditCode]] = {
            "customers_id_number_index_key": DuplicateIdNumber,
            "customers_unified_social_credit_code_key": DuplicateCreditCode,
        }
        try:
            async with conflicts(self.session, duplicates):
                # In here: opening a savepoint writes what was set before it, outside of it.
                await self._apply(customer, body)
                await self.customers.add(customer)
        except DuplicateIdNumber:
            number = await self.customers.find_number(id_number_index=id_number_index(body.id_number or ""))
            raise DuplicateIdNumber(existing_customer_no=number) from None
        except DuplicateCreditCode:
            number = await self.customers.find_number(credit_code=body.unified_social_credit_code)
            raise DuplicateCreditCode(existing_customer_no=number) from None

    def _clear_id_number(self, customer: Customer) -> str | None:
        return _open(customer.id, "id_number", customer.id_number_encrypted)


def target_of(customer: Customer) -> audit.Target:
    """Name the customer in the audit trail."""
    return audit.Target("customer", str(customer.id), customer.customer_no)


def check_reach(actor: Actor, customer: Customer, permission: str) -> None:
    """Refuse what the actor may do with their own customers only, when this is another's."""
    if not actor.covers(permission, customer.ownership):
        raise PermissionMissing(permission=permission)


def _check_kind(kind: CustomerKind, body: CustomerFields) -> None:
    foreign = COMPANY_FIELDS if kind is CustomerKind.PERSON else PERSON_FIELDS
    wrong = sorted(name for name in foreign if getattr(body, name) is not None)
    if wrong:
        raise WrongKindOfField(wrong)


def _person_facts(id_number: str | None, body: CustomerFields) -> tuple[Sex | None, date | None]:
    if id_number is None:
        return body.sex, body.birth_date
    parsed: IdNumber = parse_id_number(id_number, today=clock.business_date(clock.now()))
    return Sex(parsed.sex), parsed.birth_date


def _context(customer_id: UUID, field: str) -> str:
    return f"customers.{field}:{customer_id}"


def _seal(customer: Customer, field: str, value: str | None) -> None:
    sealed = None if value is None else resources.field_cipher().encrypt(value, _context(customer.id, field))
    setattr(customer, f"{field}_encrypted", sealed)
    if field == "id_number":
        customer.id_number_index = None if value is None else id_number_index(value)


def _open(customer_id: UUID, field: str, sealed: str | None) -> str | None:
    return None if sealed is None else resources.field_cipher().decrypt(sealed, _context(customer_id, field))


def _index_for_search(customer: Customer, id_number: str | None) -> None:
    customer.search_tokens = search_tokens(
        customer.name,
        is_person=customer.kind is CustomerKind.PERSON,
        phones=[phone for phone in (customer.phone, customer.landline) if phone],
        id_number=id_number,
        codes=[code for code in (customer.customer_no, customer.unified_social_credit_code) if code],
    )


def _auditable(customer: Customer) -> dict[str, Any]:
    names = sorted(set(CustomerFields.model_fields) - set(_PROTECTED))
    return {name: None if (value := getattr(customer, name)) is None else str(value) for name in names}


def _summary(row: AnyRow) -> dict[str, Any]:
    customer: Customer = row[0]
    id_number = _open(customer.id, "id_number", customer.id_number_encrypted)
    manager = None
    if customer.manager_id is not None:
        manager = PersonRef(id=customer.manager_id, display_name=row.manager_name)
    return {
        **{name: getattr(customer, name) for name in _PLAIN},
        "id_number": mask_id_number(id_number) if id_number else None,
        "manager": manager,
        "created_by": PersonRef(id=customer.created_by_id, display_name=row.creator_name),
        "progress": Progress.of(customer.required_count, customer.uploaded_count, customer.accepted_count),
    }


_PLAIN: Sequence[str] = sorted(
    set(CustomerRead.model_fields) - {"id_number", "bank_account", "manager", "created_by", "progress", "can"}
)


def _read(row: AnyRow, actor: Actor) -> CustomerRead:
    customer: Customer = row[0]
    account = _open(customer.id, "bank_account", customer.bank_account_encrypted)
    return CustomerRead.model_validate(
        {
            **_summary(row),
            "bank_account": mask_account(account) if account else None,
            "can": _can(customer, actor),
        }
    )


def _can(customer: Customer, actor: Actor) -> list[str]:
    """List what the actor may do with the customer now, so that screens offer nothing that would be refused."""
    if customer.archived_at is not None:
        return ["restore"] if actor.covers(CustomerPermission.ARCHIVE, customer.ownership) else []
    can: list[str] = []
    open_file = customer.status in OPEN_STATUSES
    checks = (
        ("edit", CustomerPermission.WRITE, True),
        ("archive", CustomerPermission.ARCHIVE, customer.status is not CustomerStatus.REVIEWING),
        (
            "reveal",
            CustomerPermission.REVEAL,
            bool(customer.id_number_encrypted or customer.bank_account_encrypted),
        ),
        ("upload", UPLOAD_PERMISSION, open_file),
    )
    can += [
        name
        for name, permission, possible in checks
        if possible and actor.covers(permission, customer.ownership)
    ]
    status = customer.status
    if status is CustomerStatus.PENDING and customer.uploaded_count >= customer.required_count > 0:
        # A file returned with nothing missing may be submitted again without a change.
        status = CustomerStatus.COMPLETE
    for action in moves(status, rejected_final=customer.rejected_final):
        permissions = permissions_for(action, status)
        if any(actor.covers(permission, customer.ownership) for permission in permissions):
            can.append(action.value)
    return can
