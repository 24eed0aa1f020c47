"""Who passes the gates of documents and their types."""

from tests.people import ADMIN, COLLECTING, EVERY_ROLE, REVIEWING, Policy

POLICY: Policy = {
    ("GET", "/documents/types"): EVERY_ROLE,
    ("POST", "/documents/types"): ADMIN,
    ("GET", "/documents/types/{code}"): EVERY_ROLE,
    ("PUT", "/documents/types/{code}"): ADMIN,
    ("DELETE", "/documents/types/{code}"): ADMIN,
    ("GET", "/documents"): EVERY_ROLE,
    ("POST", "/documents/upload"): COLLECTING,
    ("POST", "/documents/batch-upload"): COLLECTING,
    ("GET", "/documents/findings"): EVERY_ROLE,
    ("POST", "/documents/{document_id}/annotations"): REVIEWING,
    ("DELETE", "/documents/{document_id}/annotations/{annotation_id}"): REVIEWING,
    ("PUT", "/documents/{document_id}/checks/{fact}"): REVIEWING,
    ("GET", "/documents/{document_id}"): EVERY_ROLE,
    ("GET", "/documents/{document_id}/content"): EVERY_ROLE,
    ("PUT", "/documents/{document_id}/dates"): EVERY_ROLE,
    ("DELETE", "/documents/{document_id}"): COLLECTING,
    ("POST", "/documents/{document_id}/restore"): COLLECTING,
    ("POST", "/documents/{document_id}/accept"): REVIEWING,
    ("POST", "/documents/{document_id}/reject"): REVIEWING,
}
