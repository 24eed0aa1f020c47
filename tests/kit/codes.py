"""The error codes that any route may answer, and the status each stands for."""

CODES = {
    "auth.forbidden": 403,
    "auth.unauthenticated": 401,
    "idempotency.in_flight": 409,
    "idempotency.key_reused": 422,
    "request.invalid": 422,
    "request.precondition_required": 428,
    "request.stale": 412,
    "request.throttled": 429,
    "request.too_large": 413,
    "request.unsupported_type": 415,
    "resource.not_found": 404,
    "server.busy": 503,
}
