"""What requirements tell the domains above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RequirementsChanged:
    """What is needed may have changed for every open case."""
