"""What may be done with a case, and with a customer for its case's sake."""

from collections.abc import Iterator

from backend.domains.cases.states import COLLECTING, EDITABLE, CaseAction, moves, permissions_for
from backend.domains.customers.reference import CaseProjection, CaseStatus, CustomerPermission, CustomerRef
from backend.kit.actions import Action
from backend.kit.auth import Actor

__all__ = ["CaseAction", "CaseWork", "on_case", "on_customer"]


class CaseWork(Action):
    """What is done with a case without moving it."""

    AMEND = "amend"


def on_customer(actor: Actor, customer: CustomerRef) -> Iterator[CaseAction | CaseWork]:
    """Tell what the actor may do with the current case."""
    yield from on_case(actor, customer, customer.case)


def on_case(actor: Actor, customer: CustomerRef, case: CaseProjection) -> Iterator[CaseAction | CaseWork]:
    """Tell what the actor may do with a case of the customer; an archived customer's stand still."""
    if customer.archived_at is not None:
        return
    if case.status in EDITABLE and actor.covers(CustomerPermission.WRITE, customer.ownership):
        yield CaseWork.AMEND
    status = case.status
    if status in COLLECTING and case.is_supplied:
        # A case returned with nothing missing may be submitted again without a change.
        status = CaseStatus.COMPLETE
    for action in moves(status, rejected_final=case.rejected_final):
        permissions = permissions_for(action, status)
        if any(actor.covers(permission, customer.ownership) for permission in permissions):
            yield action
