"""What may be done with documents."""

from backend.kit.auth import Permission


class DocumentPermission(Permission):
    """Permissions over documents and their types."""

    DELETE = "documents:delete"
    READ = "documents:read"
    REVIEW = "documents:review"
    TYPES_MANAGE = "document_types:manage"
    UPLOAD = "documents:upload"
