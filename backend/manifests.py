"""Every domain there is, each above those it may use."""

from collections.abc import Sequence

from backend.domains.audit.manifest import MANIFEST as AUDIT
from backend.domains.cases.manifest import MANIFEST as CASES
from backend.domains.customers.manifest import MANIFEST as CUSTOMERS
from backend.domains.dictionary.manifest import MANIFEST as DICTIONARY
from backend.domains.documents.manifest import MANIFEST as DOCUMENTS
from backend.domains.identity.manifest import MANIFEST as IDENTITY
from backend.domains.requirements.manifest import MANIFEST as REQUIREMENTS
from backend.kit.manifest import Domain

DOMAINS: Sequence[Domain] = (
    AUDIT,
    DICTIONARY,
    IDENTITY,
    CUSTOMERS,
    DOCUMENTS,
    REQUIREMENTS,
    CASES,
)
