"""Where cases use dictionaries."""

from backend.domains.cases.models import Case
from backend.domains.dictionary.reference import PRODUCT, Use

USES = (Use(PRODUCT, Case.product),)
