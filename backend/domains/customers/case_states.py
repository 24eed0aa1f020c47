"""The states of a customer's file and the moves between them (rule S1).

    pending ──(everything required is there)──▶ complete ──submit──▶ reviewing ──approve──▶ approved
       ▲  ◀──(something required went away)──┘                         │  │  ◀────reopen──────┘
       ├──────────────────return──────────────────────────────────────┘  └──reject──▶ rejected
       └──────────────────reopen (unless the rejection is final)─────────────────────────┘

The moves in brackets are the system's own, as documents come and go.
"""

from collections.abc import Mapping
from enum import StrEnum

from backend.domains.customers.permissions import CasePermission


class CustomerStatus(StrEnum):
    """Where a customer's file stands."""

    PENDING = "pending"
    COMPLETE = "complete"
    REVIEWING = "reviewing"
    APPROVED = "approved"
    REJECTED = "rejected"


class CaseAction(StrEnum):
    """What people do with a file."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    REOPEN = "reopen"


ALLOWED: Mapping[CustomerStatus, Mapping[CaseAction, CustomerStatus]] = {
    CustomerStatus.PENDING: {},
    CustomerStatus.COMPLETE: {CaseAction.SUBMIT: CustomerStatus.REVIEWING},
    CustomerStatus.REVIEWING: {
        CaseAction.APPROVE: CustomerStatus.APPROVED,
        CaseAction.REJECT: CustomerStatus.REJECTED,
        CaseAction.RETURN: CustomerStatus.PENDING,
    },
    CustomerStatus.APPROVED: {CaseAction.REOPEN: CustomerStatus.REVIEWING},
    CustomerStatus.REJECTED: {CaseAction.REOPEN: CustomerStatus.PENDING},
}

# In these states documents come and go; in the others the file is what was decided on.
OPEN_STATUSES = frozenset({CustomerStatus.PENDING, CustomerStatus.COMPLETE, CustomerStatus.REVIEWING})


def moves(status: CustomerStatus, *, rejected_final: bool) -> Mapping[CaseAction, CustomerStatus]:
    """Return the moves that the state allows; a final rejection allows none."""
    return {} if rejected_final and status is CustomerStatus.REJECTED else ALLOWED[status]


def permissions_for(action: CaseAction, status: CustomerStatus) -> tuple[CasePermission, ...]:
    """Return the permissions of which one is needed; who collects documents may take a rejected file up again."""
    match action:
        case CaseAction.SUBMIT:
            return (CasePermission.SUBMIT,)
        case CaseAction.REOPEN if status is CustomerStatus.REJECTED:
            return (CasePermission.REOPEN, CasePermission.SUBMIT)
        case CaseAction.REOPEN:
            return (CasePermission.REOPEN,)
        case _:
            return (CasePermission.REVIEW,)
