"""What can go wrong with requirement sets.

RequirementSetNotFound   404  resource.not_found
DuplicateRequirementSet  409  requirement.duplicate_code
OtherRequirementSets     409  requirement.other_sets
ContradictorySet         422  requirement.contradictory, with one of these at each field:
requirement.same_type_twice, .unknown_type, .unknown_product, .group_missing, .group_unwanted, .group_of_one,
.condition_incomplete, .condition_foreign, .condition_value, .too_many_pages
"""

from backend.kit.errors import Conflict, Invalid, NotFound


class RequirementSetNotFound(NotFound):
    """No such requirement set."""


class DuplicateRequirementSet(Conflict):
    """Codes of sets are unique."""

    code = "requirement.duplicate_code"
    message = "There is already a requirement set with this code."


class OtherRequirementSets(Conflict):
    """An order names each set once; there are others by now."""

    code = "requirement.other_sets"
    message = "There are other requirement sets by now. Read them again."


class ContradictorySet(Invalid):
    """Nobody could supply what the set asks for; each field says why."""

    code = "requirement.contradictory"
    message = "The set contradicts itself, or asks for what there is not."
