"""What people without the right to see a personal value are shown instead."""


def mask_id_number(value: str) -> str:
    """Keep the first and the last character: ``1****************X``.

    More would tell the whole number: region and birth date stand elsewhere in the same answers, and what is left is
    a count of three digits and a checksum.
    """
    return f"{value[:1]}{'*' * (len(value) - 2)}{value[-1:]}" if len(value) > 2 else "*" * len(value)  # noqa: PLR2004


def mask_account(value: str) -> str:
    """Keep the last four digits: ``**** 1234``; a value that short is hidden whole."""
    return f"**** {value[-4:]}" if len(value) > 4 else "****"  # noqa: PLR2004
