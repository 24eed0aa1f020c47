"""Create the job queue's tables, as its library defines them."""

from collections.abc import Sequence

from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from sqlalchemy.util import await_only

revision: str = "7f0c2d9a4b61"
down_revision: str | None = "1a9b3de51843"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _run(QueryBuilderEnvironment().build_install_query())


def downgrade() -> None:
    _run(QueryBuilderEnvironment().build_uninstall_query())


def _run(script: str) -> None:
    # Several statements in one text, which only the driver itself takes.
    driver_connection = op.get_bind().connection.driver_connection
    assert driver_connection is not None  # noqa: S101
    await_only(driver_connection.execute(script))
