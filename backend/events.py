"""Who listens to which event: the whole map."""

from backend.domains.cases import handlers as cases
from backend.domains.customers.events import CustomerChanged, CustomerOpened
from backend.domains.documents.events import DocumentsChanged, DocumentTypesChanged
from backend.domains.requirements.events import RequirementsChanged
from backend.kit.events import register


def install() -> None:
    """Connect the handlers."""
    register(
        {
            CustomerChanged: (cases.on_customer_changed,),
            CustomerOpened: (cases.on_customer_opened,),
            DocumentsChanged: (cases.on_documents_changed,),
            DocumentTypesChanged: (cases.on_rules_changed,),
            RequirementsChanged: (cases.on_rules_changed,),
        }
    )
