"""What may be done with requirement sets; reading them needs no permission."""

from backend.kit.auth import Permission


class RequirementPermission(Permission):
    """Permissions over requirement sets."""

    MANAGE = "requirements:manage"
