"""Every live event there is: collected from the domains."""

from backend.domains.cases.live import CaseMovedEvent, ProgressEvent
from backend.domains.customers.live import CustomerEvent
from backend.domains.documents.live import DocumentEvent, DocumentTypesEvent
from backend.domains.identity.live import UserEvent
from backend.kit.realtime.live import LivePayload

LIVE_EVENTS: tuple[type[LivePayload], ...] = (
    CustomerEvent,
    CaseMovedEvent,
    ProgressEvent,
    DocumentEvent,
    DocumentTypesEvent,
    UserEvent,
)
