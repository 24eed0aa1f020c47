"""Know sole proprietors as a kind of customer, and whether a person is married."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "a4c1e7092b5d"
down_revision: str | None = "d2b7f04c9e61"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KIND_CHECK = "customers_customerkind_check"
MARITAL_CHECK = "customers_maritalstatus_check"


def upgrade() -> None:
    op.drop_constraint(op.f(KIND_CHECK), "customers")
    op.create_check_constraint(
        op.f(KIND_CHECK), "customers", "kind IN ('person', 'sole_proprietor', 'company')"
    )
    op.add_column("customers", sa.Column("marital_status", sa.String(40)))
    op.create_check_constraint(
        op.f(MARITAL_CHECK), "customers", "marital_status IN ('single', 'married', 'divorced', 'widowed')"
    )


def downgrade() -> None:
    op.drop_column("customers", "marital_status")
    op.drop_constraint(op.f(KIND_CHECK), "customers")
    # The former version knows them as companies, and a company has no ID number.
    op.execute(
        "UPDATE customers SET kind = 'company', id_number_encrypted = NULL, id_number_masked = NULL,"
        " id_number_index = NULL, sex = NULL, birth_date = NULL WHERE kind = 'sole_proprietor'"
    )
    op.create_check_constraint(op.f(KIND_CHECK), "customers", "kind IN ('person', 'company')")
