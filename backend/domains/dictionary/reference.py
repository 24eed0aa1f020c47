"""What other domains may use of dictionaries; everything else in this package is private."""

from backend.domains.dictionary.catalogue import (
    AREA,
    CREDIT_RATING,
    CUSTOMER_LEVEL,
    REJECT_REASON,
    SATISFACTION,
    Use,
    uses,
)

__all__ = ["AREA", "CREDIT_RATING", "CUSTOMER_LEVEL", "REJECT_REASON", "SATISFACTION", "Use", "uses"]
