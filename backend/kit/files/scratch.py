"""Where a process puts files for a moment."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """Make a folder for this process's temporary files and remove it afterwards.

    Everything that asks `tempfile` writes there meanwhile, the framework's form parser included. What processes
    left that were killed is removed first: each holds a lock on its own folder, and the kernel lets go of it.
    """
    parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    with contextlib.ExitStack() as lock:
        with _locked(parent, wait=True):
            for folder in parent.iterdir():
                _remove_if_left(folder)
            own = Path(tempfile.mkdtemp(prefix="process-", dir=parent))
            lock.enter_context(_locked(own))
        before, tempfile.tempdir = tempfile.tempdir, str(own)
        try:
            yield own
        finally:
            tempfile.tempdir = before
            shutil.rmtree(own, ignore_errors=True)


def _remove_if_left(folder: Path) -> None:
    with contextlib.suppress(OSError), _locked(folder):
        shutil.rmtree(folder)


@contextlib.contextmanager
def _locked(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Own the folder; raises `BlockingIOError` when another process does, unless it is waited for."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
