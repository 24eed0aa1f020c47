"""Why a file is refused."""

from collections.abc import Mapping
from enum import StrEnum


class Refusal(StrEnum):
    """The reasons; their values are part of the API and never change."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNSUPPORTED_TYPE = "unsupported_type"
    TRUNCATED = "truncated"
    ENCRYPTED_PDF = "encrypted_pdf"
    ACTIVE_PDF = "active_pdf"
    TOO_MANY_PAGES = "too_many_pages"
    PIXEL_BOMB = "pixel_bomb"
    ANIMATED = "animated"
    INFLATES = "inflates"
    UNREADABLE = "unreadable"


HTTP_STATUS: Mapping[Refusal, int] = dict.fromkeys(Refusal, 422) | {
    Refusal.TOO_LARGE: 413,
    Refusal.UNSUPPORTED_TYPE: 415,
}


class FileRefused(Exception):
    """The file is not accepted; ``detail`` says why in English, without quoting the file."""

    def __init__(self, code: Refusal, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class ChildEnded(FileRefused):
    """The child ended before it had decided: by the clock, for want of memory, or by a crash.

    For a file that comes in this is its own fault; for one that was accepted it may have been the machine's.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(Refusal.UNREADABLE, detail)


class SandboxUnavailableError(RuntimeError):
    """The process that children are forked from cannot be started or died twice in a row."""
