"""What can go wrong with documents.

DocumentNotFound       404  resource.not_found
DocumentTypeNotFound   404  resource.not_found
UnknownDocumentType    422  document.unknown_type
DuplicateDocumentType  409  document_type.duplicate_code
FileNotAccepted        413, 415 or 422  document.empty, .too_large, .unsupported_type, .truncated, .encrypted_pdf,
.active_pdf, .too_many_pages, .pixel_bomb, .inflates, .animated, .unreadable
KindNotAllowed         415  document.kind_not_allowed
TooManyFiles           409  document.too_many_files
CaseClosed             409  document.case_closed
UnderReview            409  document.under_review
DocumentAccepted       409  document.accepted
DocumentInTrash        409  document.in_trash
SameDocumentExists     409  document.duplicate
StillProcessing        409  document.processing
NoPicture              409  document.no_picture
PageOutOfRange         404  document.no_such_page
OwnUpload              403  document.own_upload
IllegalReview          409  document.illegal_review
AnnotationNotFound     404  resource.not_found
ForeignAnnotation      403  document.foreign_annotation
TooManyAnnotations     409  document.too_many_annotations
"""

from backend.kit.errors import (
    AppError,
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    UnsupportedType,
)
from backend.kit.files.errors import HTTP_STATUS, FileRefused


class DocumentNotFound(NotFound):
    """No such document, or it belongs to a customer you may not see."""


class DocumentTypeNotFound(NotFound):
    """No such document type."""


class UnknownDocumentType(Invalid):
    """An upload or a return names a type that does not exist or is no longer used."""

    code = "document.unknown_type"
    message = "There is no such document type in use."

    def __init__(self, field: str = "document_type") -> None:
        super().__init__(errors=[FieldError(field=field, code=self.code, message=self.message)])


class DuplicateDocumentType(Conflict):
    """Type codes are unique."""

    code = "document_type.duplicate_code"
    message = "There is already a document type with this code."


class FileNotAccepted(Invalid):
    """The file is not one that is kept."""

    code = "document.unreadable"
    message = "The file is not accepted."


class FileTooLarge(TooLarge):
    """More bytes than one file may have."""

    code = "document.too_large"
    message = "The file is too large."


class FileTypeUnsupported(UnsupportedType):
    """Neither JPEG, PNG, WebP, HEIC nor PDF, whatever its name says."""

    code = "document.unsupported_type"
    message = "Send a JPEG, PNG, WebP or HEIC image, or a PDF."


def refused(error: FileRefused) -> AppError:
    """Return the API's error for a refused file."""
    families: dict[int, type[AppError]] = {413: FileTooLarge, 415: FileTypeUnsupported}
    family = families.get(HTTP_STATUS[error.code], FileNotAccepted)
    refusal = family(error.detail)
    refusal.code = f"document.{error.code}"
    return refusal


class KindNotAllowed(UnsupportedType):
    """An image where only PDFs are taken, or the reverse."""

    code = "document.kind_not_allowed"
    message = "This document type does not take this kind of file."


class TooManyFiles(Conflict):
    """The type's places are taken; member ``max_files``."""

    extension = ("max_files",)
    code = "document.too_many_files"
    message = "This document type already has as many files as it takes."


class CaseClosed(Conflict):
    """A decided case does not change; member ``case_status``."""

    extension = ("case_status",)
    code = "document.case_closed"
    message = "The customer's case has been decided on. Reopen it first."


class UnderReview(Conflict):
    """Nothing is taken out of a case while it is being judged."""

    code = "document.under_review"
    message = "The customer's case is under review; documents cannot be deleted now."


class DocumentAccepted(Conflict):
    """An accepted document stays."""

    code = "document.accepted"
    message = "An accepted document cannot be deleted."


class DocumentInTrash(Conflict):
    """A deleted document is restored before anything else."""

    code = "document.in_trash"
    message = "The document is in the trash. Restore it first."


class SameDocumentExists(Conflict):
    """The same bytes have been uploaded again meanwhile."""

    code = "document.duplicate"
    message = "The same file has been uploaded again meanwhile."


class StillProcessing(Conflict):
    """The pictures are being made; try again in a moment."""

    code = "document.processing"
    message = "The document is still being processed."


class NoPicture(Conflict):
    """The pictures could not be made; the original can be downloaded."""

    code = "document.no_picture"
    message = "No preview could be made of this document. Download the original."


class PageOutOfRange(NotFound):
    """The document has fewer pages."""

    extension = ("page_count",)
    code = "document.no_such_page"
    message = "The document has no such page."


class OwnUpload(Forbidden):
    """Nobody judges what they uploaded themselves."""

    code = "document.own_upload"
    message = "You uploaded this document; somebody else must judge it."


class IllegalReview(Conflict):
    """The document's state does not allow this judgement; members ``review_status`` and ``allowed``."""

    extension = ("review_status", "allowed")
    code = "document.illegal_review"
    message = "This document cannot be judged that way now."


class AnnotationNotFound(NotFound):
    """No such note on this document, or it belongs to a customer you may not see."""


class ForeignAnnotation(Forbidden):
    """A note is taken away by whoever wrote it."""

    code = "document.foreign_annotation"
    message = "Somebody else wrote this note."


class TooManyAnnotations(Conflict):
    """A document carries so many notes and no more; member ``max_annotations``."""

    extension = ("max_annotations",)
    code = "document.too_many_annotations"
    message = "This document already carries as many notes as it may."
