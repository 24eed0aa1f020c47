"""What can go wrong with accounts.

InvalidCredentials  401  auth.invalid_credentials
SessionEnded        401  auth.session_ended
LoginThrottled      429  auth.throttled
UsernameTaken       409  user.duplicate_username
LastAdministrator   409  user.last_administrator
OwnAccount          409  user.own_account
UnknownRole         422  user.unknown_role
WeakPassword        422  password.too_weak
WrongPassword       422  password.wrong
"""

from backend.kit.errors import Conflict, FieldError, Invalid, NotFound, Throttled, Unauthenticated


class InvalidCredentials(Unauthenticated):
    """Wrong name, wrong password or disabled account: the answer does not tell which."""

    code = "auth.invalid_credentials"
    message = "The username or the password is wrong."


class SessionEnded(Unauthenticated):
    """The session was ended, has run out, or its token was copied."""

    code = "auth.session_ended"
    message = "Your session has ended. Sign in again."


class LoginThrottled(Throttled):
    """Too many wrong passwords for this account or from this address."""

    code = "auth.throttled"
    message = "Too many wrong passwords. Wait before you try again."


class UserNotFound(NotFound):
    """No such account."""


class RoleNotFound(NotFound):
    """No such role."""


class UsernameTaken(Conflict):
    """Usernames are unique whatever their case."""

    code = "user.duplicate_username"
    message = "This username is taken."


class LastAdministrator(Conflict):
    """Somebody must be able to manage accounts."""

    code = "user.last_administrator"
    message = "This is the last active account that can manage users."


class OwnAccount(Conflict):
    """Disabling oneself would end the request half-way through one's own session."""

    code = "user.own_account"
    message = "You cannot disable your own account."


class UnknownRole(Invalid):
    """A role code that does not exist."""

    code = "user.unknown_role"
    message = "There is no such role."

    def __init__(self, codes: list[str]) -> None:
        message = f"There is no role {', '.join(codes)}."
        super().__init__(message, errors=[FieldError(field="roles", code=self.code, message=message)])


class WeakPassword(Invalid):
    """The password is short, common, or the account's own name."""

    code = "password.too_weak"
    message = "The password is too easy to guess."

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message, errors=[FieldError(field=field, code=self.code, message=message)])


class WrongPassword(Invalid):
    """The current password given for a change is not the account's."""

    code = "password.wrong"
    message = "The current password is wrong."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(field="current_password", code=self.code, message=self.message)])
