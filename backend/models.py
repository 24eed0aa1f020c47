"""Every table, for migrations: the domains' and the kit's."""

from backend.kit.db import answers, numbering, seeding
from backend.kit.db.base import Base
from backend.kit.realtime import feed
from backend.manifests import DOMAINS

__all__ = ["DOMAINS", "Base", "answers", "feed", "numbering", "seeding"]
