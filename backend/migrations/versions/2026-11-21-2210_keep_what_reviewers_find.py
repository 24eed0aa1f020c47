"""Keep notes on pages, compared facts, and who has a case open."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "f3a96d51c8b0"
down_revision: str | None = "a4c1e7092b5d"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ON_PAGE = (
    "x >= 0 AND y >= 0 AND width > 0 AND height > 0 AND x + width <= 1.000001 AND y + height <= 1.000001"
)


def upgrade() -> None:
    op.create_table(
        "document_annotations",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("x", "y", "width", "height")),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(ON_PAGE, name=op.f("document_annotations_on_page_check")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("document_annotations_author_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("document_annotations_document_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("document_annotations_pkey")),
    )
    op.create_index(
        "document_annotations_document_idx", "document_annotations", ["document_id", "page", "id"]
    )
    op.create_table(
        "document_checks",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("checked_by_id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["users.id"], name=op.f("document_checks_checked_by_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("document_checks_document_id_fkey")
        ),
        sa.PrimaryKeyConstraint("document_id", "fact", name=op.f("document_checks_pkey")),
    )
    op.create_table(
        "case_viewers",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("case_viewers_case_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("case_viewers_user_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", "user_id", name=op.f("case_viewers_pkey")),
    )
    op.create_index(op.f("case_viewers_user_id_idx"), "case_viewers", ["user_id"])


def downgrade() -> None:
    op.drop_table("case_viewers")
    op.drop_table("document_checks")
    op.drop_table("document_annotations")
