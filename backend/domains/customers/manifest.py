"""What customers bring into the house."""

from backend.domains.customers import models
from backend.domains.customers.live import CustomerEvent
from backend.domains.customers.permissions import DEFAULT_GRANTS, CustomerPermission
from backend.domains.customers.router import router
from backend.kit.manifest import Domain

MANIFEST = Domain(
    models=models,
    router=router,
    permissions=CustomerPermission,
    grants=DEFAULT_GRANTS,
    live=(CustomerEvent,),
)
