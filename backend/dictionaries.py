"""Which domain uses which dictionary: the whole map."""

from backend.domains.cases import uses as cases
from backend.domains.customers import uses as customers
from backend.domains.dictionary.reference import uses
from backend.domains.documents import uses as documents


def install() -> None:
    """Let dictionaries count where they are used."""
    uses.contribute(*customers.USES, *documents.USES, *cases.USES)
