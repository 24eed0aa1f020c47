"""Who listens to which event: the whole map."""

from backend.domains.cases import handlers as cases
from backend.domains.customers.events import CustomerOpened
from backend.domains.documents.events import DocumentsChanged, DocumentTypesChanged
from backend.kit.events import register


def install() -> None:
    """Connect the handlers."""
    register(
        {
            CustomerOpened: (cases.on_customer_opened,),
            DocumentsChanged: (cases.on_documents_changed,),
            DocumentTypesChanged: (cases.on_document_types_changed,),
        }
    )
