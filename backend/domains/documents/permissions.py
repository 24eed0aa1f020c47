"""What may be done with documents."""

from backend.kit.auth import DefaultGrants, Permission, Scope


class DocumentPermission(Permission):
    """Permissions over documents and their types."""

    DELETE = "documents:delete"
    READ = "documents:read"
    REVIEW = "documents:review"
    TYPES_MANAGE = "document_types:manage"
    UPLOAD = "documents:upload"


DEFAULT_GRANTS: DefaultGrants = {
    "staff": {
        DocumentPermission.DELETE: Scope.ALL,
        DocumentPermission.READ: Scope.ALL,
        DocumentPermission.UPLOAD: Scope.ALL,
    },
    "auditor": {DocumentPermission.READ: Scope.ALL, DocumentPermission.REVIEW: Scope.ALL},
}
