"""What documents tell the domains above."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class DocumentsChanged:
    """A customer's documents came, went, or were judged."""

    customer_id: UUID


@dataclass(frozen=True)
class DocumentTypesChanged:
    """What is required may have changed for every open case."""
