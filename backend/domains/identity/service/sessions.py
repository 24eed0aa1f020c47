"""Sign in, stay signed in, sign out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from backend.config import Settings
from backend.domains.audit import service as audit
from backend.domains.identity.errors import InvalidCredentials, LoginThrottled, SessionEnded
from backend.domains.identity.models import LoginSession, User
from backend.domains.identity.passwords import pretend_to_verify, verify_password
from backend.domains.identity.repository import WITH_ROLES, SessionRepository, UserRepository
from backend.domains.identity.tokens import RefreshToken, issue_access_token, read_access_token
from backend.kit import clock
from backend.kit.auth import Actor, Scope, merge_grants
from backend.kit.db.session import Database
from backend.kit.realtime.feed import LiveEvent, publish
from backend.kit.realtime.hub import SESSION_ENDED

FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_FROM_ONE_PLACE = 10
FAILURES_FROM_ONE_ADDRESS = 50
FAILURES_ON_ONE_ACCOUNT = 100
# Two tabs may refresh at the same moment; later than this, the replaced token can only be a copy.
ROTATION_OVERLAP = timedelta(seconds=10)


@dataclass(frozen=True)
class Device:
    """Where a request comes from, as far as it says."""

    address: str
    user_agent: str


@dataclass(frozen=True)
class SignedIn:
    """The outcome of a sign-in or a refresh; without ``cookie_max_age`` the cookie goes with the browser."""

    user: User
    access_token: str
    expires_in: int
    refresh_token: RefreshToken
    cookie_max_age: int | None


async def log_in(
    database: Database, settings: Settings, *, username: str, password: str, remember_me: bool, device: Device
) -> SignedIn:
    """Check a name and password and open a session; raises `InvalidCredentials` or `LoginThrottled`.

    Several transactions on purpose: a refusal must stay counted although the request fails, and no connection is
    held during the 50 ms of hashing. A try counts as failed until it succeeds, so that many at once are counted too.
    """
    now = clock.now()
    async with database.transaction() as session:
        sessions = SessionRepository(session)
        await _check_throttle(sessions, username, device.address, now)
        failure_id = await sessions.add_failure(username, device.address, now)
        user = await UserRepository(session).get_by_username(username)
    if user is None:
        await pretend_to_verify()
    elif await verify_password(password, user.password_hash) and user.is_active:
        async with database.transaction() as session:
            await SessionRepository(session).remove_failure(failure_id)
            return await SessionService(session, settings).open(
                user.id, remember_me=remember_me, device=device
            )
    raise InvalidCredentials


async def _check_throttle(sessions: SessionRepository, username: str, address: str, now: datetime) -> None:
    since = now - FAILURE_WINDOW
    counted = (
        (
            FAILURES_FROM_ONE_PLACE,
            await sessions.count_failures(since=since, username=username, address=address),
        ),
        (FAILURES_FROM_ONE_ADDRESS, await sessions.count_failures(since=since, address=address)),
        (FAILURES_ON_ONE_ACCOUNT, await sessions.count_failures(since=since, username=username)),
    )
    if any(count >= limit for limit, count in counted):
        raise LoginThrottled(headers={"Retry-After": str(int(FAILURE_WINDOW.total_seconds()))})


class SessionService:
    """Opens, renews and ends sessions inside one transaction."""

    def __init__(self, session: AsyncSession, settings: Settings) -> None:
        self.session = session
        self.settings = settings
        self.sessions = SessionRepository(session)
        self.users = UserRepository(session)

    async def open(self, user_id: UUID, *, remember_me: bool, device: Device) -> SignedIn:
        """Begin a session for an account whose password was just verified."""
        now = clock.now()
        user = await self.users.get(user_id, options=WITH_ROLES, lock=True)
        if user is None or not user.is_active:
            raise InvalidCredentials
        await self.users.note_login(user, now)
        session_id = uuid7()
        token = self._token(session_id, now, replacing=None)
        lifetime = self._lifetime(remember_me=remember_me)
        await self.sessions.add(
            LoginSession(
                id=session_id,
                user_id=user.id,
                token_hash=token.hash,
                rotated_at=now,
                remember_me=remember_me,
                created_at=now,
                expires_at=now + lifetime,
                user_agent=device.user_agent[:300],
                address=device.address[:60],
            )
        )
        audit.record(self.session, actor_of(user), "session.open", _target(user), {"address": device.address})
        return self._signed_in(user, session_id, now, token, lifetime if remember_me else None)

    async def renew(self, cookie: str | None) -> SignedIn:
        """Exchange the refresh token for a new one; raises `SessionEnded`.

        A token that was replaced more than ten seconds ago, or that is two generations old, is a copy: see
        `end_if_copied`.
        """
        now = clock.now()
        row, token = await self._find(cookie)
        user = await self.users.get(row.user_id, options=WITH_ROLES)
        if user is None or not user.is_active or row.ended_at is not None or row.expires_at <= now:
            raise SessionEnded
        if token.matches(row.token_hash):
            current = self._token(row.id, now, replacing=row.token_hash)
            row.previous_token_hash, row.token_hash, row.rotated_at = row.token_hash, current.hash, now
        elif token.matches(row.previous_token_hash) and now - row.rotated_at <= ROTATION_OVERLAP:
            # Two tabs at once, or an answer that got lost: whoever has the old token needs the new one, not another.
            current = self._token(row.id, row.rotated_at, replacing=row.previous_token_hash)
        else:
            raise SessionEnded
        left = row.expires_at - now
        return self._signed_in(user, row.id, now, current, left if row.remember_me else None)

    async def end_if_copied(self, cookie: str | None) -> None:
        """End the session whose refresh token was refused: either its owner or a thief holds an old copy."""
        try:
            row, token = await self._find(cookie)
        except SessionEnded:
            return
        if row.ended_at is None and not token.matches(row.token_hash):
            await self._end(row, "token_reused")

    async def close(self, cookie: str | None) -> None:
        """Sign out: end the session that the cookie names; a session that has ended already is no error."""
        try:
            row, token = await self._find(cookie)
        except SessionEnded:
            return
        if row.ended_at is None and (token.matches(row.token_hash) or token.matches(row.previous_token_hash)):
            await self._end(row, "logged_out")

    async def _find(self, cookie: str | None) -> tuple[LoginSession, RefreshToken]:
        if not cookie:
            raise SessionEnded
        token = RefreshToken.parse(cookie)
        row = await self.sessions.get(token.session_id, lock=True)
        if row is None:
            raise SessionEnded
        return row, token

    async def _end(self, row: LoginSession, reason: str) -> None:
        await self.sessions.end(user_id=row.user_id, now=clock.now(), reason=reason, only=row.id)
        publish_sessions_ended(self.session, [row.id])

    def _token(self, session_id: UUID, issued_at: datetime, *, replacing: str | None) -> RefreshToken:
        key = self.settings.secret_key.get_secret_value()
        return RefreshToken.derive(key, session_id, issued_at=issued_at, replacing=replacing)

    def _lifetime(self, *, remember_me: bool) -> timedelta:
        return (
            timedelta(days=self.settings.remember_me_days)
            if remember_me
            else timedelta(hours=self.settings.session_hours)
        )

    def _signed_in(
        self,
        user: User,
        session_id: UUID,
        now: datetime,
        token: RefreshToken,
        cookie_life: timedelta | None,
    ) -> SignedIn:
        lifetime = timedelta(minutes=self.settings.access_token_minutes)
        access_token = issue_access_token(
            self.settings.secret_key.get_secret_value(),
            user_id=user.id,
            session_id=session_id,
            now=now,
            lifetime=lifetime,
        )
        max_age = int(cookie_life.total_seconds()) if cookie_life else None
        return SignedIn(user, access_token, int(lifetime.total_seconds()), token, max_age)


def publish_sessions_ended(session: AsyncSession, session_ids: list[UUID]) -> None:
    """Make the event streams of these sessions end."""
    if session_ids:
        data = {"session_ids": [str(session_id) for session_id in session_ids]}
        publish(session, LiveEvent(type=SESSION_ENDED, permission="", data=data))


def grants_of(user: User) -> dict[str, Scope]:
    """Merge what an account's roles permit; the widest reach of a permission counts."""
    return merge_grants((item.permission, item.scope) for role in user.roles for item in role.permissions)


def actor_of(user: User) -> Actor:
    """Return the account as an actor outside any session."""
    return Actor(
        id=user.id,
        display_name=user.display_name,
        grants=grants_of(user),
        username=user.username,
        roles=tuple(role.code for role in user.roles),
    )


def _target(user: User) -> audit.Target:
    return audit.Target("user", str(user.id), user.username)


class SessionAuthenticator:
    """Turns an access token into an actor; looks at the session's row each time, so that its end bites at once."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._secret_key = settings.secret_key.get_secret_value()

    async def __call__(self, credentials: str) -> Actor:
        """Return the actor of a valid token whose session is open, or raise `SessionEnded`."""
        session_id = read_access_token(self._secret_key, credentials)
        async with self._database.lookup() as session:
            row = await SessionRepository(session).find_actor(session_id, clock.now())
        if row is None:
            raise SessionEnded
        pairs = (item.rpartition(":") for item in row.grants or ())
        return Actor(
            id=row.id,
            display_name=row.display_name,
            grants=merge_grants((permission, Scope(scope)) for permission, _, scope in pairs),
            username=row.username,
            roles=tuple(row.roles or ()),
            session_id=session_id,
            session_expires_at=row.expires_at,
        )
