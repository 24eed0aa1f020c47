"""What the audit trail brings into the house."""

from backend.domains.audit import models
from backend.kit.manifest import Domain

MANIFEST = Domain(models=models)
