"""Hash and judge passwords."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

from passlib.context import CryptContext

from backend.domains.identity.errors import WeakPassword

MINIMUM_LENGTH = 10
MAXIMUM_LENGTH = 128

# Argon2id with 46 MiB and one pass, the OWASP recommendation of equal strength to 19 MiB and two.
_context = CryptContext(
    schemes=["argon2"],
    argon2__type="ID",
    argon2__memory_cost=47_104,
    argon2__time_cost=1,
    argon2__parallelism=1,
)
# A bounded pool of its own: a wave of sign-ins can use up neither the memory nor the event loop.
_pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="password")

_COMMON_PARTS = (
    "password",
    "12345678",
    "qwertyui",
    "iloveyou",
    "letmein",
    "woaini",
    "11111111",
    "88888888",
    "66666666",
)
_COMPANY_WORDS = ("kehui",)


async def hash_password(password: str) -> str:
    """Return the Argon2id hash; takes about 50 ms of one core, off the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _context.hash, password)


async def hash_new_password(password: str, *, username: str, field: str) -> str:
    """Return the hash of a password that is strong enough, or raise `WeakPassword`.

    For callers outside of a transaction: nobody waits for a lock or a connection while it is made.
    """
    check_strength(password, username=username, field=field)
    return await hash_password(password)


async def verify_password(password: str, password_hash: str) -> bool:
    """Tell whether the password has this hash."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _context.verify, password, password_hash)


async def pretend_to_verify() -> None:
    """Take as long as a verification, so that an unknown name cannot be told from a wrong password."""
    await asyncio.get_running_loop().run_in_executor(_pool, _context.dummy_verify)


def check_strength(password: str, *, username: str, field: str) -> None:
    """Refuse passwords that guessers try first (NIST SP 800-63B: length and blocklist, no composition rules)."""
    lowered = password.casefold()
    if len(password) < MINIMUM_LENGTH:
        raise WeakPassword(f"Use at least {MINIMUM_LENGTH} characters.", field)
    if len(set(lowered)) < 5:  # noqa: PLR2004
        raise WeakPassword("Use more different characters.", field)
    if any(
        lowered.replace(part, "").strip("0123456789!@#._-") == ""
        for part in (*_COMMON_PARTS, *_COMPANY_WORDS)
    ):
        raise WeakPassword("This password is among the first that are guessed.", field)
    if username and username.casefold() in lowered:
        raise WeakPassword("The password must not contain the username.", field)
