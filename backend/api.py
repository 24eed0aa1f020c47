"""The API: every router under its version."""

from fastapi import APIRouter

from backend.domains.cases.router import router as cases
from backend.domains.customers.router import router as customers
from backend.domains.documents.router import router as documents
from backend.domains.identity.router import router as identity
from backend.kit.realtime.router import router as events

api = APIRouter(prefix="/api/v1")
api.include_router(identity)
api.include_router(customers)
api.include_router(cases)
api.include_router(documents)
api.include_router(events)
