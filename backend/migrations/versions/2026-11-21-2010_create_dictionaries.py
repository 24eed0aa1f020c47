"""Create the dictionaries; what they hold at first is planted after the migrations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "a41c7d90be26"
down_revision: str | None = "b84d17e6a9f3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLORS = ("gray", "blue", "teal", "green", "orange", "red", "purple")


def upgrade() -> None:
    op.create_table(
        "dictionary_entries",
        sa.Column("dictionary", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label_zh", sa.String(length=60), nullable=False),
        sa.Column("label_en", sa.String(length=60), nullable=False),
        sa.Column(
            "color",
            sa.Enum(*COLORS, name="color", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_builtin", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("dictionary", "code", name=op.f("dictionary_entries_pkey")),
    )


def downgrade() -> None:
    op.drop_table("dictionary_entries")
    op.execute("DELETE FROM seeds WHERE kind = 'dictionary_entry'")
