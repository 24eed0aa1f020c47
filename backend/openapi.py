"""The OpenAPI document, completed with what only the composition root knows."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.actions import CUSTOMER_ACTIONS
from backend.kit.realtime.live import LivePayload, live_schemas
from backend.kit.schemas import VOCABULARY
from backend.live import LIVE_EVENTS
from backend.permissions import PERMISSIONS

# The words of each vocabulary that a schema leaves open by `backend.kit.schemas.vocabulary`.
VOCABULARIES: Mapping[str, Sequence[str]] = {
    "Permission": PERMISSIONS,
    "CustomerAction": CUSTOMER_ACTIONS,
}


def complete(
    document: dict[str, Any], vocabularies: Mapping[str, Sequence[str]] = VOCABULARIES
) -> dict[str, Any]:
    """Give each vocabulary a schema of its own, an enumeration, and refer to it from where it is used."""
    used: set[str] = set()
    completed: dict[str, Any] = _refer(document, used)
    if used != vocabularies.keys():
        raise ValueError(f"Used are the vocabularies {sorted(used)}, known are {sorted(vocabularies)}.")
    schemas = completed.setdefault("components", {}).setdefault("schemas", {})
    if taken := schemas.keys() & vocabularies.keys():
        raise ValueError(f"Named like a vocabulary: {sorted(taken)}.")
    enumerations = {
        name: {"type": "string", "enum": [str(word) for word in words], "title": name}
        for name, words in vocabularies.items()
    }
    completed["components"]["schemas"] = dict(sorted({**schemas, **enumerations}.items()))
    return completed


def add_live_events(
    document: dict[str, Any], payloads: Sequence[type[LivePayload]] = LIVE_EVENTS
) -> dict[str, Any]:
    """Describe what the event stream sends, which no route's signature tells."""
    schemas = document["components"]["schemas"]
    described = live_schemas(payloads)
    shared = schemas.keys() & described.keys()
    if taken := [name for name in sorted(shared) if schemas[name] != described[name]]:
        raise ValueError(f"Named like what live events carry: {taken}.")
    components = {**document["components"], "schemas": dict(sorted({**schemas, **described}.items()))}
    return {**document, "components": components}


def _refer(node: Any, used: set[str]) -> Any:
    if isinstance(node, list):
        return [_refer(item, used) for item in node]
    if not isinstance(node, dict):
        return node
    name = node.get(VOCABULARY)
    if not isinstance(name, str):
        return {key: _refer(value, used) for key, value in node.items()}
    used.add(name)
    kept = {key: value for key, value in node.items() if key not in {VOCABULARY, "type", "title"}}
    return {**kept, "$ref": f"#/components/schemas/{name}"}
