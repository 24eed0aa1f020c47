"""What the kernel takes from processes that touch hostile files; each where this kernel has it."""

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38

_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_ADD_RULE = 445
_LANDLOCK_RESTRICT_SELF = 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_LANDLOCK_RULE_PATH_BENEATH = 1
_EVERY_ACCESS = 0x1FFF
"""The rights that the first version of Landlock knows, from executing to making links."""
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# What decoders look for when a file asks: the interpreter's own modules, libraries, fonts, and chance.
_READABLE = (
    sys.prefix,
    sys.base_prefix,
    "/usr/lib",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/etc/fonts",
    "/dev/urandom",
)

FIRST_TO_GO = "1000"
"""The out-of-memory score that offers a process to the kernel before all others."""


def end_with_parent(parent: int | None = None) -> None:
    """Have the kernel kill this process when the one that started it ends, however it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def hide_memory() -> None:
    """Close this process's environment and memory to others of the same account."""
    _libc.prctl(_PR_SET_DUMPABLE, 0)


def go_first() -> None:
    """Offer this process to the kernel when memory runs out, rather than the server."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)


def leave_network() -> None:
    """Move into a network namespace without interfaces, where the kernel lets us; some containers do not.

    A user namespace lets everybody do so, but takes from root the right to read other people's folders, which
    the interpreter may need.
    """
    if _libc.unshare(CLONE_NEWNET) != 0:
        _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def has_landlock() -> bool:
    """Tell whether this kernel can take the right to files from a process."""
    version: int = _libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_CREATE_RULESET_VERSION)
    return version > 0


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent", ctypes.c_int32))


def leave_files() -> None:
    """Give up all files but the decoders' own, and with them a look into any other process."""
    if not has_landlock():
        return
    wanted = _Ruleset(_EVERY_ACCESS)
    ruleset = _libc.syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(wanted), ctypes.sizeof(wanted), 0)
    for path in _READABLE:
        try:
            beneath = os.open(path, os.O_PATH)
        except OSError:
            continue
        rights = _READ_FILE | _READ_DIR if Path(path).is_dir() else _READ_FILE
        rule = _PathBeneath(rights, beneath)
        _libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_RULE_PATH_BENEATH, ctypes.byref(rule), 0)
        os.close(beneath)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
