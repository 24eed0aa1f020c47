"""Temporary files have a folder of our own, and none outlives its process."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from backend.kit.files.scratch import scratch_folder

_HOLD = """
import sys, tempfile
from pathlib import Path
from backend.kit.files.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])):
    _, name = tempfile.mkstemp()
    print(name, flush=True)
    sys.stdin.read()
"""


def _holder(folder: Path) -> tuple["subprocess.Popen[str]", Path]:
    """Start another process that has a temporary file in the folder."""
    command = [sys.executable, "-c", _HOLD, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_temporary_files_lie_there_and_go_with_the_process(tmp_path: Path) -> None:
    before = tempfile.gettempdir()

    with scratch_folder(tmp_path / "new") as folder:
        descriptor, name = tempfile.mkstemp()
        os.close(descriptor)
        assert Path(name).parent == folder

    assert list((tmp_path / "new").iterdir()) == []
    assert tempfile.gettempdir() == before


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_has_stays(tmp_path: Path) -> None:
    killed, left = _holder(tmp_path)
    living, kept = _holder(tmp_path)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert left.exists()

    with scratch_folder(tmp_path):
        assert not left.parent.exists()
        assert kept.exists()

    living.communicate()
    assert living.returncode == 0
    assert list(tmp_path.iterdir()) == []
