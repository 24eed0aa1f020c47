"""What may be done with customers."""

from backend.kit.auth import DefaultGrants, Permission, Scope


class CustomerPermission(Permission):
    """Permissions over the customer's record."""

    ARCHIVE = "customers:archive"
    READ = "customers:read"
    REVEAL = "customers:reveal"
    WRITE = "customers:write"


DEFAULT_GRANTS: DefaultGrants = {
    "staff": {
        CustomerPermission.ARCHIVE: Scope.ALL,
        CustomerPermission.READ: Scope.ALL,
        CustomerPermission.WRITE: Scope.ALL,
    },
    "auditor": {
        CustomerPermission.READ: Scope.ALL,
        CustomerPermission.REVEAL: Scope.ALL,
    },
}
