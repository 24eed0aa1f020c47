"""What a process writes about itself: one line of JSON each in production, readable lines in development.

Every module logs through the standard library, with values in ``extra``; they are joined here by what is known of
the request, job or command. What people entered stays out: of an exception its first line is kept, because the
lines after it quote rows and refused values.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from backend.kit import context

LONGEST_MESSAGE = 500
# They would print the same again, in a form of their own.
_OWN_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access")


class _Output(logging.StreamHandler[TextIO]):
    """Writes to what is the standard error now, not to what it was when logging began."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        """Take the base class's word for nothing."""


def configure(*, structured: bool) -> None:
    """Send everything that is logged to standard error; calling again changes the form."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Output)]:
        root.removeHandler(handler)
    output = _Output()
    output.setFormatter(_formatter(structured=structured))
    root.addHandler(output)
    logging.getLogger("kehui").setLevel(logging.INFO)
    for name in _OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def _formatter(*, structured: bool) -> logging.Formatter:
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if structured
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.contextvars.merge_contextvars,
            _add_context,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _tell_exception,
            renderer,
        ],
    )


def _add_context(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    if request_id := context.request_id.get():
        event["request_id"] = request_id
    if "method" not in event and (origin := context.origin.get()):
        # Of a request it is the client's address, which is nobody's business here.
        event["origin"] = origin
    event.pop("color_message", None)
    return event


def _tell_exception(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_told(error))
    return event


def _told(error: BaseException) -> Iterator[str]:
    """Yield the frames and the first line of the error's message, that of its causes before it."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _told(cause)
        yield "which led to"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    kind = type(error)
    message = (str(error).splitlines() or [""])[0][:LONGEST_MESSAGE]
    yield f"{kind.__module__}.{kind.__qualname__}: {message}"
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _told(inner)
