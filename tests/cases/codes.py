"""The error codes of cases, and the status each stands for."""

CODES = {
    "case.decided": 409,
    "case.illegal_move": 409,
    "case.locked": 409,
    "case.not_all_accepted": 409,
    "case.own_upload": 403,
}
