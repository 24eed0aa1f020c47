"""What screens learn of accounts."""

from typing import ClassVar, Literal
from uuid import UUID

from backend.domains.identity.permissions import IdentityPermission
from backend.kit.realtime.live import LivePayload


class UserEvent(LivePayload):
    """An account was opened or changed."""

    permission: ClassVar[str] = IdentityPermission.USERS_READ

    type: Literal["user.updated"]
    customer_id: None = None
    user_id: UUID
    version: int
