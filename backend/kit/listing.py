"""The shape of every list: what may be asked for, and what comes back."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")

EXACT_TOTAL_LIMIT = 10_000

# Beyond these a day has no beginning in UTC, or no day after it, that a timestamp could hold.
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))]
SearchText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class ListQuery(BaseModel):
    """Paging shared by all lists; each list inherits it and adds ``q``, its filters and its sort keys.

    Unknown parameters are refused: a misspelt filter must not answer with everything.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: int = Field(1, ge=1, le=1_000_000, description="Page number, from 1.")
    limit: int = Field(20, ge=1, le=100, description="Rows on a page.")

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.limit


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    total: int = Field(description="Rows in the whole list; exact up to 10 000.")
    page: int
    limit: int
    total_is_estimate: bool = Field(
        description="True when there are more than 10 000 rows and `total` says 10 000."
    )

    @classmethod
    def of(cls, items: Sequence[T], total: int, query: ListQuery) -> "Page[T]":
        """Wrap the rows that a repository returned for ``query``."""
        return cls(
            items=list(items),
            total=min(total, EXACT_TOTAL_LIMIT),
            page=query.page,
            limit=query.limit,
            total_is_estimate=total > EXACT_TOTAL_LIMIT,
        )
