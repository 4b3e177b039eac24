"""Stacks of their own for these tests: with real servers, in folders of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from shared.config import Settings
from shared.stack import Stack, running_stack
from shared.storage.s3 import S3Store

Until = Callable[[Callable[[], object]], None]
MakeStack = Callable[..., Stack]
Only = Callable[[str], dict[str, str]]
StoreOf = Callable[[dict[str, str]], S3Store]
DsnOf = Callable[[dict[str, str]], str]
Descendants = Callable[[Stack], list[psutil.Process]]
Supervise = Callable[[Path], "subprocess.Popen[str]"]

_SAID_BY_LASTING: list[str] = []
_SUPERVISOR = """
import sys
from pathlib import Path
from shared.stack import Stack
Stack(Path(sys.argv[1]), processes=[]).run_until_signal()
"""


def _forget_settings(patch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("BOTTEGA_"):
            patch.delenv(name)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite's own servers are not these stacks' external ones."""
    _forget_settings(monkeypatch)


@pytest.fixture(scope="session")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Three servers that last for all of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        _forget_settings(patch)
        stack = Stack(tmp_path_factory.mktemp("lasting"), processes=[], say=_SAID_BY_LASTING.append)
        stack.start()
    yield stack
    stack.stop()


@pytest.fixture
def only(lasting: Stack) -> Only:
    """Settings with which a stack starts this server alone, and finds the lasting ones in place of the others."""

    def settings(name: str) -> dict[str, str]:
        own = {"postgres": "BOTTEGA_DATABASE", "valkey": "BOTTEGA_REDIS", "seaweedfs": "BOTTEGA_S3"}[name]
        kept = ("BOTTEGA_DATABASE", "BOTTEGA_REDIS", "BOTTEGA_S3")
        return {
            variable: value
            for variable, value in lasting.environment.items()
            if variable.startswith(kept) and not variable.startswith(own)
        }

    return settings


@pytest.fixture
def until() -> Until:
    """Wait until a condition holds, for a minute at most."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, "the condition never held"
            time.sleep(0.02)

    return wait


@pytest.fixture
def said() -> list[str]:
    """The lines the stacks of this test printed."""
    return []


@pytest.fixture
def said_by_lasting(lasting: Stack) -> list[str]:
    """The lines the lasting stack printed."""
    return _SAID_BY_LASTING


@pytest.fixture
def make_stack(said: list[str]) -> Iterator[MakeStack]:
    """Make stacks that are stopped when the test ends. Servers alone, unless told otherwise."""
    made: list[Stack] = []

    def make(home: Path, **arguments: object) -> Stack:
        stack = Stack(home, **{"processes": [], "say": said.append, **arguments})  # type: ignore[arg-type]
        made.append(stack)
        return stack

    yield make
    for stack in made:
        stack.stop()


@pytest.fixture
def supervise(until: Until) -> Iterator[Supervise]:
    """Start a supervisor of three servers in a process of its own, and wait until all are ready."""
    started: list[subprocess.Popen[str]] = []

    def start(home: Path) -> subprocess.Popen[str]:
        supervisor = subprocess.Popen(
            [sys.executable, "-c", _SUPERVISOR, str(home)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(supervisor)

        def is_up() -> bool:
            assert supervisor.poll() is None, supervisor.communicate()[0]
            stack = running_stack(home)
            return stack is not None and bool(stack.environment) and stack.pid == supervisor.pid

        until(is_up)
        return supervisor

    yield start
    for supervisor in started:
        supervisor.terminate()
        supervisor.communicate(timeout=20)


@pytest.fixture
def store_of() -> StoreOf:
    """The object store of a stack's environment."""

    def make(environment: dict[str, str]) -> S3Store:
        fields = {name.removeprefix("BOTTEGA_").lower(): value for name, value in environment.items()}
        return S3Store(Settings.model_validate(fields))

    return make


@pytest.fixture
def dsn_of() -> DsnOf:
    """The database of a stack's environment, as psycopg takes it."""
    return lambda environment: environment["BOTTEGA_DATABASE_URL"].replace("+psycopg", "")


@pytest.fixture
def descendants() -> Descendants:
    """Every process of a stack, its servers' workers included."""

    def find(stack: Stack) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        for name in stack.process_names:
            pid = stack.process(name).pid
            if pid is not None:
                leader = psutil.Process(pid)
                found += [leader, *leader.children(recursive=True)]
        return found

    return find
