"""Create requirement sets: what every customer needed until now becomes a set for all of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "f3a90d5b71c8"
down_revision: str | None = "a4d81c6e07f2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FACTS = ("issued_on", "expires_on", "covers_from", "covers_to")
FORMER = "everybody"


def upgrade() -> None:
    op.create_table(
        "requirement_sets",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name_zh", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(60), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("products", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("requirement_sets_pkey")),
    )
    op.create_table(
        "requirement_items",
        sa.Column("set_code", sa.String(40), nullable=False),
        sa.Column("document_type", sa.String(40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("need", sa.String(40), nullable=False),
        sa.Column("group_name", sa.String(60)),
        sa.Column("condition_field", sa.String(40)),
        sa.Column("condition_values", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("min_pages", sa.Integer()),
        sa.Column("covers_months", sa.Integer()),
        sa.Column("max_age_days", sa.Integer()),
        sa.Column("asks_expiry", sa.Boolean(), nullable=False),
        sa.Column("hint_zh", sa.String(200)),
        sa.Column("hint_en", sa.String(200)),
        sa.CheckConstraint(
            "need IN ('required', 'optional', 'one_of')", name=op.f("requirement_items_need_check")
        ),
        sa.ForeignKeyConstraint(
            ["set_code"], ["requirement_sets.code"], name=op.f("requirement_items_set_code_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["document_type"], ["document_types.code"], name=op.f("requirement_items_document_type_fkey")
        ),
        sa.PrimaryKeyConstraint("set_code", "document_type", name=op.f("requirement_items_pkey")),
    )
    op.create_index(op.f("requirement_items_document_type_idx"), "requirement_items", ["document_type"])
    op.create_table(
        "case_exceptions",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("document_type", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('add', 'waive')", name=op.f("case_exceptions_exceptionkind_check")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("case_exceptions_case_id_fkey")),
        sa.ForeignKeyConstraint(
            ["document_type"], ["document_types.code"], name=op.f("case_exceptions_document_type_fkey")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("case_exceptions_made_by_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", "document_type", name=op.f("case_exceptions_pkey")),
    )
    op.create_index(op.f("case_exceptions_document_type_idx"), "case_exceptions", ["document_type"])
    for name in FACTS:
        op.add_column("documents", sa.Column(name, sa.Date()))
    op.add_column("cases", sa.Column("frozen_needs", postgresql.JSONB()))
    _keep_what_everybody_needed()
    op.drop_column("document_types", "is_required")


def _keep_what_everybody_needed() -> None:
    """An installation that has types had one list for all; a new one has none of either yet."""
    op.execute(
        f"""INSERT INTO requirement_sets
                (code, name_zh, name_en, kinds, products, sort_order, is_active, created_at, updated_at, version)
            SELECT '{FORMER}', '全部客户', 'All customers', '{{person,sole_proprietor,company}}', '{{}}', 1, true,
                now(), now(), 1
            WHERE EXISTS (SELECT FROM document_types)"""  # noqa: S608
    )
    op.execute(
        f"""INSERT INTO requirement_items
                (set_code, document_type, place, need, condition_values, asks_expiry, hint_zh)
            SELECT '{FORMER}', code, row_number() OVER (ORDER BY sort_order, code),
                CASE WHEN is_required THEN 'required' ELSE 'optional' END, '{{}}', false, hint
            FROM document_types"""  # noqa: S608
    )
    op.execute(
        """UPDATE cases SET frozen_needs = (
                SELECT jsonb_agg(jsonb_build_object('document_type', code, 'is_required', is_required,
                    'hint_zh', hint) ORDER BY sort_order, code)
                FROM document_types)
            WHERE status IN ('reviewing', 'approved', 'rejected')"""
    )


def downgrade() -> None:
    op.add_column(
        "document_types", sa.Column("is_required", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.alter_column("document_types", "is_required", server_default=None)
    op.execute(
        """UPDATE document_types SET is_required = true WHERE EXISTS (
                SELECT FROM requirement_items JOIN requirement_sets ON set_code = requirement_sets.code
                WHERE document_type = document_types.code AND need = 'required' AND condition_field IS NULL
                    AND requirement_sets.is_active AND kinds @> '{person}' AND products = '{}')"""
    )
    op.drop_column("cases", "frozen_needs")
    for name in FACTS:
        op.drop_column("documents", name)
    for table in ("case_exceptions", "requirement_items", "requirement_sets"):
        op.drop_table(table)
