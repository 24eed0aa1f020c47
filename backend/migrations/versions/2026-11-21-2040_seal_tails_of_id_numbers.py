"""Put a keyed token in the place of the ID number's last four characters among the search tokens."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from backend.config import get_settings
from backend.resources import Resources

revision: str = "e1f6a2c803d5"
down_revision: str | None = "a41c7d90be26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BATCH = 1_000
NUMBERS = ("phone", "landline", "customer_no", "unified_social_credit_code")

customers = sa.table(
    "customers",
    sa.column("id", sa.Uuid),
    sa.column("id_number_encrypted", sa.Text),
    sa.column("search_tokens", ARRAY(sa.Text)),
    *(sa.column(name, sa.Text) for name in NUMBERS),
)


def upgrade() -> None:
    _replace(forwards=True)


def downgrade() -> None:
    _replace(forwards=False)


def _replace(*, forwards: bool) -> None:
    connection = op.get_bind()
    to_do = (
        sa.select(customers)
        .where(customers.c.id_number_encrypted.is_not(None))
        .order_by(customers.c.id)
        .limit(BATCH)
    )
    update = (
        sa.update(customers)
        .where(customers.c.id == sa.bindparam("key"))
        .values(search_tokens=sa.bindparam("tokens", type_=ARRAY(sa.Text)))
    )
    rows = connection.execute(to_do).mappings().all()
    while rows:
        own = Resources(get_settings())
        changes = []
        for row in rows:
            number = own.field_cipher.decrypt(row["id_number_encrypted"], f"customers.id_number:{row['id']}")
            tail = number[-4:].lower()
            sealed = f"id:{own.blind_index.digest('customers.id_number_tail', tail)[:4].hex()}"
            tokens = set(row["search_tokens"])
            if not forwards:
                tokens = tokens - {sealed} | {tail}
            elif _ends_a_number(row, tail):
                tokens |= {sealed}
            else:
                tokens = tokens - {tail} | {sealed}
            changes.append({"key": row["id"], "tokens": sorted(tokens)})
        connection.execute(update, changes)
        rows = connection.execute(to_do.where(customers.c.id > rows[-1]["id"])).mappings().all()


def _ends_a_number(row: Mapping[Any, Any], tail: str) -> bool:
    """Tell whether a number that is no secret ends like the secret one; then the token is needed for it."""
    return any(
        part.lower().endswith(tail) for name in NUMBERS if (number := row[name]) for part in number.split("-")
    )
