"""What a customer's row shows and sorts by of the current case; `backend.domains.cases` keeps it up to date."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, Field


class CaseStatus(StrEnum):
    """Where a case stands; the moves between them are `backend.domains.cases.states`."""

    PENDING = "pending"
    RETURNED = "returned"
    COMPLETE = "complete"
    REVIEWING = "reviewing"
    APPROVED = "approved"
    REJECTED = "rejected"


# While a case stands here its documents come and go; afterwards it is what was decided on.
OPEN_STATUSES = frozenset(
    {CaseStatus.PENDING, CaseStatus.RETURNED, CaseStatus.COMPLETE, CaseStatus.REVIEWING}
)


@dataclass(frozen=True, slots=True)
class CaseProjection:
    """The current case as its customer's row tells it; the counts are of required document types."""

    status: CaseStatus = CaseStatus.PENDING
    rejected_final: bool = False
    required_count: int = 0
    uploaded_count: int = 0
    accepted_count: int = 0

    @property
    def is_open(self) -> bool:
        """Whether documents still come and go."""
        return self.status in OPEN_STATUSES

    @property
    def is_under_review(self) -> bool:
        """Whether an auditor is deciding."""
        return self.status is CaseStatus.REVIEWING

    @property
    def is_supplied(self) -> bool:
        """Whether nothing required is lacking."""
        return self.uploaded_count >= self.required_count


class Progress(BaseModel):
    """How far a case is: required document types, those supplied, and those accepted."""

    required: int
    uploaded: int
    accepted: int
    uploaded_pct: int = Field(description="0 to 100.")
    accepted_pct: int = Field(description="0 to 100.")

    @classmethod
    def of(cls, required: int, uploaded: int, accepted: int) -> "Progress":
        """Work the percentages out, rounded down so that 100 means all; with nothing required all is done."""
        return cls(
            required=required,
            uploaded=uploaded,
            accepted=accepted,
            uploaded_pct=100 * uploaded // required if required else 100,
            accepted_pct=100 * accepted // required if required else 100,
        )
