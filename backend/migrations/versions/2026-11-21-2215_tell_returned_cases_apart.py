"""Tell returned cases apart from those never submitted, and keep what a case is about."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "a4d81c6e07f2"
down_revision: str | None = "f3a96d51c8b0"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FORMER_STATUSES = ("pending", "complete", "reviewing", "approved", "rejected")
STATUSES = ("pending", "returned", "complete", "reviewing", "approved", "rejected")
STATUS_COLUMNS = (
    ("customers", "status", "casestatus"),
    ("cases", "status", "casestatus"),
    ("case_moves", "from_status", "from_status"),
    ("case_moves", "to_status", "to_status"),
)
# What people last did with each case.
LAST_DEEDS = (
    "SELECT DISTINCT ON (case_id) case_id, action FROM case_moves"
    " WHERE action IN ('submit', 'approve', 'reject', 'return', 'reopen') ORDER BY case_id, id DESC"
)


def upgrade() -> None:
    _allow(STATUSES)
    op.add_column("cases", sa.Column("product", sa.String(40)))
    op.add_column("cases", sa.Column("amount", sa.Numeric(14, 2)))
    op.add_column("cases", sa.Column("submitted_at", sa.DateTime(timezone=True)))
    op.add_column("cases", sa.Column("submitted_by_id", sa.Uuid()))
    op.add_column("cases", sa.Column("is_returned", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("cases", "is_returned", server_default=None)
    op.create_foreign_key(op.f("cases_submitted_by_id_fkey"), "cases", "users", ["submitted_by_id"], ["id"])
    op.create_index("cases_submitted_idx", "cases", ["submitted_at", "id"])
    op.add_column(
        "case_moves",
        sa.Column("document_reasons", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")),
    )
    op.alter_column("case_moves", "document_reasons", server_default=None)
    op.execute(
        "UPDATE cases SET submitted_at = last.created_at, submitted_by_id = last.actor_id"
        " FROM (SELECT DISTINCT ON (case_id) case_id, created_at, actor_id FROM case_moves"
        " WHERE action = 'submit' ORDER BY case_id, id DESC) last WHERE last.case_id = cases.id"
    )
    op.execute(
        "UPDATE cases SET is_returned = true,"  # noqa: S608
        " status = CASE status WHEN 'pending' THEN 'returned' ELSE status END"
        f" FROM ({LAST_DEEDS}) last"
        " WHERE last.case_id = cases.id AND last.action = 'return' AND status IN ('pending', 'complete')"
    )
    op.execute(
        "UPDATE customers SET status = cases.status FROM cases"
        " WHERE cases.customer_id = customers.id AND cases.is_current AND cases.status = 'returned'"
    )


def downgrade() -> None:
    for table, column, _ in STATUS_COLUMNS:
        op.execute(f"UPDATE {table} SET {column} = 'pending' WHERE {column} = 'returned'")  # noqa: S608
    _allow(FORMER_STATUSES)
    op.drop_column("case_moves", "document_reasons")
    op.drop_index("cases_submitted_idx", "cases")
    for column in ("is_returned", "submitted_by_id", "submitted_at", "amount", "product"):
        op.drop_column("cases", column)


def _allow(statuses: Sequence[str]) -> None:
    listed = ", ".join(f"'{status}'" for status in statuses)
    for table, column, name in STATUS_COLUMNS:
        op.drop_constraint(op.f(f"{table}_{name}_check"), table)
        op.create_check_constraint(op.f(f"{table}_{name}_check"), table, f"{column} IN ({listed})")
