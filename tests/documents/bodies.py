"""A well-formed body for each route of documents that takes one, by the name of the route."""

_TYPE = {"name": "行驶证", "name_en": "License", "sort_order": 95, "allowed_kinds": ["image"], "max_files": 4}
BODIES = {
    "create_document_type": {"code": "vehicle_license", **_TYPE},
    "update_document_type": _TYPE,
    "annotate_document": {"page": 1, "x": 0.1, "y": 0.1, "width": 0.2, "height": 0.1, "note": "看不清"},
    "date_document": {"issued_on": "2026-11-01"},
    "check_fact": {"agrees": True},
    "reject_document": {"reason_code": "blurred"},
}
