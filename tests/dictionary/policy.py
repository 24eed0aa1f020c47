"""Who passes the gates of dictionaries."""

from tests.people import ADMIN, ANYBODY, Policy

POLICY: Policy = {
    ("GET", "/dictionaries"): ANYBODY,
    ("GET", "/dictionaries/{dictionary}/entries"): ANYBODY,
    ("POST", "/dictionaries/{dictionary}/entries"): ADMIN,
    ("GET", "/dictionaries/{dictionary}/usage"): ADMIN,
    ("PUT", "/dictionaries/{dictionary}/order"): ADMIN,
    ("GET", "/dictionaries/{dictionary}/entries/{code}"): ANYBODY,
    ("PUT", "/dictionaries/{dictionary}/entries/{code}"): ADMIN,
    ("DELETE", "/dictionaries/{dictionary}/entries/{code}"): ADMIN,
}
