"""What people without the right to see a personal value are shown instead."""

_HIDDEN = "****"


def _keep(value: str, *, first: int, last: int, hidden: str = _HIDDEN) -> str:
    """Show the ends around ``hidden``; a value with nothing left to hide between them is hidden whole."""
    return f"{value[:first]}{hidden}{value[-last:]}" if len(value) > first + last else _HIDDEN


def mask_id_number(value: str) -> str:
    """Keep the region and the last four characters: ``110105********002X``."""
    return _keep(value, first=6, last=4, hidden="*" * 8)


def mask_account(value: str) -> str:
    """Keep the last four digits: ``**** 1234``."""
    return _keep(value, first=0, last=4, hidden=f"{_HIDDEN} ")


def mask_mobile(value: str) -> str:
    """Keep the network and the last four digits: ``138****8000``."""
    return _keep(value, first=3, last=4)


def mask_name(value: str) -> str:
    """Keep the first character: ``张*``."""
    return value[:1] + "*" * (len(value) - 1)


def mask_email(value: str) -> str:
    """Keep the first character and the domain: ``z***@example.com``."""
    local, _, domain = value.rpartition("@")
    return f"{local[0]}***@{domain}" if local else _HIDDEN
