"""Where documents use dictionaries."""

from backend.domains.dictionary.reference import REJECT_REASON, Use
from backend.domains.documents.models import Document

USES = (Use(REJECT_REASON, Document.reason_code),)
