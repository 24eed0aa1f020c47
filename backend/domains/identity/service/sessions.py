"""Sign in, stay signed in, sign out."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from backend.config import Settings
from backend.domains.audit import service as audit
from backend.domains.identity.errors import InvalidCredentials, SessionEnded
from backend.domains.identity.models import LoginSession, User
from backend.domains.identity.passwords import pretend_to_verify, verify_password
from backend.domains.identity.repository import WITH_ROLES, SessionRepository, UserRepository
from backend.domains.identity.schemas import TokenResponse, UserRead
from backend.domains.identity.service.throttle import begin_try, forget_try
from backend.domains.identity.tokens import RefreshToken, issue_access_token, read_access_token
from backend.kit import clock
from backend.kit.auth import Actor, merge_grants
from backend.kit.db.caching import ProcessCache
from backend.kit.db.session import Database, forget_after_commit
from backend.kit.realtime.feed import LiveEvent, feed_bounds, publish
from backend.kit.realtime.hub import SESSION_ENDED

# Two tabs may refresh at the same moment; later than this, the replaced token can only be a copy.
ROTATION_OVERLAP = timedelta(seconds=10)
_ACTORS = "kehui_actors"


@dataclass(frozen=True)
class Device:
    """Where a request comes from, as far as it says."""

    address: str
    user_agent: str


@dataclass(frozen=True)
class SignedIn:
    """The outcome of a sign-in or a refresh; without ``cookie_max_age`` the cookie goes with the browser."""

    answer: TokenResponse
    refresh_token: RefreshToken
    cookie_max_age: int | None


async def log_in(
    database: Database, settings: Settings, *, username: str, password: str, remember_me: bool, device: Device
) -> SignedIn:
    """Check a name and password and open a session; raises `InvalidCredentials` or `LoginThrottled`.

    Several transactions on purpose: a refusal must stay counted although the request fails, and no connection is
    held during the 50 ms of hashing. A try counts as failed until it succeeds, so that many at once are counted too.
    """
    async with database.transaction() as session:
        failure_id = await begin_try(session, username, device.address)
        user = await UserRepository(session).get_by_username(username)
    if user is None:
        await pretend_to_verify()
    elif await verify_password(password, user.password_hash) and user.is_active:
        async with database.transaction() as session:
            await forget_try(session, failure_id)
            return await SessionService(session, settings).open(
                user.id, verified=user.password_hash, remember_me=remember_me, device=device
            )
    raise InvalidCredentials


async def renew(database: Database, settings: Settings, cookie: str | None) -> SignedIn:
    """Exchange a refresh token for a new one, or raise `SessionEnded` and end the session if it was copied."""
    try:
        async with database.transaction() as session:
            return await SessionService(session, settings).renew(cookie)
    except SessionEnded:
        # In a transaction of its own: the refusal rolled the first one back, and the end must last.
        async with database.transaction() as session:
            await SessionService(session, settings).end_if_copied(cookie)
        raise


class SessionService:
    """Opens, renews and ends sessions inside one transaction."""

    def __init__(self, session: AsyncSession, settings: Settings) -> None:
        self.session = session
        self.settings = settings
        self.sessions = SessionRepository(session)
        self.users = UserRepository(session)

    async def open(
        self, user_id: UUID, *, verified: str | None = None, remember_me: bool, device: Device
    ) -> SignedIn:
        """Begin a session for an account, whose password was just found to have the hash ``verified``."""
        now = clock.now()
        user = await self.users.get(user_id, options=WITH_ROLES, lock=True)
        if user is None or not user.is_active or verified not in {None, user.password_hash}:
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
        return await self._signed_in(user, session_id, now, token, lifetime if remember_me else None)

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
        return await self._signed_in(user, row.id, now, current, left if row.remember_me else None)

    async def end_if_copied(self, cookie: str | None) -> None:
        """End the session whose refresh token was refused: either its owner or a thief holds an old copy."""
        try:
            row, token = await self._find(cookie)
        except SessionEnded:
            return
        is_current = token.matches(row.token_hash)
        was_ours = token.matches(row.previous_token_hash) or token.was_made_with(self._secret_key)
        # Whoever only knows the id of a session, which stands in its access tokens, cannot end it.
        if row.ended_at is None and was_ours and not is_current:
            await self._end(row, "token_reused")

    async def close(self, cookie: str | None, access_token: str | None) -> None:
        """Sign out: end the sessions that the two tokens stand for; one that has ended already is no error."""
        with suppress(SessionEnded):
            row, token = await self._find(cookie)
            if token.matches(row.token_hash) or token.matches(row.previous_token_hash):
                await self._log_out(row)
        with suppress(SessionEnded):
            found = await self.sessions.get(
                read_access_token(self._secret_key, access_token or "").session_id, lock=True
            )
            if found is not None:
                await self._log_out(found)

    async def _log_out(self, row: LoginSession) -> None:
        if row.ended_at is None:
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
        row.ended_at, row.end_reason = clock.now(), reason
        await self.session.flush()
        user = await self.users.get(row.user_id, options=WITH_ROLES)
        if user is not None:
            audit.record(self.session, actor_of(user), "session.end", _target(user), {"reason": reason})
        publish_sessions_ended(self.session, [row.id])

    @property
    def _secret_key(self) -> str:
        return self.settings.secret_key.get_secret_value()

    def _token(self, session_id: UUID, issued_at: datetime, *, replacing: str | None) -> RefreshToken:
        return RefreshToken.derive(self._secret_key, session_id, issued_at=issued_at, replacing=replacing)

    def _lifetime(self, *, remember_me: bool) -> timedelta:
        return (
            timedelta(days=self.settings.remember_me_days)
            if remember_me
            else timedelta(hours=self.settings.session_hours)
        )

    async def _signed_in(
        self,
        user: User,
        session_id: UUID,
        now: datetime,
        token: RefreshToken,
        cookie_life: timedelta | None,
    ) -> SignedIn:
        lifetime = timedelta(minutes=self.settings.access_token_minutes)
        access_token = issue_access_token(
            self._secret_key,
            user_id=user.id,
            session_id=session_id,
            now=now,
            lifetime=lifetime,
        )
        max_age = int(cookie_life.total_seconds()) if cookie_life else None
        answer = TokenResponse(
            access_token=access_token,
            token_type="bearer",  # noqa: S106
            expires_in=int(lifetime.total_seconds()),
            user=UserRead.of(user),
            last_event_id=str((await feed_bounds(self.session))[1]),
        )
        return SignedIn(answer, token, max_age)


def publish_sessions_ended(session: AsyncSession, session_ids: list[UUID]) -> None:
    """Make the event streams of these sessions end."""
    if session_ids:
        forget_actors(session)
        data = {"session_ids": [str(session_id) for session_id in session_ids]}
        publish(session, LiveEvent(type=SESSION_ENDED, permission="", data=data))


def actor_of(user: User) -> Actor:
    """Return the account as an actor outside any session."""
    return Actor(
        id=user.id,
        display_name=user.display_name,
        grants=merge_grants(
            (item.permission, item.scope) for role in user.roles for item in role.permissions
        ),
        username=user.username,
        roles=tuple(role.code for role in user.roles),
        department_id=user.department_id,
        departments_below=_departments_below(user.department_id),
    )


def _departments_below(department_id: UUID | None) -> frozenset[UUID]:
    return frozenset() if department_id is None else frozenset({department_id})


def _target(user: User) -> audit.Target:
    return audit.Target("user", str(user.id), user.username)


def forget_actors(session: AsyncSession) -> None:
    """Make every process look anew at who somebody is and what they may do, once this transaction has committed."""
    forget_after_commit(session, _ACTORS)


class SessionAuthenticator:
    """Turns an access token into an actor.

    Actors are remembered by their token. Everything that ends a session or changes an account or its rights calls
    `forget_actors`; when a token or a session runs out is looked at each time.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._secret_key = settings.secret_key.get_secret_value()
        self._actors: ProcessCache[str, tuple[Actor, datetime]] = database.caches.on(_ACTORS)

    async def __call__(self, credentials: str) -> Actor:
        """Return the actor of a valid token whose session is open, or raise `SessionEnded`."""
        actor, expires_at = await self._actors.get(credentials, partial(self._look_up, credentials))
        # A token lives by the machine's time, as whoever verifies it judges; a session by ours.
        if expires_at <= datetime.now(UTC) or _is_over(actor):
            raise SessionEnded
        return actor

    async def _look_up(self, credentials: str) -> tuple[Actor, datetime]:
        token = read_access_token(self._secret_key, credentials)
        async with self._database.lookup() as session:
            found = await SessionRepository(session).find_open(token.session_id, clock.now())
        if found is None:
            raise SessionEnded
        actor = Actor(
            id=found.user_id,
            display_name=found.display_name,
            grants=merge_grants(found.grants),
            username=found.username,
            roles=found.roles,
            session_id=token.session_id,
            session_expires_at=found.expires_at,
            department_id=found.department_id,
            departments_below=_departments_below(found.department_id),
        )
        return actor, token.expires_at


def _is_over(actor: Actor) -> bool:
    return actor.session_expires_at is not None and actor.session_expires_at <= clock.now()
