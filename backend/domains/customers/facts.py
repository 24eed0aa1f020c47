"""A customer as the rules about it see it: whose it is, where its case stands, and how changes are told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.customers.models import Customer, CustomerKind, MaritalStatus, Sex
from backend.domains.customers.projection import CaseProjection
from backend.kit.actions import Actions
from backend.kit.auth import NOBODYS, Actor, Ownership, Permission, PermissionMissing
from backend.kit.realtime.feed import LiveEvent, publish
from backend.kit.realtime.live import LivePayload


@dataclass(frozen=True, slots=True)
class CustomerRef:
    """A customer as all domains know it."""

    id: UUID
    customer_no: str
    name: str
    kind: CustomerKind
    sex: Sex | None
    marital_status: MaritalStatus | None
    level: str | None
    case: CaseProjection
    ownership: Ownership
    has_protected_values: bool
    archived_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: Any) -> "CustomerRef":
        """Take it from a row that has the columns of `repository.visible_customers`."""
        return cls(
            id=row.customer_id,
            customer_no=row.customer_no,
            name=row.customer_name,
            kind=row.customer_kind,
            sex=row.customer_sex,
            marital_status=row.customer_marital_status,
            level=row.customer_level,
            case=CaseProjection(
                status=row.customer_status,
                rejected_final=row.customer_rejected_final,
                required_count=row.customer_required_count,
                uploaded_count=row.customer_uploaded_count,
                accepted_count=row.customer_accepted_count,
            ),
            ownership=Ownership.of(
                row.customer_created_by_id, row.customer_manager_id, department=row.customer_department_id
            ),
            has_protected_values=row.customer_has_protected_values,
            archived_at=row.customer_archived_at,
            version=row.customer_version,
        )

    @classmethod
    def of_entity(cls, customer: Customer) -> "CustomerRef":
        """Take it from the loaded row."""
        return cls(
            id=customer.id,
            customer_no=customer.customer_no,
            name=customer.name,
            kind=customer.kind,
            sex=customer.sex,
            marital_status=customer.marital_status,
            level=customer.level,
            case=customer.case,
            ownership=customer.ownership,
            has_protected_values=customer.has_protected_values,
            archived_at=customer.archived_at,
            version=customer.version,
        )


# What may be done with a customer now, contributed by every domain that has something to do with customers.
customer_actions: Actions[CustomerRef] = Actions()


def check_reach(actor: Actor, customer: CustomerRef, permission: Permission) -> None:
    """Refuse what the actor may do with some customers only, when this is not one of them."""
    if not actor.covers(permission, customer.ownership):
        raise PermissionMissing(permission=permission.value)


def target_of(customer: CustomerRef) -> audit.Target:
    """Name the customer in the audit trail."""
    return audit.Target("customer", str(customer.id), customer.customer_no)


def tell(
    session: AsyncSession,
    customer: CustomerRef,
    payload: LivePayload,
    *,
    former_ownership: Ownership = NOBODYS,
) -> None:
    """Publish a change of this customer to everybody whose permission covers it, or did until now."""
    publish(session, LiveEvent.of(payload, customer.ownership | former_ownership))
