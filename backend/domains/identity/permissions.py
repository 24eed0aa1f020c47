"""What may be done with accounts, and the roles every installation starts with."""

from collections.abc import Mapping

from backend.kit.auth import Permission


class IdentityPermission(Permission):
    """Permissions over accounts."""

    USERS_MANAGE = "users:manage"
    USERS_READ = "users:read"


# The administrator's role is given every permission of every domain; the grants of the others are the domains' own.
ADMINISTRATOR = "admin"
BUILT_IN_ROLES: Mapping[str, str] = {ADMINISTRATOR: "管理员", "staff": "客服", "auditor": "审核"}
