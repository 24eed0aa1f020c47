"""What may be done with customers and with the review of their files."""

from backend.kit.auth import DefaultGrants, Permission, Scope


class CustomerPermission(Permission):
    """Permissions over the customer's record."""

    ARCHIVE = "customers:archive"
    READ = "customers:read"
    REVEAL = "customers:reveal"
    WRITE = "customers:write"


class CasePermission(Permission):
    """Permissions over the review of the customer's file."""

    REOPEN = "cases:reopen"
    REVIEW = "cases:review"
    SUBMIT = "cases:submit"


DEFAULT_GRANTS: DefaultGrants = {
    "staff": {
        CasePermission.SUBMIT: Scope.ALL,
        CustomerPermission.ARCHIVE: Scope.ALL,
        CustomerPermission.READ: Scope.ALL,
        CustomerPermission.WRITE: Scope.ALL,
    },
    "auditor": {
        CasePermission.REOPEN: Scope.ALL,
        CasePermission.REVIEW: Scope.ALL,
        CustomerPermission.READ: Scope.ALL,
        CustomerPermission.REVEAL: Scope.ALL,
    },
}
