"""What cases bring into the house."""

from backend.domains.cases import models
from backend.domains.cases.jobs import RECOUNT_CASES, recount_cases, recount_daily
from backend.domains.cases.live import CaseAmendedEvent, CaseMovedEvent, ProgressEvent
from backend.domains.cases.permissions import DEFAULT_GRANTS, CasePermission
from backend.domains.cases.router import router
from backend.kit.manifest import Domain

MANIFEST = Domain(
    models=models,
    router=router,
    permissions=CasePermission,
    grants=DEFAULT_GRANTS,
    live=(CaseAmendedEvent, CaseMovedEvent, ProgressEvent),
    jobs={RECOUNT_CASES: recount_cases},
    # A quarter past midnight in Shanghai.
    schedules={"recount_daily": ("15 16 * * *", recount_daily)},
)
