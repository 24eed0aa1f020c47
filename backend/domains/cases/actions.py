"""What may be done with a case, and with a customer for its case's sake."""

from collections.abc import Iterator

from backend.domains.cases.states import CaseAction, moves, permissions_for
from backend.domains.customers.reference import CaseProjection, CaseStatus, CustomerRef
from backend.kit.auth import Actor

__all__ = ["CaseAction", "on_case", "on_customer"]


def on_customer(actor: Actor, customer: CustomerRef) -> Iterator[CaseAction]:
    """Tell how the actor may move the current case."""
    yield from on_case(actor, customer, customer.case)


def on_case(actor: Actor, customer: CustomerRef, case: CaseProjection) -> Iterator[CaseAction]:
    """Tell how the actor may move a case of the customer; an archived customer's stand still."""
    if customer.archived_at is not None:
        return
    status = case.status
    if status is CaseStatus.PENDING and case.is_supplied:
        # A case returned with nothing missing may be submitted again without a change.
        status = CaseStatus.COMPLETE
    for action in moves(status, rejected_final=case.rejected_final):
        permissions = permissions_for(action, status)
        if any(actor.covers(permission, customer.ownership) for permission in permissions):
            yield action
