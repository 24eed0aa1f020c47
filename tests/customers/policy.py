"""Who passes the gates of customers."""

from tests.people import COLLECTING, EVERY_ROLE, REVIEWING, Policy

POLICY: Policy = {
    ("GET", "/customers"): EVERY_ROLE,
    ("POST", "/customers"): COLLECTING,
    ("GET", "/customers/status-counts"): EVERY_ROLE,
    ("GET", "/customers/{customer_id}"): EVERY_ROLE,
    ("PUT", "/customers/{customer_id}"): COLLECTING,
    ("DELETE", "/customers/{customer_id}"): COLLECTING,
    ("POST", "/customers/{customer_id}/restore"): COLLECTING,
    ("POST", "/customers/{customer_id}/reveal"): REVIEWING,
}
