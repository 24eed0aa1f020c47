"""The API: every router under its version."""

from fastapi import APIRouter

from backend.kit.realtime.router import router as events
from backend.manifests import DOMAINS

api = APIRouter(prefix="/api/v1")
for domain in DOMAINS:
    if domain.router is not None:
        api.include_router(domain.router)
api.include_router(events)
