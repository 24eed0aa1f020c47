"""Every table, for migrations."""

from backend.domains.audit import models as audit
from backend.domains.cases import models as cases
from backend.domains.customers import models as customers
from backend.domains.documents import models as documents
from backend.domains.identity import models as identity
from backend.kit.db import answers, numbering, seeding
from backend.kit.db.base import Base
from backend.kit.realtime import feed

__all__ = [
    "Base",
    "answers",
    "audit",
    "cases",
    "customers",
    "documents",
    "feed",
    "identity",
    "numbering",
    "seeding",
]
