"""What other domains get of customers: a light hold, and a lock that waits."""

import asyncio
from uuid import UUID

import pytest
from fastapi import FastAPI

from backend.app import create_app
from backend.config import Settings
from backend.domains.customers.reference import CustomerArchived, CustomerNotFound, Customers
from backend.kit.auth import Actor
from backend.kit.db.session import Database
from tests.conftest import client_of
from tests.customers.factories import create_customer

SYSTEM = Actor.system("tests")


@pytest.fixture
def live_app(settings: Settings, live_database: Database) -> FastAPI:
    """The application on a database with real commits."""
    return create_app(settings, live_database)


async def test_a_hold_makes_nobody_wait_and_a_lock_does(
    live_app: FastAPI, live_database: Database, tokens: dict[str, str]
) -> None:
    async with client_of(live_app, tokens["staff"]) as staff:
        customer = await create_customer(staff)
        customer_id = UUID(customer["id"])

        async with live_database.transaction() as session:
            held = await Customers(session).hold(SYSTEM, customer_id)
            assert held.customer_no == customer["customer_no"]
            assert (await staff.delete(f"/customers/{customer_id}")).status_code == 204
            assert (await staff.post(f"/customers/{customer_id}/restore")).status_code == 200

        async with live_database.transaction() as session:
            await Customers(session).lock(SYSTEM, customer_id)
            waiting = asyncio.create_task(staff.delete(f"/customers/{customer_id}"))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.shield(waiting), 0.2)
        assert (await waiting).status_code == 204


async def test_an_archived_customer_is_neither_held_nor_locked_for_a_change(
    live_app: FastAPI, live_database: Database, tokens: dict[str, str]
) -> None:
    async with client_of(live_app, tokens["staff"]) as staff:
        customer_id = UUID((await create_customer(staff))["id"])
        await staff.delete(f"/customers/{customer_id}")

    async with live_database.transaction() as session:
        customers = Customers(session)
        with pytest.raises(CustomerArchived):
            await customers.hold(SYSTEM, customer_id)
        with pytest.raises(CustomerArchived):
            await customers.lock(SYSTEM, customer_id)
        assert (await customers.lock_any(SYSTEM, customer_id)).archived_at is not None
        with pytest.raises(CustomerNotFound):
            await customers.get(Actor(id=None, display_name="nobody"), customer_id)
