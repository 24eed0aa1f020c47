"""Whoever changes something says which version of it they saw."""

from backend.kit.errors import StaleVersion


def check_version(current: int, expected: int) -> None:
    """Refuse an update made from another version than the current one."""
    if current != expected:
        raise StaleVersion(current_version=current)
