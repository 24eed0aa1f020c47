"""What may be done with cases."""

from backend.kit.auth import DefaultGrants, Permission, Scope


class CasePermission(Permission):
    """Permissions over the flow of a case."""

    EXCEPT = "cases:except"
    REOPEN = "cases:reopen"
    REVIEW = "cases:review"
    SUBMIT = "cases:submit"


DEFAULT_GRANTS: DefaultGrants = {
    "staff": {CasePermission.SUBMIT: Scope.ALL},
    "auditor": {
        CasePermission.EXCEPT: Scope.ALL,
        CasePermission.REOPEN: Scope.ALL,
        CasePermission.REVIEW: Scope.ALL,
    },
}
