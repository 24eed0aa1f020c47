"""What may be done with documents."""

from enum import StrEnum


class DocumentPermission(StrEnum):
    """Permissions over documents and their types."""

    DELETE = "documents:delete"
    READ = "documents:read"
    REVIEW = "documents:review"
    TYPES_MANAGE = "document_types:manage"
    UPLOAD = "documents:upload"
