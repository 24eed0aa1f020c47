"""What screens learn of cases."""

from typing import ClassVar, Literal
from uuid import UUID

from backend.domains.customers.permissions import CustomerPermission
from backend.kit.realtime.live import LivePayload


class CaseMovedEvent(LivePayload):
    """A case took another status; ``version`` is the customer's."""

    permission: ClassVar[str] = CustomerPermission.READ

    type: Literal["case.moved"]
    customer_id: UUID
    version: int
    status: str
    action: str


class ProgressEvent(LivePayload):
    """What a customer's case has of what it needs changed; ``version`` is the customer's."""

    permission: ClassVar[str] = CustomerPermission.READ

    type: Literal["progress.changed"]
    customer_id: UUID
    version: int
