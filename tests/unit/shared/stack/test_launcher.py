"""The launcher, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from shared.stack.command import Command

_PARENT = """
import os, subprocess, sys
from pathlib import Path
from shared.stack.command import Command
script = "import os, time; print(os.getpid(), flush=True); time.sleep(300)"
command = Command((sys.executable, "-c", script), dict(os.environ), Path("/"))
child = subprocess.Popen(command.launched())
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_program_dies_with_the_process_that_launched_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        # Written by the program itself, which has taken the launcher's place by then.
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    gone, alive = psutil.wait_procs([child], timeout=10)
    assert gone
    assert not alive


def test_a_program_is_not_started_for_a_parent_that_is_gone() -> None:
    command = Command((sys.executable, "-c", "print('started')"), dict(os.environ), Path("/")).launched()
    command[4] = command[4].replace(f'"parent": {os.getpid()}', '"parent": 1')
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "supervisor died" in result.stderr
    assert "started" not in result.stdout


def test_signals_ignored_by_the_supervisor_reach_the_program() -> None:
    script = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        command = Command((sys.executable, "-c", script), dict(os.environ), Path("/"))
        result = subprocess.run(command.launched(), capture_output=True, text=True, check=True)
    finally:
        signal.signal(signal.SIGINT, before)
    assert result.stdout == "True\n"
