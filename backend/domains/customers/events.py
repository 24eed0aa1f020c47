"""What customers tell the domains above."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CustomerOpened:
    """A customer was created; its file is empty."""

    customer_id: UUID
