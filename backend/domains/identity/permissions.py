"""What identity lets people do, and the roles every installation starts with."""

from collections.abc import Mapping

from backend.kit.auth import Permission


class IdentityPermission(Permission):
    """Permissions over accounts."""

    USERS_MANAGE = "users:manage"
    USERS_READ = "users:read"


# The vocabulary of all domains, in one place that no domain imports: roles are data, and a permission that a
# domain checks but no role could be given would be a dead end. A test keeps this equal to the domains' own.
PERMISSIONS: tuple[str, ...] = (
    "cases:reopen",
    "cases:review",
    "cases:submit",
    "customers:archive",
    "customers:read",
    "customers:reveal",
    "customers:write",
    "document_types:manage",
    "documents:delete",
    "documents:read",
    "documents:review",
    "documents:upload",
    "users:manage",
    "users:read",
)

BUILT_IN_ROLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "admin": ("管理员", PERMISSIONS),
    "staff": (
        "客服",
        (
            "cases:submit",
            "customers:archive",
            "customers:read",
            "customers:write",
            "documents:delete",
            "documents:read",
            "documents:upload",
        ),
    ),
    "auditor": (
        "审核",
        (
            "cases:reopen",
            "cases:review",
            "customers:read",
            "customers:reveal",
            "documents:read",
            "documents:review",
        ),
    ),
}
