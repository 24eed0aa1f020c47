"""Learn of a stop when it is asked for: the server tells the application only after all open answers have ended."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def on_stop_signal(act: Callable[[], None]) -> Iterator[None]:
    """Within the block, run ``act`` in the event loop when the process is told to stop, beside what the server does."""
    loop = asyncio.get_running_loop()
    wrapped: dict[signal.Signals, Callable[[int, FrameType | None], Any]] = {}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)
        wrapped[signal.Signals(number)](number, frame)

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            handler = signal.getsignal(number)
            # Where nobody handles a signal it ends the process by itself.
            if callable(handler):
                wrapped[number] = handler
                signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in wrapped.items():
            signal.signal(number, handler)
