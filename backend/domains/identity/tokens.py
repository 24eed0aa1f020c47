"""Make and read the two tokens of a session.

The access token is a JWT that lives ten minutes and only in memory. The refresh token is a random secret in an
HttpOnly cookie, changed at each use.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from jose import JWTError, jwt
from uuid_utils.compat import uuid7

from backend.domains.identity.errors import SessionEnded

ALGORITHM = "HS256"
ISSUER = "kehui"
AUDIENCE = "kehui-api"
TOKEN_TYPE = "access"  # noqa: S105
_REQUIRED = {f"require_{claim}": True for claim in ("exp", "iat", "iss", "aud", "sub", "jti")}


@dataclass(frozen=True)
class RefreshToken:
    """A refresh token; its text names the session, so that a copy can be told from a forgery."""

    session_id: UUID
    secret: str

    @classmethod
    def new(cls, session_id: UUID) -> "RefreshToken":
        """Make a token with 256 random bits."""
        return cls(session_id, secrets.token_urlsafe(32))

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

    def matches(self, stored_hash: str | None) -> bool:
        """Compare with a stored hash in constant time."""
        return stored_hash is not None and hmac.compare_digest(self.hash, stored_hash)


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


def read_access_token(secret_key: str, token: str) -> UUID:
    """Verify a JWT and return its session's id, or raise `SessionEnded`."""
    try:
        claims = jwt.decode(
            token, secret_key, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=_REQUIRED
        )
        if claims.get("typ") != TOKEN_TYPE:
            raise SessionEnded
        return UUID(claims["sid"])
    except (JWTError, KeyError, ValueError, AttributeError, TypeError):
        raise SessionEnded from None
