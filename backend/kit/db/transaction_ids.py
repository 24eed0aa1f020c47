"""PostgreSQL's transaction ids as an order of what was written, without any lock.

Ids are given at a transaction's first write and rise for ever. They are stored as ``bigint``, for which drivers and
dumps need no special type.
"""

from typing import Any

from sqlalchemy import BigInteger, TextClause, literal_column, text
from sqlalchemy.sql.elements import ColumnElement

# The default of a column that tells which transaction wrote a row.
CURRENT: TextClause = text("((pg_current_xact_id())::text)::bigint")


def _bound(of: str) -> ColumnElement[Any]:
    return literal_column(f"pg_snapshot_{of}(pg_current_snapshot())::text::bigint", BigInteger)


# Every transaction below it has ended: what it wrote is visible to this statement, or never will be.
HORIZON = _bound("xmin")
# No visible row of this server's own has an id from here on, but this transaction's own rows.
NOT_YET_GIVEN = _bound("xmax")
