"""No write waits for a lock that a write to another customer holds."""

import asyncio

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from backend.app import create_app
from backend.config import Settings
from backend.domains.customers.schemas import CustomerCreate, CustomerUpdate
from backend.domains.customers.service.record import CustomerService
from backend.kit.db.session import Database, Phase, before_commit
from tests.conftest import client_of
from tests.customers.factories import create_customer, id_number, person
from tests.documents.factories import upload


async def test_while_one_customer_is_written_and_not_committed_others_are_written(
    live_database: Database, settings: Settings, tokens: dict[str, str]
) -> None:
    app: FastAPI = create_app(settings, live_database)
    actor = await app.state.authenticators["bearer"](tokens["staff"])
    # The same person at the same time, so that not even what refers to them makes anybody wait.
    async with client_of(app, tokens["staff"]) as staff:
        mine, others = await create_customer(staff), await create_customer(staff)

        async def write_others(_session: AsyncSession) -> None:
            async with asyncio.timeout(30):
                answers = [
                    await staff.post("/customers", json=person(id_number=id_number())),
                    await staff.put(
                        f"/customers/{others['id']}",
                        json={"name": "李娜"},
                        headers={"If-Match": f'"{others["version"]}"'},
                    ),
                    await upload(staff, others["id"]),
                    await staff.delete(f"/customers/{others['id']}"),
                ]
            # What has to wait for a lock is answered 503 after two seconds.
            assert [answer.status_code for answer in answers] == [201, 200, 201, 204]

        async with live_database.transaction() as session:
            customers = CustomerService(session)
            await customers.create(actor, CustomerCreate.model_validate(person()))
            await customers.update(
                actor, mine["id"], mine["version"], CustomerUpdate.model_validate({"name": "王芳"})
            )
            # Audit and feed are written; only the commit is left.
            before_commit(session, Phase.LAST, write_others)
