"""How many statements the routes that are asked most send to the database.

Who asks is looked up with one of them; a running server remembers that.
"""

from httpx import AsyncClient

from backend.kit.db.session import Database
from tests.customers.factories import create_customer
from tests.query_count import statements_of

WHO_ASKS = 1


async def count(database: Database, client: AsyncClient, path: str) -> int:
    """Ask once to build what is built once, and count the statements of the second time."""
    await client.get(path)
    with statements_of(database) as statements:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    return len(statements) - WHO_ASKS


async def test_a_customer_takes_one_statement(database: Database, staff: AsyncClient) -> None:
    customer = await create_customer(staff, name="张伟")

    assert await count(database, staff, f"/customers/{customer['id']}") == 1


async def test_a_list_takes_one_statement_and_one_more_to_count_it(
    database: Database, staff: AsyncClient
) -> None:
    for name in ("张伟", "李娜"):
        await create_customer(staff, name=name)

    assert await count(database, staff, "/customers?q=zhangwei&sort=name") == 1
    assert await count(database, staff, "/customers?limit=1") == 2


async def test_states_are_counted_with_one_statement(database: Database, staff: AsyncClient) -> None:
    assert await count(database, staff, "/customers/status-counts") == 1


async def test_a_checklist_takes_seven_statements_however_many_documents_there_are(
    database: Database, staff: AsyncClient
) -> None:
    customer = await create_customer(staff, name="张伟")

    assert await count(database, staff, f"/customers/{customer['id']}/completeness") == 7
