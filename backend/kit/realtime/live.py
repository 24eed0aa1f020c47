"""What live events look like on the wire, and how the document of the API describes them."""

from collections.abc import Iterable
from typing import Any, ClassVar, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

SCHEMA = "LiveEvent"
# Stands for a permission where everybody who is signed in may learn of a change.
EVERYBODY = "*"
_REFERENCE = "#/components/schemas/{model}"


class LivePayload(BaseModel):
    """Changes of one kind: each domain declares its own in ``live.py``, with their types as a ``Literal``.

    Only ids and versions, never personal data: whoever learns of a change fetches what they may see. Every member is
    always sent, ``null`` where it does not apply.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Who may learn of it: those whose permission reaches what was changed.
    permission: ClassVar[str]

    type: str
    actor_id: UUID | None
    customer_id: UUID | None = None
    # Of what was changed; a receiver that has this version already has nothing to fetch.
    version: int | None = None


def types_of(payload: type[LivePayload]) -> tuple[str, ...]:
    """Return the types of event that a payload is for."""
    return get_args(payload.model_fields["type"].annotation)


def live_schemas(payloads: Iterable[type[LivePayload]]) -> dict[str, Any]:
    """Describe the events for OpenAPI: a schema for each payload and ``LiveEvent``, one of them by its type."""
    payloads = tuple(payloads)
    _, described = models_json_schema(
        [(payload, "serialization") for payload in payloads], ref_template=_REFERENCE
    )
    schemas: dict[str, Any] = described["$defs"]
    for payload in payloads:
        schema = schemas[payload.__name__]
        schema["properties"]["at"] = {"type": "string", "format": "date-time", "title": "At"}
        schema["required"] = sorted(schema["properties"])
    references = {payload: _REFERENCE.format(model=payload.__name__) for payload in payloads}
    mapping = {name: reference for payload, reference in references.items() for name in types_of(payload)}
    if len(mapping) != sum(len(types_of(payload)) for payload in payloads):
        raise ValueError("Two payloads are for events of one type.")
    schemas[SCHEMA] = {
        "title": SCHEMA,
        "oneOf": [{"$ref": reference} for reference in references.values()],
        "discriminator": {"propertyName": "type", "mapping": mapping},
    }
    return schemas
