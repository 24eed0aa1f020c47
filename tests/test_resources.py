"""One channel of configuration: the settings that an application was given, and no others, govern all of it."""

import base64

from pydantic import SecretStr
from sqlalchemy import text

from backend.app import create_app
from backend.config import Settings
from backend.kit.db.session import Database
from backend.resources import Resources, resources_of
from tests.conftest import client_of
from tests.customers.factories import create_customer, id_number
from tests.documents.factories import create_document, stored_keys


async def test_an_application_uses_the_settings_it_was_given(
    live_database: Database, settings: Settings, tokens: dict[str, str]
) -> None:
    own = settings.model_copy(
        update={
            "field_encryption_keys": SecretStr("other:" + base64.b64encode(bytes(range(32))).decode()),
            "blind_index_key": SecretStr("another key to find equal values by"),
            "storage_url": "memory:///",
        }
    )
    app = create_app(own, live_database)
    number = id_number()
    async with client_of(app, tokens["staff"]) as client:
        customer = await create_customer(client, id_number=number)
        document = await create_document(client, customer["id"])

    async with live_database.reading() as session:
        assert resources_of(session) is app.state.resources
        columns = "SELECT id_number_encrypted, id_number_index FROM customers"
        sealed, index = (await session.execute(text(columns))).one()
    made = Resources(own)
    assert made.field_cipher.decrypt(sealed, f"customers.id_number:{customer['id']}") == number
    assert index == made.blind_index.digest("customers.id_number", number)
    assert await app.state.resources.storage.exists(f"{document['id']}/original")
    assert f"{document['id']}/original" not in await stored_keys()
