"""Make customers, mostly through the API."""

from dataclasses import fields
from itertools import count
from typing import Any
from uuid import UUID

from httpx import AsyncClient
from sqlalchemy import Table, func, insert, inspect, null, select, text, true, update

from backend.domains.cases.models import Case
from backend.domains.customers.models import Customer
from backend.domains.customers.projection import CaseProjection
from backend.kit.db.session import Database
from backend.kit.identifiers import complete_credit_code, complete_id_number

CASE_COLUMNS = {field.name for field in fields(CaseProjection)}
_sequence = count(1)


def id_number(*, region: str = "310115", birth: str = "19900307") -> str:
    """Return a valid ID number that no other test has."""
    return complete_id_number(f"{region}{birth}{next(_sequence) % 1000:03d}")


def credit_code() -> str:
    """Return a valid unified social credit code that no other test has."""
    return complete_credit_code(f"91310115{next(_sequence):08d}")


def person(**fields: Any) -> dict[str, Any]:
    """Return the body of a person."""
    return {"kind": "person", "name": "张伟", "phone": "13800138000", **fields}


def company(**fields: Any) -> dict[str, Any]:
    """Return the body of a company."""
    return {"kind": "company", "name": "上海浦江科技有限公司", **fields}


async def create_customer(client: AsyncClient, **fields: Any) -> dict[str, Any]:
    """Create a person, or with ``kind="company"`` a company, and return the answer."""
    response = await client.post("/customers", json=person(**fields))
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


async def set_columns(database: Database, customer_id: str, **values: Any) -> None:
    """Write into a customer's row what no single request would, and the same into its case where that has it too."""
    of_case = {name: value for name, value in values.items() if name in CASE_COLUMNS}
    async with database.transaction() as session:
        await session.execute(update(Customer).where(Customer.id == UUID(customer_id)).values(**values))
        if of_case:
            await session.execute(
                update(Case).where(Case.customer_id == UUID(customer_id), Case.is_current).values(**of_case)
            )


async def multiply(database: Database, customer_id: str, number: int) -> None:
    """Add ``number`` copies of a customer that differ in id and customer number only; nothing finds them by search."""
    table = inspect(Customer).local_table
    assert isinstance(table, Table)
    copies = func.generate_series(1, number).table_valued("copy").render_derived()
    unique = {
        "id": func.gen_random_uuid(),
        "customer_no": func.concat("COPY", copies.c.copy),
        # A sealed value opens in its own row only.
        "bank_account_encrypted": null(),
        "id_number_encrypted": null(),
        "id_number_index": null(),
        "unified_social_credit_code": null(),
        "search_tokens": text("ARRAY[]::text[]"),
    }
    names = [column.name for column in table.columns]
    columns = [unique.get(name, table.c[name]) for name in names]
    statement = (
        select(*columns).select_from(table.join(copies, true())).where(table.c.id == UUID(customer_id))
    )
    async with database.transaction() as session:
        await session.execute(insert(table).from_select(names, statement))
