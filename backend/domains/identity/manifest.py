"""What accounts and roles bring into the house."""

from backend.domains.identity import models
from backend.domains.identity.live import UserEvent
from backend.domains.identity.permissions import IdentityPermission
from backend.domains.identity.router import router
from backend.kit.manifest import Domain

MANIFEST = Domain(models=models, router=router, permissions=IdentityPermission, live=(UserEvent,))
