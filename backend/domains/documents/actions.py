"""What may be done with documents, and with a customer for their sake."""

from collections.abc import Iterator

from backend.domains.customers.reference import CustomerRef
from backend.domains.documents.permissions import DocumentPermission
from backend.kit.actions import Action
from backend.kit.auth import Actor


class CollectionAction(Action):
    """Actions on a customer's documents as a whole."""

    UPLOAD = "upload"


class DocumentAction(Action):
    """Actions on one document."""

    DELETE = "delete"
    RESTORE = "restore"
    ACCEPT = "accept"
    REJECT = "reject"


def on_customer(actor: Actor, customer: CustomerRef) -> Iterator[CollectionAction]:
    """Tell whether documents may be added now."""
    is_possible = customer.archived_at is None and customer.case.is_open
    if is_possible and actor.covers(DocumentPermission.UPLOAD, customer.ownership):
        yield CollectionAction.UPLOAD
