"""Connect the domains with each other; each process does it once, before any work."""

from backend import actions, events


def install() -> None:
    """Let events reach their handlers and objects their actions."""
    events.install()
    actions.install()
