"""The error codes of dictionaries, and the status each stands for."""

CODES = {
    "dictionary.builtin": 409,
    "dictionary.duplicate_code": 409,
    "dictionary.fixed": 409,
    "dictionary.in_use": 409,
    "dictionary.other_entries": 409,
    "dictionary.unknown_entry": 422,
}
