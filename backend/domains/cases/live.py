"""What screens learn of cases."""

from typing import ClassVar, Literal
from uuid import UUID

from backend.domains.cases.models import MoveAction
from backend.domains.customers.reference import CaseStatus, CustomerPermission
from backend.kit.realtime.live import LivePayload


class CaseMovedEvent(LivePayload):
    """A case took another status."""

    permission: ClassVar[str] = CustomerPermission.READ

    type: Literal["case.moved"]
    customer_id: UUID
    case_id: UUID
    version: int
    status: CaseStatus
    action: MoveAction


class CaseAmendedEvent(LivePayload):
    """What a case is about changed."""

    permission: ClassVar[str] = CustomerPermission.READ

    type: Literal["case.amended"]
    customer_id: UUID
    case_id: UUID
    version: int


class ProgressEvent(LivePayload):
    """What a case has of what it needs changed."""

    permission: ClassVar[str] = CustomerPermission.READ

    type: Literal["progress.changed"]
    customer_id: UUID
    case_id: UUID
    version: int
