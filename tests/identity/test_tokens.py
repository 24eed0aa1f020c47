"""Access tokens that are not what this installation gave out."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from jose import jwt

from backend.config import Settings
from backend.domains.identity.tokens import ALGORITHM, AUDIENCE, ISSUER, read_access_token
from backend.kit.clock import now
from tests.identity.factories import COOKIE, sign_in

GONE = object()


@dataclass(frozen=True)
class Genuine:
    """A token that is good, with what it was made of."""

    text: str
    claims: dict[str, Any]
    key: str

    def with_claims(self, **changed: Any) -> str:
        """Sign other claims with the right key; `GONE` leaves a claim out."""
        claims = {name: value for name, value in {**self.claims, **changed}.items() if value is not GONE}
        return jwt.encode(claims, self.key, algorithm=ALGORITHM)

    def with_header(self, **header: Any) -> str:
        """Replace the header and leave payload and signature as they are."""
        _, payload, signature = self.text.split(".")
        return f"{encoded(header)}.{payload}.{signature}"

    def with_payload(self, payload: str) -> str:
        """Replace the payload and leave header and signature as they are."""
        header, _, signature = self.text.split(".")
        return f"{header}.{payload}.{signature}"

    def flipped(self, part: int) -> str:
        """Change one bit in the middle of a part."""
        parts = self.text.split(".")
        raw = bytearray(base64.urlsafe_b64decode(parts[part] + "=" * (-len(parts[part]) % 4)))
        raw[len(raw) // 2] ^= 1
        parts[part] = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return ".".join(parts)


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def moment(**distance: int) -> int:
    return int((now() + timedelta(**distance)).timestamp())


def without(claim: str) -> Callable[[Genuine], str]:
    return lambda token: token.with_claims(**{claim: GONE})


@pytest.fixture(scope="session")
def genuine(tokens: dict[str, str], settings: Settings) -> Genuine:
    return Genuine(
        tokens["staff"], jwt.get_unverified_claims(tokens["staff"]), settings.secret_key.get_secret_value()
    )


MUTANTS: dict[str, Callable[[Genuine], str]] = {
    "no signature, alg none": lambda token: (
        f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(token.claims)}."
    ),
    "no signature, alg None": lambda token: f"{encoded({'alg': 'None'})}.{encoded(token.claims)}.",
    "no signature, alg kept": lambda token: token.text.rpartition(".")[0] + ".",
    "alg none before a good signature": lambda token: token.with_header(alg="none", typ="JWT"),
    "alg RS256 before a good signature": lambda token: token.with_header(alg="RS256", typ="JWT"),
    "header without alg": lambda token: token.with_header(typ="JWT"),
    "header is a list": lambda token: f"{encoded([])}.{token.text.partition('.')[2]}",
    "another algorithm, right key": lambda token: jwt.encode(token.claims, token.key, algorithm="HS512"),
    "another key": lambda token: jwt.encode(token.claims, "x" * 40, algorithm=ALGORITHM),
    "empty key": lambda token: jwt.encode(token.claims, "", algorithm=ALGORITHM),
    "another audience": lambda token: token.with_claims(aud="another-api"),
    "another issuer": lambda token: token.with_claims(iss="another"),
    "another type": lambda token: token.with_claims(typ="refresh"),
    "run out": lambda token: token.with_claims(exp=moment(seconds=-1)),
    "not valid yet": lambda token: token.with_claims(nbf=moment(hours=1)),
    "expiry is text": lambda token: token.with_claims(exp="tomorrow"),
    "issue time is a list": lambda token: token.with_claims(iat=[1]),
    **{f"no {claim}": without(claim) for claim in ("exp", "iat", "aud", "iss", "sub", "jti", "sid", "typ")},
    "unknown session": lambda token: token.with_claims(sid="00000000-0000-7000-8000-000000000000"),
    "session is no id": lambda token: token.with_claims(sid="1 OR 1=1"),
    "session is a number": lambda token: token.with_claims(sid=1),
    "session is null": lambda token: token.with_claims(sid=None),
    "session is a list": lambda token: token.with_claims(sid=[token.claims["sid"]]),
    "bit flipped in the header": lambda token: token.flipped(0),
    "bit flipped in the payload": lambda token: token.flipped(1),
    "bit flipped in the signature": lambda token: token.flipped(2),
    "claims exchanged under the old signature": lambda token: token.with_payload(
        encoded({**token.claims, "exp": moment(days=365)})
    ),
    "payload is a list": lambda token: token.with_payload(encoded([1])),
    "payload is no JSON": lambda token: token.with_payload("bm90IGpzb24"),
    "payload is no base64": lambda token: token.with_payload("%%%"),
    "two parts": lambda token: token.text.rpartition(".")[0],
    "four parts": lambda token: f"{token.text}.x",
    "cut off": lambda token: token.text[:-1],
    "no dots": lambda _: "token",
    "only dots": lambda _: "..",
    "very long": lambda token: token.text + "a" * 50_000,
}


async def test_the_genuine_token_is_good(anonymous: AsyncClient, genuine: Genuine) -> None:
    again = genuine.with_claims()

    for text in (genuine.text, again):
        response = await anonymous.get("/auth/me", headers={"Authorization": f"Bearer {text}"})
        assert response.json()["username"] == "staff"
    assert (genuine.claims["iss"], genuine.claims["aud"]) == (ISSUER, AUDIENCE)


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_a_forged_token_is_refused(anonymous: AsyncClient, genuine: Genuine, mutant: str) -> None:
    response = await anonymous.get(
        "/auth/me", headers={"Authorization": f"Bearer {MUTANTS[mutant](genuine)}"}
    )

    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "auth.session_ended"
    assert response.headers["www-authenticate"] == "Bearer"


async def test_a_refresh_token_is_no_access_token(anonymous: AsyncClient) -> None:
    cookie = (await sign_in(anonymous, "staff")).cookies[COOKIE]

    response = await anonymous.get("/auth/me", headers={"Authorization": f"Bearer {cookie}"})

    assert response.status_code == 401


@pytest.mark.parametrize(
    "authorization",
    [b"", b"Bearer", b"Bearer ", b"Basic c3RhZmY6eA==", b"Token x", b"\xff\xfe", b"Bearer \xe4\xbd\xa0"],
)
async def test_another_kind_of_authorization_is_none(anonymous: AsyncClient, authorization: bytes) -> None:
    response = await anonymous.get("/auth/me", headers={b"Authorization": authorization})

    assert response.status_code == 401
    assert response.json()["code"].startswith("auth.")


async def test_a_token_counts_in_the_header_only(anonymous: AsyncClient, genuine: Genuine) -> None:
    for place in (f"?access_token={genuine.text}", f"?token={genuine.text}"):
        assert (await anonymous.get(f"/auth/me{place}")).status_code == 401
    with_cookie = await anonymous.get("/auth/me", headers={"Cookie": f"access_token={genuine.text}"})
    assert with_cookie.status_code == 401


def test_reading_a_token_gives_its_session(genuine: Genuine) -> None:
    assert str(read_access_token(genuine.key, genuine.text).session_id) == genuine.claims["sid"]
