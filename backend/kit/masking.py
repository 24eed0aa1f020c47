"""What people without the right to see a personal value are shown instead."""

_FIRST, _LAST = 3, 4


def mask_id_number(value: str) -> str:
    """Keep the first three and the last four characters: ``110***********002X``.

    Enough to tell two people of one name apart and to recognize a card. It is no secret to whoever sees birth date
    and area beside it: these fill most of the gap, and the last character checks the guess. What it keeps from view is
    the number as a whole, for the glance, the screenshot and the listing.
    """
    hidden = len(value) - _FIRST - _LAST
    return f"{value[:_FIRST]}{'*' * hidden}{value[-_LAST:]}" if hidden > 0 else "*" * len(value)


def mask_account(value: str) -> str:
    """Keep the last four digits: ``**** 1234``; a value that short is hidden whole."""
    return f"**** {value[-4:]}" if len(value) > 4 else "****"  # noqa: PLR2004
