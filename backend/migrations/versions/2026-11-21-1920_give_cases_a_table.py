"""Make the case an aggregate of its own; the customer's row keeps what it shows of the current one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "5d0a7c94e1b3"
down_revision: str | None = "e7b3f0926c48"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATUSES = ("pending", "complete", "reviewing", "approved", "rejected")


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="casestatus", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("rejected_final", sa.Boolean(), nullable=False),
        sa.Column("required_count", sa.Integer(), nullable=False),
        sa.Column("uploaded_count", sa.Integer(), nullable=False),
        sa.Column("accepted_count", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("cases_customer_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("cases_pkey")),
    )
    # The first case of a customer takes over the customer's id: both tables are then of one order.
    op.execute(
        "INSERT INTO cases (id, customer_id, is_current, status, rejected_final, required_count, "
        "uploaded_count, accepted_count, created_at, updated_at, version) "
        "SELECT id, id, true, status, rejected_final, required_count, uploaded_count, accepted_count, "
        "created_at, updated_at, 1 FROM customers"
    )
    op.create_index(
        "cases_current_key", "cases", ["customer_id"], unique=True, postgresql_where=sa.text("is_current")
    )
    op.create_index("cases_customer_idx", "cases", ["customer_id", "id"])
    op.create_index("cases_status_idx", "cases", ["status", "id"])
    for table in ("case_moves", "case_requirements"):
        # Both columns hold the same ids, so the rows need no change.
        op.drop_constraint(op.f(f"{table}_customer_id_fkey"), table)
        op.alter_column(table, "customer_id", new_column_name="case_id")
        op.create_foreign_key(op.f(f"{table}_case_id_fkey"), table, "cases", ["case_id"], ["id"])
    op.execute("ALTER INDEX case_moves_customer_id_id_idx RENAME TO case_moves_case_id_id_idx")
    for former, name in (("from_state", "from_status"), ("to_state", "to_status")):
        op.alter_column("case_moves", former, new_column_name=name)
        op.execute(
            f"ALTER TABLE case_moves RENAME CONSTRAINT case_moves_{former}_check TO case_moves_{name}_check"
        )
    op.execute(
        "ALTER TABLE customers RENAME CONSTRAINT customers_customerstatus_check TO customers_casestatus_check"
    )


def downgrade() -> None:
    op.execute(
        "ALTER TABLE customers RENAME CONSTRAINT customers_casestatus_check TO customers_customerstatus_check"
    )
    for former, name in (("from_state", "from_status"), ("to_state", "to_status")):
        op.execute(
            f"ALTER TABLE case_moves RENAME CONSTRAINT case_moves_{name}_check TO case_moves_{former}_check"
        )
        op.alter_column("case_moves", name, new_column_name=former)
    op.execute("ALTER INDEX case_moves_case_id_id_idx RENAME TO case_moves_customer_id_id_idx")
    for table in ("case_moves", "case_requirements"):
        op.drop_constraint(op.f(f"{table}_case_id_fkey"), table)
        # Only what belongs to a current case has a place in the former tables.
        op.execute(f"DELETE FROM {table} WHERE case_id IN (SELECT id FROM cases WHERE NOT is_current)")  # noqa: S608
        op.execute(
            f"UPDATE {table} SET case_id = cases.customer_id FROM cases WHERE cases.id = {table}.case_id"  # noqa: S608
        )
        op.alter_column(table, "case_id", new_column_name="customer_id")
        op.create_foreign_key(op.f(f"{table}_customer_id_fkey"), table, "customers", ["customer_id"], ["id"])
    op.drop_table("cases")
