"""The end of the audit chain, noted outside the database and signed, so that a tail that was cut off is missed."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

from backend.kit.storage import Storage

KEY = "audit/head.json"


@dataclass(frozen=True)
class Head:
    """How far the chain had come."""

    sequence: int
    hash: str
    at: str


class ForgedHead(Exception):
    """What is noted is not what we signed, or was signed under another secret."""


class HeadNote:
    """Keeps the head in the store of files, under a signature that the database's keepers cannot make."""

    def __init__(self, storage: Storage, secret: str) -> None:
        self._storage = storage
        # Of its own, so that a signature for one purpose is none for another.
        self._key = hmac.digest(secret.encode(), b"kehui audit head 1", "sha256")

    async def read(self) -> Head | None:
        """Return what was noted last, or raise `ForgedHead`."""
        try:
            noted = json.loads(await self._storage.read(KEY))
            signature = noted.pop("signature")
            head = Head(**noted)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ForgedHead from None
        if not hmac.compare_digest(str(signature), self._sign(head)):
            raise ForgedHead
        return head

    async def write(self, head: Head) -> None:
        """Note the head in place of the one before."""
        note = asdict(head) | {"signature": self._sign(head)}
        await self._storage.put_bytes(json.dumps(note).encode(), KEY)

    def _sign(self, head: Head) -> str:
        content = f"{head.sequence}:{head.hash}:{head.at}"
        return hmac.new(self._key, content.encode(), hashlib.sha256).hexdigest()
