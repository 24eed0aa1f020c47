"""The error codes of customers, and the status each stands for."""

CODES = {
    "customer.archived": 409,
    "customer.duplicate_credit_code": 409,
    "customer.duplicate_id_number": 409,
    "customer.nothing_to_reveal": 404,
    "customer.under_review": 409,
    "customer.unknown_manager": 422,
    "customer.wrong_kind": 422,
}
