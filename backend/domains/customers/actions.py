"""What may be done with a customer's record."""

from collections.abc import Iterator

from backend.domains.customers.facts import CustomerRef
from backend.domains.customers.permissions import CustomerPermission
from backend.kit.actions import Action
from backend.kit.auth import Actor


class RecordAction(Action):
    """Actions on the record."""

    EDIT = "edit"
    ARCHIVE = "archive"
    RESTORE = "restore"
    REVEAL = "reveal"


def on_customer(actor: Actor, customer: CustomerRef) -> Iterator[RecordAction]:
    """Tell what the actor may do with the record now; an archived one can only be restored."""
    is_active = customer.archived_at is None
    checks = (
        (RecordAction.EDIT, CustomerPermission.WRITE, is_active),
        (RecordAction.ARCHIVE, CustomerPermission.ARCHIVE, is_active and not customer.case.is_under_review),
        (RecordAction.RESTORE, CustomerPermission.ARCHIVE, not is_active),
        (RecordAction.REVEAL, CustomerPermission.REVEAL, is_active and customer.has_protected_values),
    )
    for action, permission, is_possible in checks:
        if is_possible and actor.covers(permission, customer.ownership):
            yield action
