"""What customers tell the domains above."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CustomerOpened:
    """A customer was created and has no case yet."""

    customer_id: UUID
