"""Let dictionaries own levels and reject reasons: the codes that rows have stay as they are."""

from collections.abc import Sequence

from alembic import op

revision: str = "c7e2f5183ad0"
down_revision: str | None = "e1f6a2c803d5"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEVELS = "'ordinary', 'key_prospect', 'major', 'partner', 'strategic_partner'"
REASONS = "'blurred', 'incomplete', 'wrong_type', 'expired', 'mismatch', 'tampered', 'other'"


def upgrade() -> None:
    op.drop_constraint(op.f("customers_customerlevel_check"), "customers")
    op.drop_constraint(op.f("documents_rejectreason_check"), "documents")


def downgrade() -> None:
    # What people added meanwhile has no name in the former version.
    op.execute(f"UPDATE customers SET level = NULL WHERE level NOT IN ({LEVELS})")  # noqa: S608
    op.execute(
        "UPDATE documents SET message = coalesce(message, reason_code), reason_code = 'other' "  # noqa: S608
        f"WHERE reason_code NOT IN ({REASONS})"
    )
    op.create_check_constraint(op.f("customers_customerlevel_check"), "customers", f"level IN ({LEVELS})")
    op.create_check_constraint(
        op.f("documents_rejectreason_check"), "documents", f"reason_code IN ({REASONS})"
    )
