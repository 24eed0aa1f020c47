"""A well-formed body for each route of requirement sets that takes one, by the name of the route."""

_FIELDS = {
    "name_zh": "装修贷",
    "name_en": "Home renovation",
    "kinds": ["person"],
    "items": [{"document_type": "property_proof"}],
}
BODIES = {
    "create_requirement_set": {"code": "home_renovation", **_FIELDS},
    "update_requirement_set": _FIELDS,
    "reorder_requirement_sets": {"codes": []},
}
