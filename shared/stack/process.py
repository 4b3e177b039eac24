"""One supervised child process: started, watched, restarted, stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from shared.errors import BottegaError
from shared.stack.backoff import Backoff
from shared.stack.command import Command
from shared.stack.errors import StartFailed
from shared.stack.states import ProcessState, may_follow

_LARGEST_LOG = 5_000_000
_PROBE_EVERY = 0.025
_DEATHS_BEFORE_FIRST_READY = 3
_LOG_LINES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ProcessPlan:
    """What to supervise.

    ``command`` is asked anew before each start, and may prepare what the program needs. ``is_ready`` must answer
    within about a second. ``stop_signal`` asks the program to end; SIGKILL follows for its whole process group.
    """

    name: str
    command: Callable[[], Command]
    is_ready: Callable[[], bool]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    ready_within: float = 60.0


class SupervisedProcess:
    """Runs a plan in a thread of its own, which lives as long as the child does.

    That matters: the parent-death signal of prctl(2) follows the thread that started the child, not the process.
    """

    def __init__(self, plan: ProcessPlan, on_change: Callable[[SupervisedProcess], None]) -> None:
        self.plan = plan
        self.state = ProcessState.NEW
        self.restarts = 0
        self.ready_seconds: float | None = None
        self.last_exit: str | None = None
        self.started_at: float | None = None
        self._on_change = on_change
        self._backoff = Backoff()
        self._began = time.monotonic()
        self._child: subprocess.Popen[bytes] | None = None
        self._spawning = threading.Lock()
        self._stopping = threading.Event()
        self._settled = threading.Event()
        self._thread = threading.Thread(target=self._supervise, name=f"supervise-{plan.name}", daemon=True)

    @property
    def name(self) -> str:
        """The plan's name."""
        return self.plan.name

    @property
    def log_path(self) -> Path:
        """Where the child's output goes."""
        return self.plan.log

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs; it is also its process group."""
        child = self._child
        return child.pid if child is not None and child.returncode is None else None

    def start(self) -> None:
        """Begin. Returns at once."""
        self._began = time.monotonic()
        self._thread.start()

    def wait_settled(self, timeout: float) -> bool:
        """Wait until it has once been ready, or will not be. Raises ``StartFailed`` in the second case."""
        if not self._settled.wait(timeout):
            return False
        if self.ready_seconds is None:
            raise StartFailed(self.name, self.last_exit or "it was stopped", self.log_path, self.last_log_lines())
        return True

    def request_stop(self) -> None:
        """Ask the child to end, and never start it again. Returns at once."""
        with self._spawning:
            self._stopping.set()
            if self._child is not None:
                self._child.send_signal(self.plan.stop_signal)

    def wait_stopped(self, timeout: float) -> bool:
        """Wait until nothing is left to supervise."""
        if self._thread.is_alive():
            self._thread.join(max(0.0, timeout))
        return not self._thread.is_alive()

    def kill(self) -> None:
        """End the child and its descendants at once."""
        self._stopping.set()
        child = self._child
        if child is not None and child.returncode is None:
            _kill_group(child.pid)

    def last_log_lines(self) -> str:
        """The end of the log."""
        with contextlib.suppress(OSError), self.log_path.open("rb") as log:
            log.seek(max(0, self.log_path.stat().st_size - 8192))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-_LOG_LINES_SHOWN:])
        return ""

    def _supervise(self) -> None:
        try:
            while self._run_once():
                pass
        finally:
            self._settled.set()
            if self.state is not ProcessState.FAILED:
                self._enter(ProcessState.STOPPED)

    def _run_once(self) -> bool:
        """One run of the child. Returns whether there is to be another."""
        began = time.monotonic()
        self._spawn()
        if self._child is not None:
            if self._became_ready(self._child, began):
                self.ready_seconds = time.monotonic() - began
                self._enter(ProcessState.READY)
                self._settled.set()
                self.last_exit = _described(self._child.wait())
            _kill_group(self._child.pid)
            self._child.wait()
        if self._stopping.is_set():
            return False
        pause = self._backoff.after_run_of(time.monotonic() - began)
        if self.ready_seconds is None and self._is_hopeless():
            self._enter(ProcessState.FAILED)
            return False
        self.restarts += 1
        self._enter(ProcessState.BACKING_OFF)
        return not self._stopping.wait(pause)

    def _spawn(self) -> None:
        """Start the child, unless told to stop; leave none behind when it cannot be started."""
        self._child = None
        self._enter(ProcessState.STARTING)
        try:
            command = self.plan.command()
            with self._spawning, _opened_log(self.log_path) as log:
                if self._stopping.is_set():
                    return
                self._child = subprocess.Popen(
                    command.launched(),
                    env=dict(command.env),
                    cwd=command.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            self.started_at = psutil.Process(self._child.pid).create_time()
            self._on_change(self)
        except (BottegaError, OSError, subprocess.SubprocessError, psutil.NoSuchProcess) as error:
            self.last_exit = f"it could not be started ({error})"

    def _became_ready(self, child: subprocess.Popen[bytes], began: float) -> bool:
        while not self._stopping.wait(_PROBE_EVERY):
            if (code := child.poll()) is not None:
                self.last_exit = _described(code)
                return False
            if self.plan.is_ready():
                return True
            if time.monotonic() - began > self.plan.ready_within:
                self.last_exit = f"it was not ready within {self.plan.ready_within:.0f} s"
                return False
        self.last_exit = _described(child.wait())
        return False

    def _is_hopeless(self) -> bool:
        waited = time.monotonic() - self._began
        return self._backoff.deaths >= _DEATHS_BEFORE_FIRST_READY or waited > self.plan.ready_within

    def _enter(self, state: ProcessState) -> None:
        if not may_follow(self.state, state):
            raise RuntimeError(f"{self.name}: {state} may not follow {self.state}")
        self.state = state
        self._on_change(self)


def _described(code: int) -> str:
    if code >= 0:
        return f"it exited with status {code}"
    # Not every signal has a name: the real-time ones between the first and the last do not.
    named = {number.value: number.name for number in signal.Signals}
    return f"it was ended by {named.get(-code, f'signal {-code}')}"


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _opened_log(path: Path) -> IO[bytes]:
    """The log, open for appending; a large one is set aside first, replacing the one set aside before."""
    if path.exists() and path.stat().st_size > _LARGEST_LOG:
        path.replace(path.with_name(f"{path.name}.1"))
    return path.open("ab")
