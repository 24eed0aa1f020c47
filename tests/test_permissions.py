"""What the domains declare that people may do, collected."""

import pytest

from backend.app import create_app  # noqa: F401 - loads every domain
from backend.domains.identity.permissions import ADMINISTRATOR, BUILT_IN_ROLES
from backend.kit.auth import DefaultGrants, Permission, Scope
from backend.permissions import DEFAULT_GRANTS, PERMISSIONS, collect_grants, collect_permissions


class One(Permission):
    READ = "things:read"


class Other(Permission):
    READ = "things:read"
    WRITE = "things:write"


ROLES = (ADMINISTRATOR, "staff")


def test_every_permission_a_domain_declares_is_collected() -> None:
    declared = {
        permission.value
        for vocabulary in Permission.__subclasses__()
        if vocabulary.__module__.startswith("backend.")
        for permission in vocabulary
    }

    assert {permission.value for permission in PERMISSIONS} == declared


def test_permissions_are_named_resource_and_action() -> None:
    assert [name for name in PERMISSIONS if not name.replace(":", "", 1).replace("_", "").isalpha()] == []
    assert list(PERMISSIONS) == sorted(PERMISSIONS)


def test_every_built_in_role_is_given_something_and_the_administrator_everything() -> None:
    assert DEFAULT_GRANTS.keys() == BUILT_IN_ROLES.keys()
    assert all(DEFAULT_GRANTS.values())
    assert DEFAULT_GRANTS[ADMINISTRATOR] == dict.fromkeys(PERMISSIONS, Scope.ALL)


def test_two_domains_cannot_declare_one_permission() -> None:
    with pytest.raises(ValueError, match="things:read"):
        collect_permissions(One, Other)


@pytest.mark.parametrize(
    ("declared", "complaint"),
    [
        (({"clerk": {One.READ: Scope.ALL}},), "clerk"),
        (({"staff": {One.READ: Scope.ALL}}, {"staff": {One.READ: Scope.OWN}}), "twice"),
        (({ADMINISTRATOR: {One.READ: Scope.OWN}},), "twice"),
    ],
)
def test_grants_that_contradict_each_other_are_refused(
    declared: tuple[DefaultGrants, ...], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        collect_grants(ROLES, One, declared)


def test_grants_of_several_domains_come_together() -> None:
    declared: tuple[DefaultGrants, ...] = (
        {"staff": {Other.READ: Scope.OWN}},
        {"staff": {Other.WRITE: Scope.DEPARTMENT}},
    )

    assert collect_grants(ROLES, Other, declared) == {
        ADMINISTRATOR: dict.fromkeys(Other, Scope.ALL),
        "staff": {Other.READ: Scope.OWN, Other.WRITE: Scope.DEPARTMENT},
    }
