"""Let people, customers and events belong to departments, and rights reach that far."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "3c5e81f0a274"
down_revision: str | None = "7f0c2d9a4b61"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SCOPES = ("own", "department", "department_and_below", "all")
FORMER_SCOPES = ("own", "all")


def upgrade() -> None:
    op.add_column("users", sa.Column("department_id", sa.Uuid(), nullable=True))
    op.add_column("customers", sa.Column("department_id", sa.Uuid(), nullable=True))
    op.create_index("customers_department_idx", "customers", ["department_id", "created_at", "id"])
    op.add_column(
        "event_feed", sa.Column("department_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False)
    )
    _allow_scopes(SCOPES)


def downgrade() -> None:
    op.execute("UPDATE role_permissions SET scope = 'own' WHERE scope LIKE 'department%'")
    _allow_scopes(FORMER_SCOPES)
    op.drop_column("event_feed", "department_ids")
    op.drop_index("customers_department_idx", "customers")
    op.drop_column("customers", "department_id")
    op.drop_column("users", "department_id")


def _allow_scopes(scopes: Sequence[str]) -> None:
    op.drop_constraint(op.f("role_permissions_scope_check"), "role_permissions")
    op.create_check_constraint(
        op.f("role_permissions_scope_check"), "role_permissions", sa.column("scope").in_(scopes)
    )
