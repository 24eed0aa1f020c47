"""A well-formed body for each route of customers that takes one, by the name of the route."""

BODIES = {
    "create_customer": {"kind": "person", "name": "张伟"},
    "update_customer": {"name": "张伟"},
    "reveal_customer_value": {"field": "id_number", "reason": "核对"},
}
