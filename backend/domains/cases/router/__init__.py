"""Routes of cases."""

from backend.domains.cases.router.cases import router as cases
from backend.domains.cases.router.current import router as current
from backend.domains.cases.router.reviewing import router as reviewing
from backend.kit.routing import Router

router = Router()
router.include_router(current)
router.include_router(reviewing)
router.include_router(cases)
