"""Every permission there is, and which role has it at first: collected from the domains."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from backend.domains.identity.permissions import ADMINISTRATOR, BUILT_IN_ROLES
from backend.kit.auth import DefaultGrants, Permission, Scope
from backend.manifests import DOMAINS


def collect_permissions(*vocabularies: Iterable[Permission]) -> tuple[Permission, ...]:
    """Put the domains' permissions together in alphabetical order; two of one name are an error."""
    permissions = sorted(permission for vocabulary in vocabularies for permission in vocabulary)
    for one, other in pairwise(permissions):
        if one == other:
            raise ValueError(f"Two domains declare the permission {one}.")
    return tuple(permissions)


def collect_grants(
    roles: Iterable[str], permissions: Iterable[Permission], declared: Iterable[DefaultGrants]
) -> dict[str, dict[str, Scope]]:
    """Put the domains' default grants together; the administrator has every permission anyway."""
    collected: dict[str, dict[str, Scope]] = {role: {} for role in roles}
    collected[ADMINISTRATOR].update(dict.fromkeys(permissions, Scope.ALL))
    for grants in declared:
        for role, given in grants.items():
            if role not in collected:
                raise ValueError(f"Permissions are granted to {role}, which is no built-in role.")
            for permission, scope in given.items():
                if permission in collected[role]:
                    raise ValueError(f"{permission} is granted to {role} twice.")
                collected[role][permission] = scope
    return collected


PERMISSIONS = collect_permissions(*(domain.permissions for domain in DOMAINS if domain.permissions))
DEFAULT_GRANTS: Mapping[str, Mapping[str, Scope]] = collect_grants(
    BUILT_IN_ROLES, PERMISSIONS, (domain.grants for domain in DOMAINS)
)
