"""Seal the audit trail after the commit, in a table of its own, and let neither be changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "e7b3f0926c48"
down_revision: str | None = "d25a8c1f6e33"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("audit_entries", "audit_seals")


def upgrade() -> None:
    op.create_table(
        "audit_seals",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column(
            "sealed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("audit_seals_pkey")),
        sa.UniqueConstraint("entry_id", name=op.f("audit_seals_entry_id_key")),
    )
    # The hashes that entries carried are their seals; the hash before each is that of the seal before.
    op.execute(
        "INSERT INTO audit_seals (sequence, entry_id, hash)"
        " SELECT row_number() OVER (ORDER BY id), id, hash FROM audit_entries"
    )
    op.drop_column("audit_entries", "previous_hash")
    op.drop_column("audit_entries", "hash")
    op.add_column("audit_entries", sa.Column("format", sa.SmallInteger(), server_default="1", nullable=False))
    op.alter_column("audit_entries", "format", server_default=None)
    for name, length in (("request_id", 64), ("origin", 100)):
        op.add_column("audit_entries", sa.Column(name, sa.String(length), server_default="", nullable=False))
        op.alter_column("audit_entries", name, server_default=None)
    op.add_column("audit_entries", sa.Column("actor_kind", sa.String(length=40), nullable=True))
    op.execute(
        "UPDATE audit_entries SET actor_kind = CASE WHEN actor_id IS NULL THEN 'system' ELSE 'staff' END"
    )
    op.alter_column("audit_entries", "actor_kind", nullable=False)
    op.create_check_constraint(
        op.f("audit_entries_actorkind_check"),
        "audit_entries",
        sa.column("actor_kind").in_(["staff", "system", "customer", "partner"]),
    )
    op.add_column(
        "audit_entries", sa.Column("transaction_id", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.alter_column(
        "audit_entries", "transaction_id", server_default=sa.text("((pg_current_xact_id())::text)::bigint")
    )
    op.create_index(op.f("audit_entries_transaction_id_id_idx"), "audit_entries", ["transaction_id", "id"])
    op.execute(
        """
        CREATE FUNCTION refuse_to_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END
        $$
        """
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change()"
        )
        # The owner too, who could only take the right back knowingly; a superuser is held by the trigger alone.
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"GRANT UPDATE, DELETE, TRUNCATE ON {table} TO CURRENT_USER")
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute("DROP FUNCTION refuse_to_change()")
    op.drop_index(op.f("audit_entries_transaction_id_id_idx"), table_name="audit_entries")
    for name in ("transaction_id", "origin", "request_id", "format"):
        op.drop_column("audit_entries", name)
    op.drop_constraint(op.f("audit_entries_actorkind_check"), "audit_entries", type_="check")
    op.drop_column("audit_entries", "actor_kind")
    for name in ("previous_hash", "hash"):
        op.add_column(
            "audit_entries", sa.Column(name, sa.String(length=64), server_default="", nullable=False)
        )
        op.alter_column("audit_entries", name, server_default=None)
    # What was sealed in a later format than the first stays in the chain and does not verify.
    op.execute(
        "UPDATE audit_entries SET hash = sealed.hash, previous_hash = sealed.previous FROM ("
        "SELECT entry_id, hash, lag(hash, 1, repeat('0', 64)) OVER (ORDER BY sequence) AS previous"
        " FROM audit_seals) AS sealed WHERE sealed.entry_id = audit_entries.id"
    )
    op.drop_table("audit_seals")
