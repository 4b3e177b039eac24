"""`bottega up` as a process of its own, whose parts can be killed one by one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from shared.cli.stored_key import StoredKey
from shared.client import Client
from shared.stack import RunningStack, running_stack

_DEADLINE = 120.0
VICTIMS = (
    "web",
    "gpu-worker",
    "gpu-worker child",
    "compositor",
    "cpu-worker",
    "dispatcher",
    "valkey",
    "seaweedfs",
    "postgres",
)
"""Every process of the stack, in the order in which tests kill them."""


class Platform:
    """`bottega up` as a process of its own, which can be killed like any other."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._process: subprocess.Popen[bytes] | None = None

    def up(self) -> None:
        """Start it, and return once everything is ready."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("BOTTEGA_")}
        short = {"BOTTEGA_LEASE_SECONDS": "6", "BOTTEGA_LEASE_RENEW_SECONDS": "2"}
        log = (self.home.parent / "up.log").open("ab")
        command = [sys.executable, "-m", "shared.cli", "up", "--home", str(self.home)]
        self._process = subprocess.Popen(command, env={**own, **short}, stdout=log, stderr=log)
        wait_for(self._is_ready, "the stack is ready")

    def _is_ready(self) -> bool:
        stack = running_stack(self.home)
        return (
            stack is not None
            and stack.web_url is not None
            and set(VICTIMS) - set(stack.processes) == {"gpu-worker child"}
            and "Sign in" in (self.home.parent / "up.log").read_text().rpartition("stack  ")[2]
        )

    def running(self) -> RunningStack:
        """What runs now."""
        stack = running_stack(self.home)
        assert stack is not None
        return stack

    def kill(self, name: str) -> None:
        """SIGKILL to one process."""
        pid = self.running().processes[name.removesuffix(" child")]
        if name.endswith(" child"):
            pid = psutil.Process(pid).children(recursive=True)[-1].pid
        os.kill(pid, signal.SIGKILL)

    def kill_supervisor(self) -> None:
        """SIGKILL to `bottega up` itself."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=10)

    def down(self) -> None:
        """The orderly end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=20)

    def client(self, api_key: str | None = None) -> Client:
        """A client that outlasts a restart, of the first workspace unless another one's key is given."""
        key = StoredKey.read(self.home)
        url = self.running().web_url
        assert key is not None
        assert url is not None
        return Client(url, api_key or key.api_key, patience=90)


def wait_for(condition: Callable[[], bool], promise: str, seconds: float = _DEADLINE) -> None:
    """Return once the condition holds; fail, saying what was promised, when it does not in time."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not in {seconds:.0f} s: {promise}"
        time.sleep(0.2)
