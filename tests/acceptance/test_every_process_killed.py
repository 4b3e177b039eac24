"""kill -9 of every process of the stack in turn, under load, and of the supervisor itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from shared.cli.stored_key import StoredKey
from shared.client import Client
from shared.stack import RunningStack, running_stack
from tests.oracle import assert_nothing_lost_or_doubled

_DEADLINE = 120.0
_VICTIMS = (
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
            and set(_VICTIMS) - set(stack.processes) == {"gpu-worker child"}
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

    def client(self) -> Client:
        """A client that outlasts a restart."""
        key = StoredKey.read(self.home)
        url = self.running().web_url
        assert key is not None
        assert url is not None
        return Client(url, key.api_key, patience=90)


@pytest.fixture
def platform(short_folder: Path) -> Iterator[Platform]:
    home = short_folder / "killed" / "home"
    home.mkdir(parents=True)
    platform = Platform(home)
    platform.up()
    try:
        yield platform
    finally:
        platform.down()


def wait_for(condition: Callable[[], bool], promise: str) -> None:
    """Return once the condition holds; fail, saying what was promised, when it does not in time."""
    until = time.monotonic() + _DEADLINE
    while not condition():
        assert time.monotonic() < until, f"not in {_DEADLINE:.0f} s: {promise}"
        time.sleep(0.2)


def submit(client: Client, name: str, count: int) -> list[str]:
    """Jobs that end soon; their ids were answered with 2xx."""
    return [
        client.submit(
            "starter/adcopy",
            {"prompt": f"Write a slogan for tea, {name}", "seed": seed, "max_new_tokens": 24},
            idempotency_key=f"{name}-{seed}",
        ).id
        for seed in range(count)
    ]


def all_ended(client: Client, ids: list[str]) -> bool:
    return all(client.job(job_id).document["finished_at"] for job_id in ids)


@pytest.mark.timeout(600)
def test_killing_every_process_in_turn_loses_and_doubles_nothing(platform: Platform) -> None:
    accepted: list[str] = []
    with platform.client() as client:
        for victim in _VICTIMS:
            before = submit(client, f"before {victim} dies", 5)
            platform.kill(victim)
            after = [
                client.submit("starter/adcopy", {"prompt": f"After {victim} died", "seed": seed}).id for seed in (1, 2)
            ]
            wait_for(lambda ids=[*before, *after]: all_ended(client, ids), f"jobs end although {victim} was killed")  # type: ignore[misc]
            accepted += [*before, *after]
        last = submit(client, "before the supervisor dies", 5)
        platform.kill_supervisor()
    platform.up()
    with platform.client() as client:
        wait_for(lambda: all_ended(client, last), "jobs end after the supervisor was killed and started again")
    assert_nothing_lost_or_doubled(platform.running().environment, [*accepted, *last])
