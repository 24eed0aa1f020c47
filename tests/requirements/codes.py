"""The error codes of requirement sets, and the status each stands for."""

CODES = {
    "requirement.contradictory": 422,
    "requirement.duplicate_code": 409,
    "requirement.other_sets": 409,
}
