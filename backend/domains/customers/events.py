"""What customers tell the domains above."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True)
class CustomerOpened:
    """A customer was created and has no case yet; the first is about this product and amount."""

    customer_id: UUID
    product: str | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class CustomerChanged:
    """What people typed about a customer changed; ``fields`` names what."""

    customer_id: UUID
    fields: frozenset[str]
