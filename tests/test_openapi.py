"""The document from which clients are generated, and what only the composition root can say in it."""

from typing import Annotated, Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field

from backend.kit.schemas import vocabulary
from backend.openapi import complete
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
