"""Who passes the gates of signing in, accounts and roles."""

from tests.people import ADMIN, ANYBODY, PUBLIC, Policy

POLICY: Policy = {
    ("POST", "/auth/login"): PUBLIC,
    ("POST", "/auth/refresh"): PUBLIC,
    ("POST", "/auth/logout"): PUBLIC,
    ("GET", "/auth/me"): ANYBODY,
    ("PUT", "/auth/me"): ANYBODY,
    ("PUT", "/auth/me/password"): ANYBODY,
    ("GET", "/users/options"): ANYBODY,
    ("GET", "/users"): ADMIN,
    ("POST", "/users"): ADMIN,
    ("GET", "/users/{user_id}"): ADMIN,
    ("PUT", "/users/{user_id}"): ADMIN,
    ("POST", "/users/{user_id}/disable"): ADMIN,
    ("POST", "/users/{user_id}/enable"): ADMIN,
    ("PUT", "/users/{user_id}/password"): ADMIN,
    ("GET", "/roles"): ADMIN,
}
