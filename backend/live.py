"""Every live event there is: collected from the domains."""

from backend.kit.realtime.live import LivePayload
from backend.manifests import DOMAINS

LIVE_EVENTS: tuple[type[LivePayload], ...] = tuple(payload for domain in DOMAINS for payload in domain.live)
