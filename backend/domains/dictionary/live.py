"""What screens learn of dictionaries."""

from typing import ClassVar, Literal

from backend.kit.realtime.live import EVERYBODY, LivePayload


class DictionaryEvent(LivePayload):
    """The entries of a dictionary changed."""

    permission: ClassVar[str] = EVERYBODY

    type: Literal["dictionary.changed"]
    customer_id: None = None
    dictionary: str
    version: None = None
