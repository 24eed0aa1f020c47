"""Keep the customer's record."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from backend.domains.audit import service as audit
from backend.domains.customers.errors import (
    CustomerArchived,
    CustomerNotFound,
    CustomerUnderReview,
    DuplicateCreditCode,
    DuplicateIdNumber,
    UnknownManager,
    WrongKindOfField,
)
from backend.domains.customers.events import CustomerChanged, CustomerOpened
from backend.domains.customers.facts import CustomerRef, check_reach, customer_actions, target_of, tell
from backend.domains.customers.live import CustomerEvent, CustomerEventType
from backend.domains.customers.models import Customer, CustomerKind, Sex
from backend.domains.customers.permissions import CustomerPermission
from backend.domains.customers.projection import Progress
from backend.domains.customers.repository import CustomerRepository, id_number_index, id_number_tail
from backend.domains.customers.schemas import (
    FIELDS_OF,
    CustomerCreate,
    CustomerFields,
    CustomerFilter,
    CustomerListQuery,
    CustomerRead,
    CustomerSummary,
    CustomerUpdate,
    StatusCounts,
)
from backend.domains.customers.service.protected import PROTECTED, open_sealed, seal
from backend.domains.dictionary.reference import CUSTOMER_LEVEL, choose
from backend.domains.identity.reference import is_active_account
from backend.kit import clock
from backend.kit.auth import NOBODYS, Actor, Ownership
from backend.kit.db.constraints import conflicts
from backend.kit.db.numbering import next_number
from backend.kit.db.repository import AnyRow
from backend.kit.db.versions import check_version
from backend.kit.events import emit
from backend.kit.identifiers import IdNumber, parse_id_number
from backend.kit.listing import EXACT_TOTAL_LIMIT
from backend.kit.pinyin import name_sort_key
from backend.kit.schemas import PersonRef
from backend.kit.search import search_tokens, tail_of
from backend.resources import resources_of

NUMBER_PREFIX = "KH"
# These are set by rules of their own, not copied from the request.
_DERIVED = frozenset({"kind", "id_number", "bank_account", "sex", "birth_date"})


class CustomerService:
    """The rules of the customer's record."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.customers = CustomerRepository(session)

    async def read(self, actor: Actor, customer_id: UUID) -> CustomerRead:
        """Return a customer, protected values masked."""
        row = await self.customers.get_record(actor, customer_id)
        if row is None:
            raise CustomerNotFound
        can = customer_actions.open_to(actor, CustomerRef.of(row))
        return CustomerRead.model_validate({**_shown(row), "can": can})

    async def list_customers(
        self, actor: Actor, query: CustomerListQuery
    ) -> tuple[list[CustomerSummary], int]:
        """Fetch one page of what the actor may see."""
        rows, total = await self.customers.list_customers(actor, query)
        return [CustomerSummary.model_validate(_shown(row)) for row in rows], total

    async def status_counts(self, actor: Actor, query: CustomerFilter) -> StatusCounts:
        """Count by the status of the current case what the filters leave."""
        counts = await self.customers.status_counts(actor, query)
        told = {status.value: min(count, EXACT_TOTAL_LIMIT) for status, count in counts.items()}
        return StatusCounts(
            **told, total=sum(told.values()), is_estimate=max(counts.values()) > EXACT_TOTAL_LIMIT
        )

    async def create(self, actor: Actor, body: CustomerCreate) -> CustomerRead:
        """Open a customer; the first case begins with it."""
        _check_kind(body.kind, body)
        assert actor.id is not None  # noqa: S101 - a system actor opens no customers
        customer = Customer(id=uuid7(), kind=body.kind, created_by_id=actor.id)
        customer.customer_no = await next_number(
            self.session, NUMBER_PREFIX, clock.business_date(clock.now())
        )
        await self._store(customer, body)
        reference = CustomerRef.of_entity(customer)
        audit.record(self.session, actor, "customer.create", target_of(reference))
        self._tell(actor, reference, "customer.created")
        await emit(self.session, actor, CustomerOpened(customer.id, body.product, body.amount))
        return await self.read(actor, customer.id)

    async def update(
        self, actor: Actor, customer_id: UUID, expected_version: int, body: CustomerUpdate
    ) -> CustomerRead:
        """Replace what people typed; ``id_number`` and ``bank_account`` stay when the request leaves them out."""
        customer = await self._lock(actor, customer_id, CustomerPermission.WRITE)
        check_version(customer.version, expected_version)
        if customer.archived_at is not None:
            raise CustomerArchived
        _check_kind(customer.kind, body)
        before, former_ownership = _auditable(customer), customer.ownership
        protected_before = {name: open_sealed(self.session, customer, name) for name in PROTECTED}
        await self._store(customer, body)
        changes = audit.changes(before, _auditable(customer))
        changes |= {
            name: ["***", "***"]
            for name in PROTECTED
            if open_sealed(self.session, customer, name) != protected_before[name]
        }
        if changes:
            reference = CustomerRef.of_entity(customer)
            audit.record(self.session, actor, "customer.update", target_of(reference), changes)
            self._tell(actor, reference, "customer.updated", former_ownership)
            await emit(self.session, actor, CustomerChanged(customer_id, frozenset(changes)))
        return await self.read(actor, customer_id)

    async def archive(self, actor: Actor, customer_id: UUID) -> None:
        """Put a customer away; nothing is deleted, and archiving twice changes nothing."""
        customer = await self._lock(actor, customer_id, CustomerPermission.ARCHIVE)
        if customer.case.is_under_review:
            raise CustomerUnderReview
        if customer.archived_at is None:
            customer.archived_at = clock.now()
            await self._moved(actor, customer, "customer.archive", "customer.archived")

    async def restore(self, actor: Actor, customer_id: UUID) -> CustomerRead:
        """Bring an archived customer back as it was."""
        customer = await self._lock(actor, customer_id, CustomerPermission.ARCHIVE)
        if customer.archived_at is not None:
            customer.archived_at = None
            await self._moved(actor, customer, "customer.restore", "customer.restored")
        return await self.read(actor, customer_id)

    async def _lock(self, actor: Actor, customer_id: UUID, permission: CustomerPermission) -> Customer:
        customer = await self.customers.get_visible(actor, customer_id, lock=True)
        if customer is None:
            raise CustomerNotFound
        check_reach(actor, CustomerRef.of_entity(customer), permission)
        return customer

    async def _moved(
        self, actor: Actor, customer: Customer, action: str, event_type: CustomerEventType
    ) -> None:
        await self.session.flush()
        reference = CustomerRef.of_entity(customer)
        audit.record(self.session, actor, action, target_of(reference))
        self._tell(actor, reference, event_type)

    def _tell(
        self,
        actor: Actor,
        customer: CustomerRef,
        event_type: CustomerEventType,
        former_ownership: Ownership = NOBODYS,
    ) -> None:
        event = CustomerEvent(
            type=event_type, actor_id=actor.id, customer_id=customer.id, version=customer.version
        )
        tell(self.session, customer, event, former_ownership=former_ownership)

    async def _apply(self, customer: Customer, body: CustomerFields) -> None:
        if body.manager_id is not None and body.manager_id != customer.manager_id:
            await self._check_manager(body.manager_id)
        if body.level is not None and body.level != customer.level:
            await choose(self.session, CUSTOMER_LEVEL, body.level, field="level")
        for name in set(CustomerFields.model_fields) - _DERIVED:
            setattr(customer, name, getattr(body, name))
        for name in PROTECTED:
            # Sealing the same value anew would read as a change.
            if name in body.model_fields_set and getattr(body, name) != open_sealed(
                self.session, customer, name
            ):
                seal(self.session, customer, name, getattr(body, name))
        clear = open_sealed(self.session, customer, "id_number")
        customer.sex, customer.birth_date = _person_facts(clear, body)
        customer.name_sort_key = name_sort_key(customer.name, is_person=customer.kind is CustomerKind.PERSON)
        own = resources_of(self.session)
        _index_for_search(customer, clear and id_number_tail(own.blind_index, tail_of(clear)))

    async def _check_manager(self, manager_id: UUID) -> None:
        if not await is_active_account(self.session, manager_id):
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
            number = await self.customers.find_number(
                id_number_index=id_number_index(resources_of(self.session).blind_index, body.id_number or "")
            )
            raise DuplicateIdNumber(existing_customer_no=number) from None
        except DuplicateCreditCode:
            number = await self.customers.find_number(credit_code=body.unified_social_credit_code)
            raise DuplicateCreditCode(existing_customer_no=number) from None


def _check_kind(kind: CustomerKind, body: CustomerFields) -> None:
    foreign = frozenset().union(*FIELDS_OF.values()) - FIELDS_OF[kind]
    wrong = sorted(name for name in foreign if getattr(body, name) is not None)
    if wrong:
        raise WrongKindOfField(wrong)


def _person_facts(id_number: str | None, body: CustomerFields) -> tuple[Sex | None, date | None]:
    if id_number is None:
        return body.sex, body.birth_date
    parsed: IdNumber = parse_id_number(id_number, today=clock.business_date(clock.now()))
    return Sex(parsed.sex), parsed.birth_date


def _index_for_search(customer: Customer, sealed_tail: str | None) -> None:
    customer.search_tokens = search_tokens(
        customer.name,
        is_person=customer.kind is CustomerKind.PERSON,
        phones=[phone for phone in (customer.phone, customer.landline) if phone],
        codes=[code for code in (customer.customer_no, customer.unified_social_credit_code) if code],
        sealed_tail=sealed_tail,
    )


def _auditable(customer: Customer) -> dict[str, Any]:
    return {
        name: getattr(customer, name) for name in sorted(set(CustomerFields.model_fields) - set(PROTECTED))
    }


def _shown(row: AnyRow) -> dict[str, Any]:
    """Put the columns of a row together as the answers have them."""
    manager = None
    if row.manager_id is not None:
        manager = PersonRef(id=row.manager_id, display_name=row.manager_name)
    return {
        **row._mapping,  # noqa: SLF001 - what SQLAlchemy calls its public way to a row's columns by name
        "manager": manager,
        "created_by": PersonRef(id=row.created_by_id, display_name=row.creator_name),
        "progress": Progress.of(row.required_count, row.uploaded_count, row.accepted_count),
    }
