"""What other domains use of the audit trail."""

from backend.domains.audit.service.record import Target, changes, record

__all__ = ["Target", "changes", "record"]
