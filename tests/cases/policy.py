"""Who passes the gates of cases."""

from tests.people import COLLECTING, EVERY_ROLE, REVIEWING, Policy

POLICY: Policy = {
    ("GET", "/cases"): EVERY_ROLE,
    ("GET", "/cases/{case_id}"): EVERY_ROLE,
    ("PUT", "/cases/{case_id}"): COLLECTING,
    ("GET", "/cases/{case_id}/completeness"): EVERY_ROLE,
    ("GET", "/cases/{case_id}/history"): EVERY_ROLE,
    ("PUT", "/cases/{case_id}/requirements/{document_type}"): REVIEWING,
    ("DELETE", "/cases/{case_id}/requirements/{document_type}"): REVIEWING,
    ("POST", "/cases/{case_id}/submit"): COLLECTING,
    ("POST", "/cases/{case_id}/approve"): REVIEWING,
    ("POST", "/cases/{case_id}/reject"): REVIEWING,
    ("POST", "/cases/{case_id}/return"): REVIEWING,
    ("POST", "/cases/{case_id}/reopen"): EVERY_ROLE,
    ("GET", "/customers/{customer_id}/completeness"): EVERY_ROLE,
    ("GET", "/customers/{customer_id}/history"): EVERY_ROLE,
    ("PUT", "/customers/{customer_id}/requirements/{document_type}"): REVIEWING,
    ("DELETE", "/customers/{customer_id}/requirements/{document_type}"): REVIEWING,
    ("POST", "/customers/{customer_id}/submit"): COLLECTING,
    ("POST", "/customers/{customer_id}/approve"): REVIEWING,
    ("POST", "/customers/{customer_id}/reject"): REVIEWING,
    ("POST", "/customers/{customer_id}/return"): REVIEWING,
    ("POST", "/customers/{customer_id}/reopen"): EVERY_ROLE,
    ("POST", "/customers/{customer_id}/review/reveal"): REVIEWING,
    ("PUT", "/customers/{customer_id}/review/presence"): REVIEWING,
    ("DELETE", "/customers/{customer_id}/review/presence"): REVIEWING,
}
