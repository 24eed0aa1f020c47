"""Where a case can stand and the moves between (rule S1).

    pending ──(everything required is there)──▶ complete ──submit──▶ reviewing ──approve──▶ approved
       ▲  ◀──(something required went away)──┘                         │  │  ◀────reopen──────┘
       ├──────────────────return──────────────────────────────────────┘  └──reject──▶ rejected
       └──────────────────reopen (unless the rejection is final)─────────────────────────┘

The moves in brackets are the system's own, as documents come and go.
"""

from collections.abc import Mapping

from backend.domains.cases.permissions import CasePermission
from backend.domains.customers.reference import CaseStatus
from backend.kit.actions import Action


class CaseAction(Action):
    """What people do with a case."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    REOPEN = "reopen"


ALLOWED: Mapping[CaseStatus, Mapping[CaseAction, CaseStatus]] = {
    CaseStatus.PENDING: {},
    CaseStatus.COMPLETE: {CaseAction.SUBMIT: CaseStatus.REVIEWING},
    CaseStatus.REVIEWING: {
        CaseAction.APPROVE: CaseStatus.APPROVED,
        CaseAction.REJECT: CaseStatus.REJECTED,
        CaseAction.RETURN: CaseStatus.PENDING,
    },
    CaseStatus.APPROVED: {CaseAction.REOPEN: CaseStatus.REVIEWING},
    CaseStatus.REJECTED: {CaseAction.REOPEN: CaseStatus.PENDING},
}


def moves(status: CaseStatus, *, rejected_final: bool) -> Mapping[CaseAction, CaseStatus]:
    """Return the moves that the status allows; a final rejection allows none."""
    return {} if rejected_final and status is CaseStatus.REJECTED else ALLOWED[status]


def permissions_for(action: CaseAction, status: CaseStatus) -> tuple[CasePermission, ...]:
    """Return the permissions of which one is needed; who collects documents may take a rejected case up again."""
    match action:
        case CaseAction.SUBMIT:
            return (CasePermission.SUBMIT,)
        case CaseAction.REOPEN if status is CaseStatus.REJECTED:
            return (CasePermission.REOPEN, CasePermission.SUBMIT)
        case CaseAction.REOPEN:
            return (CasePermission.REOPEN,)
        case _:
            return (CasePermission.REVIEW,)
