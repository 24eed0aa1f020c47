"""Where a case can stand and the moves between (rule S1).

    pending ──(everything required is there)──▶ complete ──submit──▶ reviewing ──approve──▶ approved
       ▲  ◀──(something required went away)──┘  │   ▲                  │  │  ◀────reopen──────┘
       │                                        ▼   │                  │  │
       │                                      returned ◀────return─────┘  └──reject──▶ rejected
       └──────────────────reopen (unless the rejection is final)─────────────────────────┘

The moves in brackets, and those between returned and complete, are the system's own, as documents come and go. A case
that was returned falls back to returned, not to pending, until it is submitted anew. One that lacks nothing although
it is pending or returned may be submitted as it is.
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
    CaseStatus.RETURNED: {},
    CaseStatus.COMPLETE: {CaseAction.SUBMIT: CaseStatus.REVIEWING},
    CaseStatus.REVIEWING: {
        CaseAction.APPROVE: CaseStatus.APPROVED,
        CaseAction.REJECT: CaseStatus.REJECTED,
        CaseAction.RETURN: CaseStatus.RETURNED,
    },
    CaseStatus.APPROVED: {CaseAction.REOPEN: CaseStatus.REVIEWING},
    CaseStatus.REJECTED: {CaseAction.REOPEN: CaseStatus.PENDING},
}

# From the submission on a case needs what it was submitted with.
FROZEN = frozenset({CaseStatus.REVIEWING, CaseStatus.APPROVED, CaseStatus.REJECTED})


# Where documents are collected: the system moves such a case on when all is there.
COLLECTING = frozenset({CaseStatus.PENDING, CaseStatus.RETURNED})
# Where what the case is about may still be changed.
EDITABLE = COLLECTING | {CaseStatus.COMPLETE}


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
