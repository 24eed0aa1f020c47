"""What may be done with dictionaries; reading them needs no permission."""

from backend.kit.auth import Permission


class DictionaryPermission(Permission):
    """Permissions over dictionaries."""

    MANAGE = "dictionary:manage"
