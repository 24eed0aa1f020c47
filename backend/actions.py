"""Which domain contributes what may be done with an object: the whole map."""

from collections.abc import Sequence

from backend.domains.cases import actions as cases
from backend.domains.customers import actions as customers
from backend.domains.customers.reference import customer_actions
from backend.domains.documents import actions as documents
from backend.kit.actions import Action

CUSTOMER_ACTIONS: Sequence[Action] = (
    *customers.RecordAction,
    *documents.CollectionAction,
    *cases.CaseAction,
    *cases.CaseWork,
)


def install() -> None:
    """Connect the contributors."""
    customer_actions.contribute(customers.on_customer, documents.on_customer, cases.on_customer)
