"""The error codes of signing in, accounts and roles, and the status each stands for."""

CODES = {
    "auth.invalid_credentials": 401,
    "auth.session_ended": 401,
    "auth.throttled": 429,
    "password.too_weak": 422,
    "password.wrong": 422,
    "user.duplicate_username": 409,
    "user.last_administrator": 409,
    "user.own_account": 409,
    "user.unknown_role": 422,
}
