"""What can go wrong with the review of a file.

IllegalMove      409  case.illegal_move
NotAllAccepted   409  case.not_all_accepted
OwnUploadInCase  403  case.own_upload
"""

from backend.kit.errors import Conflict, Forbidden


class IllegalMove(Conflict):
    """The state does not allow the action; members ``state``, ``action`` and ``allowed``."""

    code = "case.illegal_move"
    message = "The file's state does not allow this."


class NotAllAccepted(Conflict):
    """Member ``document_types`` names the required types that have no accepted document."""

    code = "case.not_all_accepted"
    message = "Not every required document is accepted."


class OwnUploadInCase(Forbidden):
    """Whoever supplied a document cannot decide on the file."""

    code = "case.own_upload"
    message = "You uploaded documents of this file; somebody else must decide on it."
