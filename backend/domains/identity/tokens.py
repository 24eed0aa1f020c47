"""Make and read the two tokens of a session.

The access token is a JWT that lives ten minutes and only in memory. The refresh token is a secret in an HttpOnly
cookie, changed at each use.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from jose import JWTError, jwt
from uuid_utils.compat import uuid7

from backend.domains.identity.errors import SessionEnded

ALGORITHM = "HS256"
ISSUER = "kehui"
AUDIENCE = "kehui-api"
TOKEN_TYPE = "access"  # noqa: S105
# Hexadecimal digits of 128 bits.
_MAC_LENGTH = 32
_REQUIRED = {f"require_{claim}": True for claim in ("exp", "iat", "iss", "aud", "sub", "jti")}


@dataclass(frozen=True)
class RefreshToken:
    """A refresh token; its text names the session that it renews."""

    session_id: UUID
    secret: str

    @classmethod
    def derive(
        cls, secret_key: str, session_id: UUID, *, issued_at: datetime, replacing: str | None
    ) -> "RefreshToken":
        """Make the token that a session has since ``issued_at``, when it took the place of the one with that hash.

        Nobody without the key can make it, and the server can make it again: a browser that lost the answer to a
        refresh is given the same token once more.
        """
        content = f"refresh:{session_id}:{issued_at.isoformat(timespec='microseconds')}:{replacing or ''}"
        unique = _mac(secret_key, content)
        return cls(session_id, unique + _seal(secret_key, session_id, unique))

    @classmethod
    def parse(cls, text: str) -> "RefreshToken":
        """Read the cookie's text, or raise `SessionEnded`."""
        session_id, _, secret = text.partition(".")
        try:
            return cls(UUID(session_id), secret)
        except ValueError:
            raise SessionEnded from None

    @property
    def text(self) -> str:
        """The cookie's value."""
        return f"{self.session_id}.{self.secret}"

    @property
    def hash(self) -> str:
        """What is stored; the secret has enough entropy for a plain hash."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def was_made_with(self, secret_key: str) -> bool:
        """Tell whether it was once the session's token, however many have replaced it since."""
        unique, seal = self.secret[:_MAC_LENGTH], self.secret[_MAC_LENGTH:]
        return hmac.compare_digest(seal.encode(), _seal(secret_key, self.session_id, unique).encode())

    def matches(self, stored_hash: str | None) -> bool:
        """Compare with a stored hash in constant time."""
        return stored_hash is not None and hmac.compare_digest(self.hash, stored_hash)


def _mac(secret_key: str, content: str) -> str:
    return hmac.new(secret_key.encode(), content.encode(), hashlib.sha256).hexdigest()[:_MAC_LENGTH]


def _seal(secret_key: str, session_id: UUID, unique: str) -> str:
    return _mac(secret_key, f"refresh seal:{session_id}:{unique}")


def issue_access_token(
    secret_key: str, *, user_id: UUID, session_id: UUID, now: datetime, lifetime: timedelta
) -> str:
    """Sign a JWT that stands for one session for a few minutes."""
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "sid": str(session_id),
        "typ": TOKEN_TYPE,
        "jti": uuid7().hex,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    return jwt.encode(claims, secret_key, algorithm=ALGORITHM)


@dataclass(frozen=True)
class AccessToken:
    """What a verified access token says."""

    session_id: UUID
    expires_at: datetime


def read_access_token(secret_key: str, token: str) -> AccessToken:
    """Verify a JWT, or raise `SessionEnded`."""
    try:
        claims = jwt.decode(
            token, secret_key, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=_REQUIRED
        )
        if claims.get("typ") != TOKEN_TYPE:
            raise SessionEnded
        return AccessToken(UUID(claims["sid"]), datetime.fromtimestamp(claims["exp"], UTC))
    except (JWTError, KeyError, ValueError, AttributeError, TypeError, OverflowError):
        raise SessionEnded from None
