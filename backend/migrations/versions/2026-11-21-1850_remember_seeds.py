"""Remember which presets were ever seeded, those of the former version included."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "5b8e02c91d37"
down_revision: str | None = "3c5e81f0a274"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FORMER_GRANTS = {
    "admin": (
        "cases:reopen",
        "cases:review",
        "cases:submit",
        "customers:archive",
        "customers:read",
        "customers:reveal",
        "customers:write",
        "document_types:manage",
        "documents:delete",
        "documents:read",
        "documents:review",
        "documents:upload",
        "users:manage",
        "users:read",
    ),
    "staff": (
        "cases:submit",
        "customers:archive",
        "customers:read",
        "customers:write",
        "documents:delete",
        "documents:read",
        "documents:upload",
    ),
    "auditor": (
        "cases:reopen",
        "cases:review",
        "customers:read",
        "customers:reveal",
        "documents:read",
        "documents:review",
    ),
}
FORMER_DOCUMENT_TYPES = (
    "id_card_front",
    "id_card_back",
    "income_proof",
    "bank_statement",
    "property_proof",
    "credit_report",
    "household_register",
    "marriage_certificate",
    "other",
)


def upgrade() -> None:
    seeds = op.create_table(
        "seeds",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("seeded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("seeds_pkey")),
    )
    connection = op.get_bind()
    codes = connection.scalars(sa.text("SELECT code FROM roles WHERE is_builtin")).all()
    seeded = [("grant", f"{code}:{item}") for code in codes for item in FORMER_GRANTS.get(code, ())]
    # One command seeded all of them; an installation that has none was never seeded.
    if connection.scalar(sa.text("SELECT count(*) FROM document_types")):
        seeded += [("document_type", code) for code in FORMER_DOCUMENT_TYPES]
    if seeded:
        op.execute(
            sa.insert(seeds).values(
                [{"kind": kind, "key": key, "seeded_at": sa.func.now()} for kind, key in seeded]
            )
        )


def downgrade() -> None:
    op.drop_table("seeds")
