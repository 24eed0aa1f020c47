"""What screens learn of customers."""

from typing import ClassVar, Literal
from uuid import UUID

from backend.domains.customers.permissions import CustomerPermission
from backend.kit.realtime.live import LivePayload

CustomerEventType = Literal["customer.created", "customer.updated", "customer.archived", "customer.restored"]


class CustomerEvent(LivePayload):
    """A customer's record changed."""

    permission: ClassVar[str] = CustomerPermission.READ

    type: CustomerEventType
    customer_id: UUID
    version: int
