"""What screens learn of requirement sets."""

from typing import ClassVar, Literal

from backend.kit.realtime.live import EVERYBODY, LivePayload


class RequirementsEvent(LivePayload):
    """A requirement set was added, changed, moved or removed."""

    permission: ClassVar[str] = EVERYBODY

    type: Literal["requirements.changed"]
    customer_id: None = None
    version: None = None
