"""Kinds of people, by the role that makes them so."""

from collections.abc import Mapping
from typing import TypeAlias

# Which kinds pass the gate of a route, by its method and its path below the prefix.
Policy: TypeAlias = Mapping[tuple[str, str], frozenset[str]]

# A visitor is signed in and has a role that permits nothing.
KINDS = frozenset({"anonymous", "visitor", "admin", "staff", "auditor"})

PUBLIC = KINDS
ANYBODY = PUBLIC - {"anonymous"}
EVERY_ROLE = ANYBODY - {"visitor"}
ADMIN = frozenset({"admin"})
COLLECTING = frozenset({"admin", "staff"})
REVIEWING = frozenset({"admin", "auditor"})
