"""What can go wrong with a case.

CaseNotFound     404  resource.not_found
IllegalMove      409  case.illegal_move
CaseLocked       409  case.locked
NotAllAccepted   409  case.not_all_accepted
OwnUploadInCase  403  case.own_upload
CaseDecided      409  case.decided
"""

from backend.kit.errors import Conflict, Forbidden, NotFound


class CaseNotFound(NotFound):
    """No such case, or it belongs to a customer you may not see."""


class IllegalMove(Conflict):
    """The status does not allow the action; members ``case_status``, ``action`` and ``allowed``."""

    extension = ("case_status", "action", "allowed")
    code = "case.illegal_move"
    message = "The status of the case does not allow this."


class CaseLocked(Conflict):
    """What the case is about is changed only while documents are collected; member ``case_status``."""

    extension = ("case_status",)
    code = "case.locked"
    message = "The case is under review or decided; what it is about cannot be changed now."


class NotAllAccepted(Conflict):
    """Member ``document_types`` names the required types that have no accepted document."""

    extension = ("document_types",)
    code = "case.not_all_accepted"
    message = "Not every required document is accepted."


class OwnUploadInCase(Forbidden):
    """Whoever supplied a document cannot decide on the case."""

    code = "case.own_upload"
    message = "You uploaded documents of this case; somebody else must decide on it."


class CaseDecided(Conflict):
    """What a decided case needed stays as it was."""

    code = "case.decided"
    message = "The case is decided; what it needed does not change any more."
