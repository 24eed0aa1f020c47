"""A well-formed body for each route of identity that takes one, by the name of the route."""

from tests.identity.factories import PASSWORD

_PERSON = {"display_name": "王芳", "roles": ["staff"]}
BODIES = {
    "log_in_with_password": {"username": "nobody", "password": PASSWORD},
    "update_own_account": {"display_name": "王芳"},
    "change_own_password": {"current_password": PASSWORD, "new_password": "five quick otters"},
    "create_user": {"username": "wangfang", "password": PASSWORD, **_PERSON},
    "update_user": _PERSON,
    "reset_user_password": {"new_password": "five quick otters"},
}
