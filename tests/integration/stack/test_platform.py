"""The platform's processes on top of the servers: started when they can work, watched, stopped in time."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest

from shared.errors import StackRefused
from shared.stack import (
    AnswersHttp,
    CreatesReadyFile,
    ProcessSpec,
    ProcessState,
    Stack,
    StartFailed,
    SupervisedProcess,
    running_stack,
)
from shared.stack.probe import http_status
from tests.integration.stack.conftest import MakeStack, Until

_WEB = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
host, port = os.environ["BOTTEGA_WEB_BIND"].split(":")
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
server = HTTPServer((host, int(port)), Handler)
open(os.environ["BOTTEGA_READY_FILE"], "w").close()
server.serve_forever()
"""
_WORKER = """
import os, signal
from pathlib import Path
Path(os.environ["BOTTEGA_READY_FILE"]).write_text(str(os.getpid()))
signal.pause()
"""
_STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + _WORKER
_BROKEN = "raise SystemExit('the model folder is missing')"
_SUPERVISOR = """
import sys
from pathlib import Path
from shared.stack import CreatesReadyFile, ProcessSpec, Stack
worker = ProcessSpec("cpu-worker", (sys.executable, "-c", sys.argv[2]), CreatesReadyFile())
Stack(Path(sys.argv[1]), processes=[worker]).run_until_signal()
"""

WEB = ProcessSpec("web", (sys.executable, "-c", _WEB), AnswersHttp())
WORKER = ProcessSpec("cpu-worker", (sys.executable, "-c", _WORKER), CreatesReadyFile())


@pytest.fixture
def servers(lasting: Stack) -> Mapping[str, str]:
    """The lasting servers, as external ones."""
    return {name: value for name, value in lasting.environment.items() if name != "BOTTEGA_HOME"}


def test_processes_start_after_the_preparation_and_are_ready_when_they_say_so(
    tmp_path: Path, make_stack: MakeStack, said: list[str], servers: Mapping[str, str]
) -> None:
    prepared: list[tuple[str, list[str]]] = []

    def prepare(environment: Mapping[str, str]) -> None:
        dsn = environment["BOTTEGA_DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(dsn) as connection:
            row = connection.execute("SELECT 'migrated'").fetchone()
        assert row is not None
        prepared.append((str(row[0]), stack.process_names))

    stack = make_stack(tmp_path / "home", processes=[WEB, WORKER], prepare=prepare, extra_env=servers)
    stack.start()

    assert prepared == [("migrated", [])]
    assert stack.web_url is not None
    assert http_status(f"{stack.web_url}/readyz") == 200
    worker = stack.process("cpu-worker")
    assert (tmp_path / "home" / "run" / "cpu-worker.ready").read_text() == str(worker.pid)
    assert any(line.startswith("web") and stack.web_url in line for line in said), said
    found = running_stack(tmp_path / "home")
    assert found is not None
    assert found.web_url == stack.web_url
    assert found.processes["web"] == stack.process("web").pid


def test_a_killed_process_is_started_again_and_is_ready_only_when_the_new_one_says_so(
    tmp_path: Path, make_stack: MakeStack, until: Until, servers: Mapping[str, str]
) -> None:
    stack = make_stack(tmp_path / "home", processes=[WORKER], extra_env=servers)
    stack.start()
    worker = stack.process("cpu-worker")
    for restarts in (1, 2):
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        until(partial(_is_ready_after, worker, restarts))
        assert (tmp_path / "home" / "run" / "cpu-worker.ready").read_text() == str(worker.pid)


def test_a_process_that_dies_at_once_fails_the_start_with_its_last_words(
    tmp_path: Path, make_stack: MakeStack, servers: Mapping[str, str]
) -> None:
    broken = ProcessSpec("gpu-worker", (sys.executable, "-c", _BROKEN), CreatesReadyFile())
    stack = make_stack(tmp_path / "home", processes=[WORKER, broken], extra_env=servers)
    with pytest.raises(StartFailed, match="the model folder is missing") as failure:
        stack.start()
    assert "gpu-worker" in failure.value.message
    assert not stack.process_names


def test_another_program_that_answers_on_the_webs_port_is_not_taken_for_it(
    tmp_path: Path, make_stack: MakeStack, servers: Mapping[str, str]
) -> None:
    others: list[subprocess.Popen[bytes]] = []

    def take_the_port(environment: Mapping[str, str]) -> None:
        own_file = {**environment, "BOTTEGA_READY_FILE": str(tmp_path / "other.ready")}
        others.append(subprocess.Popen(WEB.argv, env={**os.environ, **own_file}))
        deadline = time.monotonic() + 20
        while http_status(f"http://{environment['BOTTEGA_WEB_BIND']}/readyz") != 200:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    stack = make_stack(tmp_path / "home", processes=[WEB], prepare=take_the_port, extra_env=servers)
    try:
        with pytest.raises(StackRefused, match="taken by another program while the stack started; choose another"):
            stack.start()
    finally:
        others[0].kill()
        others[0].wait()
    assert not stack.process_names


def test_everything_stops_within_ten_seconds_even_when_a_process_does_not_listen(
    tmp_path: Path, make_stack: MakeStack
) -> None:
    stubborn = ProcessSpec("gpu-worker", (sys.executable, "-c", _STUBBORN), CreatesReadyFile())
    stack = make_stack(tmp_path / "home", processes=[WEB, WORKER, stubborn])
    stack.start()
    pids = [stack.process(name).pid for name in stack.process_names]
    assert len(pids) == 6
    began = time.monotonic()
    stack.stop()
    assert time.monotonic() - began < 10
    assert not [pid for pid in pids if pid is not None and psutil.pid_exists(pid)]


def test_the_web_port_asked_for_is_used_or_refused_by_name(
    tmp_path: Path, make_stack: MakeStack, servers: Mapping[str, str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = make_stack(tmp_path / "home", processes=[WEB], web_port=port, extra_env=servers)
        with pytest.raises(StackRefused, match=str(port)):
            refused.start()
    stack = make_stack(tmp_path / "home", processes=[WEB], web_port=port, extra_env=servers)
    stack.start()
    assert stack.web_url == f"http://127.0.0.1:{port}"
    assert stack.environment["BOTTEGA_PUBLIC_URL"] == stack.web_url


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_all_cleanly_in_under_ten_seconds(
    tmp_path: Path, number: signal.Signals, until: Until
) -> None:
    command = [sys.executable, "-c", _SUPERVISOR, str(tmp_path / "home"), _WORKER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as supervisor:
        until((tmp_path / "home" / "run" / "cpu-worker.ready").exists)
        children = psutil.Process(supervisor.pid).children(recursive=True)
        assert len(children) > 4
        began = time.monotonic()
        supervisor.send_signal(number)
        output, _ = supervisor.communicate(timeout=30)
        assert time.monotonic() - began < 10
    assert supervisor.returncode == 0, output
    assert "Traceback" not in output
    assert "stopped in" in output
    assert not [child for child in children if child.is_running()]
    assert not (tmp_path / "home" / "stack.env").exists()


def test_a_second_signal_kills_what_does_not_stop(tmp_path: Path, until: Until, servers: Mapping[str, str]) -> None:
    command = [sys.executable, "-c", _SUPERVISOR, str(tmp_path / "home"), _STUBBORN]
    environment = {**os.environ, **servers}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as supervisor:
        until((tmp_path / "home" / "run" / "cpu-worker.ready").exists)
        (worker,) = psutil.Process(supervisor.pid).children()
        began = time.monotonic()
        supervisor.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            supervisor.wait(timeout=1)
        assert worker.is_running()
        supervisor.send_signal(signal.SIGTERM)
        output, _ = supervisor.communicate(timeout=30)
        assert time.monotonic() - began < 4
    assert supervisor.returncode == 0, output
    assert not worker.is_running()


def _is_ready_after(process: SupervisedProcess, restarts: int) -> bool:
    return process.restarts == restarts and process.state is ProcessState.READY
