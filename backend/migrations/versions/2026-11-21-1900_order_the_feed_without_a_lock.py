"""Order the feed by transaction, so that no write waits for another one's commit."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "c41d7e905a12"
down_revision: str | None = "5b8e02c91d37"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # What is there stands before all that comes, in the order of its ids.
    op.add_column(
        "event_feed", sa.Column("transaction_id", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.alter_column(
        "event_feed", "transaction_id", server_default=sa.text("((pg_current_xact_id())::text)::bigint")
    )
    op.create_index(op.f("event_feed_transaction_id_id_idx"), "event_feed", ["transaction_id", "id"])
    # The oldest entry tells whether a reader missed something, so there is one from the beginning.
    op.execute(
        "INSERT INTO event_feed (transaction_id, type, permission, owner_ids, data)"
        " SELECT 0, 'feed.begun', '', '{}', '{}' WHERE NOT EXISTS (SELECT FROM event_feed)"
    )


def downgrade() -> None:
    op.execute("DELETE FROM event_feed WHERE type = 'feed.begun'")
    op.drop_index(op.f("event_feed_transaction_id_id_idx"), table_name="event_feed")
    op.drop_column("event_feed", "transaction_id")
