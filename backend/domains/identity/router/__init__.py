"""Routes of signing in, of one's own account, and of everybody's."""

from backend.domains.identity.router import auth, users
from backend.kit.routing import Router

router = Router()
for part in (auth, users):
    router.include_router(part.router)
