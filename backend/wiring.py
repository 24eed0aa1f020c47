"""Connect the domains with each other; each process does it once, before any work."""

from backend import actions, dictionaries, events


def install() -> None:
    """Let events reach their handlers, objects their actions, and dictionaries those who use them."""
    events.install()
    actions.install()
    dictionaries.install()
