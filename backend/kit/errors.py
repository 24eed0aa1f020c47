"""Errors that people and programs may see.

    AppError
      Invalid            422  the request is well-formed but its content is refused
      Unauthenticated    401  no valid session
      Forbidden          403  seen, but not allowed
      NotFound           404  absent, or not yours to know of
      Conflict           409  the state does not allow it
      PreconditionFailed 412  the object changed since it was read
      PreconditionRequired 428  the object's version must be named
      TooLarge           413  more bytes than accepted
      UnsupportedType    415  not a kind of file that is accepted
      Throttled          429  too many tries
      Unavailable        503  try again soon

Each concrete error carries a ``code`` that never changes, whatever the class is called.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel


class FieldError(BaseModel):
    """What is wrong with one field of the request."""

    field: str
    code: str
    message: str


LONGEST_PAUSE_SECONDS = 3
RESERVED_MEMBERS = frozenset(
    {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}
)


class AppError(Exception):
    """Base of all errors that become an ``application/problem+json`` answer.

    ``extension`` names what an error tells beyond what every problem has; nothing else may be given to it, and no
    name that every problem has.
    """

    status: ClassVar[int]
    title: ClassVar[str]
    extension: ClassVar[tuple[str, ...]] = ()
    code: str
    message: str

    def __init_subclass__(cls) -> None:
        """Refuse an extension that would replace what every problem says."""
        if taken := RESERVED_MEMBERS.intersection(cls.extension):
            message = f"{cls.__name__} must not redefine {sorted(taken)}."
            raise TypeError(message)

    def __init__(
        self,
        message: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(message or self.message)
        if unknown := members.keys() - set(self.extension):
            refusal = f"{type(self).__name__} does not tell {sorted(unknown)}."
            raise TypeError(refusal)
        self.message = message or self.message
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.members = members


class Invalid(AppError):
    """The request is understood and refused for its content."""

    status = 422
    title = "Invalid request"
    code = "request.invalid"
    message = "The request is not valid."


class Unauthenticated(AppError):
    """Who asks is not known."""

    status = 401
    title = "Not signed in"
    code = "auth.unauthenticated"
    message = "Sign in first."

    def __init__(self, message: str | None = None, **members: Any) -> None:
        super().__init__(message, headers={"WWW-Authenticate": "Bearer"}, **members)


class Forbidden(AppError):
    """Who asks is known and may not."""

    status = 403
    title = "Not allowed"
    code = "auth.forbidden"
    message = "You are not allowed to do this."


class NotFound(AppError):
    """It does not exist, or whoever asks may not know that it does."""

    status = 404
    title = "Not found"
    code = "resource.not_found"
    message = "There is no such thing, or you may not see it."


class Conflict(AppError):
    """The present state does not allow it."""

    status = 409
    title = "Conflict"


class StaleVersion(AppError):
    """The object has changed since the caller read it; member ``current_version``."""

    status = 412
    title = "Changed meanwhile"
    extension = ("current_version",)
    code = "request.stale"
    message = "Somebody has changed this since you opened it."


class VersionRequired(AppError):
    """An update must name the version it was made from."""

    status = 428
    title = "Version required"
    code = "request.precondition_required"
    message = 'Send the version you read as If-Match, such as If-Match: "3".'


class TooLarge(AppError):
    """More bytes than are accepted."""

    status = 413
    title = "Too large"
    code = "request.too_large"
    message = "The request is larger than accepted."


class UnsupportedType(AppError):
    """Not a kind of content that is accepted."""

    status = 415
    title = "Unsupported type"
    code = "request.unsupported_type"
    message = "This kind of content is not accepted."


class Throttled(AppError):
    """Too many tries; ``Retry-After`` tells the seconds."""

    status = 429
    title = "Too many tries"
    code = "request.throttled"
    message = "Too many tries. Wait a little."


class ServerBusy(AppError):
    """All places are taken; ``Retry-After`` tells the seconds, not the same to everybody who was refused at once."""

    status = 503
    title = "Busy"
    code = "server.busy"
    message = "The server is busy. Try again in a moment."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": str(1 + secrets.randbelow(LONGEST_PAUSE_SECONDS))})
