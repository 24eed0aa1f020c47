"""Show three and four characters of an ID number where one and one were shown."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

from backend.config import get_settings
from backend.resources import Resources

revision: str = "d2b7f04c9e61"
down_revision: str | None = "c7e2f5183ad0"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BATCH = 1_000

customers = sa.table(
    "customers",
    sa.column("id", sa.Uuid),
    sa.column("id_number_encrypted", sa.Text),
    sa.column("id_number_masked", sa.Text),
)


def upgrade() -> None:
    _mask_anew(lambda value: f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}")


def downgrade() -> None:
    _mask_anew(lambda value: f"{value[:1]}{'*' * (len(value) - 2)}{value[-1:]}")


def _mask_anew(mask: Callable[[str], str]) -> None:
    connection = op.get_bind()
    sealed = customers.c.id_number_encrypted
    to_do = sa.select(customers.c.id, sealed).where(sealed.is_not(None)).order_by(customers.c.id).limit(BATCH)
    update = (
        sa.update(customers)
        .where(customers.c.id == sa.bindparam("key"))
        .values(id_number_masked=sa.bindparam("mask"))
    )
    rows = connection.execute(to_do).all()
    while rows:
        cipher = Resources(get_settings()).field_cipher
        masks = [
            {"key": row[0], "mask": mask(cipher.decrypt(row[1], f"customers.id_number:{row[0]}"))}
            for row in rows
        ]
        connection.execute(update, masks)
        rows = connection.execute(to_do.where(customers.c.id > rows[-1][0])).all()
