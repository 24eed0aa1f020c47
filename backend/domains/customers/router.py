"""Routes of the customer's record."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

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
from backend.domains.customers.permissions import CustomerPermission
from backend.domains.customers.schemas import (
    CustomerCreate,
    CustomerFilter,
    CustomerListQuery,
    CustomerRead,
    CustomerSummary,
    CustomerUpdate,
    RevealedValue,
    RevealRequest,
    StatusCounts,
)
from backend.domains.customers.service.record import CustomerService
from backend.domains.customers.service.reveal import reveal
from backend.domains.dictionary.reference import UnknownEntry
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import ReadSession, Session
from backend.kit.errors import StaleVersion, VersionRequired
from backend.kit.http import ExpectedVersion, created, etag
from backend.kit.idempotency import OncePerKey
from backend.kit.listing import Page
from backend.kit.problems import responses
from backend.kit.routing import Router

router = Router(prefix="/customers", tags=["customers"])

Reader = Annotated[Actor, Requires(CustomerPermission.READ)]
Writer = Annotated[Actor, Requires(CustomerPermission.WRITE)]
Archivist = Annotated[Actor, Requires(CustomerPermission.ARCHIVE)]


@router.get("")
async def list_customers(
    query: Annotated[CustomerListQuery, Query()], actor: Reader, session: ReadSession
) -> Page[CustomerSummary]:
    """List the customers you may see; archived ones only with `archived=true`."""
    items, total = await CustomerService(session).list_customers(actor, query)
    return Page[CustomerSummary].of(items, total, query)


@router.get("/status-counts")
async def count_customers_by_status(
    query: Annotated[CustomerFilter, Query()], actor: Reader, session: ReadSession
) -> StatusCounts:
    """Count the customers by the status of their case, narrowed by the same search and filters as the list."""
    return await CustomerService(session).status_counts(actor, query)


@router.post(
    "",
    status_code=201,
    response_model=CustomerRead,
    responses=responses(
        DuplicateIdNumber, DuplicateCreditCode, UnknownEntry, UnknownManager, WrongKindOfField
    ),
)
async def create_customer(
    body: CustomerCreate,
    actor: Writer,
    session: Session,
    replay: OncePerKey,
) -> Response:
    """Open a customer.

    An ID number or credit code that another customer has is refused; the answer names that customer's number only,
    also when you may not see the customer.
    """

    async def produce() -> Response:
        customer = await CustomerService(session).create(actor, body)
        return created(customer, location=f"/api/v1/customers/{customer.id}", version=customer.version)

    return await replay.once(session, actor, produce)


@router.get("/{customer_id}", responses=responses(CustomerNotFound))
async def read_customer(
    customer_id: UUID, actor: Reader, session: ReadSession, response: Response
) -> CustomerRead:
    """Return a customer, protected values masked; `can` lists what you may do with it now."""
    read = await CustomerService(session).read(actor, customer_id)
    response.headers["ETag"] = etag(read.version)
    return read


@router.put(
    "/{customer_id}",
    responses=responses(
        CustomerNotFound,
        CustomerArchived,
        DuplicateIdNumber,
        DuplicateCreditCode,
        UnknownEntry,
        UnknownManager,
        WrongKindOfField,
        StaleVersion,
        VersionRequired,
    ),
)
async def update_customer(
    customer_id: UUID,
    body: CustomerUpdate,
    actor: Writer,
    session: Session,
    version: ExpectedVersion,
    response: Response,
) -> CustomerRead:
    """Replace a customer's fields; send the ETag you read as `If-Match`."""
    customer = await CustomerService(session).update(actor, customer_id, version, body)
    response.headers["ETag"] = etag(customer.version)
    return customer


@router.delete("/{customer_id}", status_code=204, responses=responses(CustomerNotFound, CustomerUnderReview))
async def archive_customer(customer_id: UUID, actor: Archivist, session: Session) -> None:
    """Archive a customer: it leaves the lists and can be restored. Refused while the case is under review."""
    await CustomerService(session).archive(actor, customer_id)


@router.post("/{customer_id}/restore", responses=responses(CustomerNotFound))
async def restore_customer(customer_id: UUID, actor: Archivist, session: Session) -> CustomerRead:
    """Bring an archived customer back."""
    return await CustomerService(session).restore(actor, customer_id)


@router.post(
    "/{customer_id}/reveal",
    responses=responses(CustomerNotFound, NothingToReveal),
)
async def reveal_customer_value(
    customer_id: UUID,
    body: RevealRequest,
    actor: Annotated[Actor, Requires(CustomerPermission.REVEAL)],
    session: Session,
    response: Response,
) -> RevealedValue:
    """Return an ID number or bank account in clear. Who asked, for what and why is kept for good."""
    response.headers["Cache-Control"] = "no-store"
    return await reveal(session, actor, customer_id, body)
