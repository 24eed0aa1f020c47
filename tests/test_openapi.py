"""The document from which clients are generated, and what only the composition root can say in it."""

from typing import Annotated, Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field

from backend.kit.realtime.live import LivePayload, types_of
from backend.kit.schemas import vocabulary
from backend.live import LIVE_EVENTS
from backend.openapi import add_live_events, complete
from backend.permissions import PERMISSIONS

PERMISSION = {"$ref": "#/components/schemas/Permission"}


class Crate(BaseModel):
    """Holds words that this module does not know."""

    label: Annotated[str, vocabulary("Fruit")] = Field(description="What is in it.")
    others: list[Annotated[str, vocabulary("Fruit")]]


def document_of(model: type[BaseModel]) -> dict[str, Any]:
    app = FastAPI()

    @app.get("/crate")
    def read_crate() -> model:  # type: ignore[valid-type]
        raise NotImplementedError

    return app.openapi()


def test_permissions_are_an_enumeration_of_what_all_domains_declare(shared_app: FastAPI) -> None:
    schemas = shared_app.openapi()["components"]["schemas"]

    assert schemas["Permission"]["enum"] == [permission.value for permission in PERMISSIONS]
    for name in ("UserRead", "RoleRead"):
        assert schemas[name]["properties"]["permissions"]["items"] == PERMISSION, name


def test_a_vocabulary_is_filled_in_wherever_it_is_used() -> None:
    schemas = complete(document_of(Crate), {"Fruit": ("apple", "pear")})["components"]["schemas"]

    fruit = {"$ref": "#/components/schemas/Fruit"}
    assert schemas["Fruit"] == {"type": "string", "enum": ["apple", "pear"], "title": "Fruit"}
    assert schemas["Crate"]["properties"]["label"] == {**fruit, "description": "What is in it."}
    assert schemas["Crate"]["properties"]["others"]["items"] == fruit


@pytest.mark.parametrize(
    "known",
    [
        pytest.param({}, id="a vocabulary that nobody fills in"),
        pytest.param({"Fruit": ("apple",), "Nut": ("walnut",)}, id="a vocabulary that nobody uses"),
        pytest.param({"Fruit": ("apple",), "Crate": ("box",)}, id="a vocabulary named like a schema"),
    ],
)
def test_a_vocabulary_that_does_not_fit_the_document_is_refused(known: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="vocabular"):
        complete(document_of(Crate), known)


def test_live_events_are_one_schema_told_apart_by_their_type(shared_app: FastAPI) -> None:
    schemas = shared_app.openapi()["components"]["schemas"]
    event = schemas["LiveEvent"]

    assert set(event["discriminator"]["mapping"]) == {name for one in LIVE_EVENTS for name in types_of(one)}
    for name, reference in event["discriminator"]["mapping"].items():
        schema = schemas[reference.rpartition("/")[2]]
        assert name in schema["properties"]["type"].get("enum", [schema["properties"]["type"].get("const")])
        # The same for all, so that a receiver may ask any event whom it concerns.
        assert set(schema["required"]) == set(schema["properties"])
        assert {"type", "actor_id", "customer_id", "version", "at"} <= set(schema["properties"])


def test_every_live_event_that_a_domain_declares_is_collected() -> None:
    declared = {
        payload
        for payload in LivePayload.__subclasses__()
        if payload.__module__.startswith("backend.domains.")
    }
    assert declared == set(LIVE_EVENTS)


def test_a_type_of_event_has_one_payload() -> None:
    with pytest.raises(ValueError, match="one type"):
        add_live_events({"components": {"schemas": {}}}, [LIVE_EVENTS[0], LIVE_EVENTS[0]])
