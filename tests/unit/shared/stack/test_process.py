"""A supervised process, with real children."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from shared.errors import StackRefused
from shared.stack.command import Command
from shared.stack.errors import StartFailed
from shared.stack.process import ProcessPlan, SupervisedProcess
from shared.stack.states import ProcessState

_RUNS = "import time; print('up', flush=True); time.sleep(300)"
_IGNORES_SIGTERM = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + _RUNS
_HAS_A_CHILD = (
    "import subprocess, sys, time; child = subprocess.Popen(['sleep', '300']); "
    "print(child.pid, flush=True); time.sleep(300)"
)

Supervise = Callable[..., SupervisedProcess]


@pytest.fixture
def states() -> list[ProcessState]:
    return []


@pytest.fixture
def supervise(tmp_path: Path, states: list[ProcessState]) -> Iterator[Supervise]:
    started: list[SupervisedProcess] = []

    def start(script: str, **plan: object) -> SupervisedProcess:
        log = tmp_path / "child.log"
        command = Command((sys.executable, "-c", script), dict(os.environ), tmp_path)
        arguments = {"command": lambda: command, "is_ready": partial(_says_up, log), **plan}
        process = SupervisedProcess(
            ProcessPlan("child", log=log, **arguments),  # type: ignore[arg-type]
            on_change=lambda changed: states.append(changed.state),
        )
        started.append(process)
        process.start()
        return process

    yield start
    for process in started:
        process.kill()
        assert process.wait_stopped(10)


def test_it_is_ready_when_its_condition_holds_and_stopped_when_it_has_ended(
    supervise: Supervise, states: list[ProcessState]
) -> None:
    process = supervise(_RUNS)
    assert process.wait_settled(10)
    assert process.state is ProcessState.READY
    pid = process.pid
    assert pid is not None
    process.request_stop()
    assert process.wait_stopped(10)
    assert process.pid is None
    assert not psutil.pid_exists(pid)
    assert [state for state, before in zip(states, [None, *states], strict=False) if state is not before] == [
        ProcessState.STARTING,
        ProcessState.READY,
        ProcessState.STOPPED,
    ]


def test_it_leads_a_process_group_of_its_own(supervise: Supervise) -> None:
    process = supervise(_RUNS)
    process.wait_settled(10)
    assert process.pid is not None
    assert os.getpgid(process.pid) == process.pid != os.getpgrp()


def test_one_that_dies_before_it_was_ready_is_tried_three_times_and_its_last_words_are_kept(
    supervise: Supervise, states: list[ProcessState]
) -> None:
    process = supervise("raise SystemExit('no such model')")
    with pytest.raises(StartFailed, match=r"(?s)exited with status 1.*no such model"):
        process.wait_settled(20)
    assert process.state is ProcessState.FAILED
    assert states.count(ProcessState.BACKING_OFF) == 2


def test_one_that_is_never_ready_is_given_up_in_time(supervise: Supervise) -> None:
    process = supervise(_RUNS, is_ready=bool, ready_within=0.5)
    with pytest.raises(StartFailed, match="was not ready within"):
        process.wait_settled(20)
    assert process.pid is None


def test_a_command_that_cannot_be_prepared_fails_with_its_reason(supervise: Supervise) -> None:
    def refuse() -> Command:
        raise StackRefused("the disk is read-only")

    process = supervise(_RUNS, command=refuse)
    with pytest.raises(StartFailed, match="the disk is read-only"):
        process.wait_settled(20)


def test_one_killed_after_it_was_ready_comes_back_however_often(supervise: Supervise) -> None:
    process = supervise(_RUNS, is_ready=lambda: True)
    process.wait_settled(10)
    for restarts in (1, 2, 3, 4):
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while not (process.restarts == restarts and process.state is ProcessState.READY):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert process.last_exit == "it was ended by SIGKILL"


def test_a_killed_leader_takes_its_descendants_with_it(supervise: Supervise, tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    process = supervise(_HAS_A_CHILD, is_ready=lambda: log.read_text().strip().isdigit())
    process.wait_settled(10)
    descendant = psutil.Process(int(log.read_text()))
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs([descendant], timeout=10)
    assert not descendant.is_running() or descendant.status() == psutil.STATUS_ZOMBIE


def test_one_that_ignores_the_stop_signal_is_killed(supervise: Supervise) -> None:
    process = supervise(_IGNORES_SIGTERM)
    process.wait_settled(10)
    process.request_stop()
    assert not process.wait_stopped(0.3)
    process.kill()
    assert process.wait_stopped(5)
    assert process.state is ProcessState.STOPPED


def test_one_told_to_stop_while_it_backs_off_is_not_started_again(
    supervise: Supervise, states: list[ProcessState]
) -> None:
    process = supervise(_RUNS)
    process.wait_settled(10)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while states[-1] is not ProcessState.BACKING_OFF:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.request_stop()
    assert process.wait_stopped(5)
    assert states[-2:] == [ProcessState.BACKING_OFF, ProcessState.STOPPED]


def test_a_large_log_is_set_aside_at_the_start_and_the_one_before_replaced(
    supervise: Supervise, tmp_path: Path
) -> None:
    (tmp_path / "child.log").write_bytes(b"x" * 5_000_001)
    (tmp_path / "child.log.1").write_text("oldest")
    supervise(_RUNS).wait_settled(10)
    assert (tmp_path / "child.log").read_text() == "up\n"
    assert (tmp_path / "child.log.1").stat().st_size == 5_000_001


def _says_up(log: Path) -> bool:
    return log.exists() and "up" in log.read_text()
