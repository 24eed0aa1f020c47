"""Keep what is shown of a sealed value beside it, and index what lists count and sort by."""

from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from alembic import op

from backend.config import get_settings
from backend.resources import Resources

revision: str = "b84d17e6a9f3"
down_revision: str | None = "5d0a7c94e1b3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BATCH = 1_000
MASKS: Mapping[str, Callable[[str], str]] = {
    "id_number": lambda value: f"{value[:1]}{'*' * (len(value) - 2)}{value[-1:]}",
    "bank_account": lambda value: f"**** {value[-4:]}",
}

customers = sa.table(
    "customers",
    sa.column("id", sa.Uuid),
    *(sa.column(f"{field}_{kind}", sa.Text) for field in MASKS for kind in ("encrypted", "masked")),
)


def upgrade() -> None:
    for field in MASKS:
        op.add_column("customers", sa.Column(f"{field}_masked", sa.String(length=30), nullable=True))
    for field in MASKS:
        _mask(field)
    op.create_index(
        "customers_uploaded_idx",
        "customers",
        [sa.literal_column("(uploaded_count * 100 / greatest(required_count, 1))"), "id"],
    )
    op.create_index(
        "customers_counts_idx", "customers", ["status"], postgresql_where=sa.text("archived_at IS NULL")
    )


def _mask(field: str) -> None:
    connection = op.get_bind()
    sealed, masked = customers.c[f"{field}_encrypted"], customers.c[f"{field}_masked"]
    to_do = sa.select(customers.c.id, sealed).where(sealed.is_not(None)).order_by(customers.c.id).limit(BATCH)
    update = (
        sa.update(customers)
        .where(customers.c.id == sa.bindparam("key"))
        .values({masked: sa.bindparam("mask")})
    )
    rows = connection.execute(to_do).all()
    while rows:
        cipher = Resources(get_settings()).field_cipher
        masks = [
            {"key": row[0], "mask": MASKS[field](cipher.decrypt(row[1], f"customers.{field}:{row[0]}"))}
            for row in rows
        ]
        connection.execute(update, masks)
        rows = connection.execute(to_do.where(customers.c.id > rows[-1][0])).all()


def downgrade() -> None:
    op.drop_index("customers_counts_idx", table_name="customers")
    op.drop_index("customers_uploaded_idx", table_name="customers")
    for field in MASKS:
        op.drop_column("customers", f"{field}_masked")
