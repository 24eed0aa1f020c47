"""A well-formed body for each route of dictionaries that takes one, by the name of the route."""

_LABELS = {"label_zh": "贵宾客户", "label_en": "VIP"}
BODIES = {
    "create_dictionary_entry": {"code": "vip", **_LABELS},
    "update_dictionary_entry": _LABELS,
    "reorder_dictionary": {"codes": []},
}
