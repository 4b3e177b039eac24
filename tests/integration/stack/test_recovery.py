"""What a kill -9 leaves behind, and how the stack comes back from it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from shared.stack import ProcessState, StartFailed, running_stack
from shared.stack.home import Home
from tests.integration.stack.conftest import DsnOf, MakeStack, Only, StoreOf, Supervise, Until


def test_after_a_kill_of_the_supervisor_the_next_one_finds_everything_intact(
    tmp_path: Path,
    make_stack: MakeStack,
    supervise: Supervise,
    until: Until,
    dsn_of: DsnOf,
    store_of: StoreOf,
) -> None:
    supervisor = supervise(tmp_path / "home")
    before = running_stack(tmp_path / "home")
    assert before is not None
    with psycopg.connect(dsn_of(before.environment)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'row' AS value")
    with redis.Redis.from_url(before.environment["BOTTEGA_REDIS_URL"]) as client:
        client.set("kept", "entry")
    store_of(before.environment).put("kept", b"object", "text/plain")

    supervisor.kill()
    supervisor.wait()
    assert running_stack(tmp_path / "home") is None
    after = make_stack(tmp_path / "home")
    after.start()

    assert not [pid for pid in before.processes.values() if psutil.pid_exists(pid)]
    assert after.environment == before.environment
    with psycopg.connect(dsn_of(after.environment)) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == ("row",)
    with redis.Redis.from_url(after.environment["BOTTEGA_REDIS_URL"]) as client:
        assert client.get("kept") == b"entry"
    assert b"".join(store_of(after.environment).read("kept")) == b"object"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_the_servers_die_with_their_supervisor(tmp_path: Path, supervise: Supervise, until: Until) -> None:
    supervisor = supervise(tmp_path / "home")
    stack = running_stack(tmp_path / "home")
    assert stack is not None
    assert set(stack.processes) == {"postgres", "valkey", "seaweedfs"}
    supervisor.kill()
    supervisor.wait()
    until(lambda: not any(psutil.pid_exists(pid) for pid in stack.processes.values()))


@pytest.mark.parametrize("name", ["postgres", "valkey", "seaweedfs"])
def test_a_killed_server_comes_back_on_the_same_port_with_what_it_had(
    tmp_path: Path,
    make_stack: MakeStack,
    until: Until,
    said: list[str],
    dsn_of: DsnOf,
    store_of: StoreOf,
    only: Only,
    name: str,
) -> None:
    stack = make_stack(tmp_path / "home", extra_env=only(name))
    stack.start()
    with psycopg.connect(dsn_of(stack.environment)) as connection:
        connection.execute(f"CREATE TABLE kept_{name} AS SELECT 'row' AS value")
    store_of(stack.environment).put(f"kept-{name}", b"object", "text/plain")
    server = stack.process(name)
    killed = server.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)

    until(lambda: server.state is ProcessState.READY and server.pid != killed)
    with psycopg.connect(dsn_of(stack.environment)) as connection:
        assert connection.execute(f"SELECT value FROM kept_{name}").fetchone() == ("row",)
    with redis.Redis.from_url(stack.environment["BOTTEGA_REDIS_URL"]) as client:
        assert client.ping()
    assert b"".join(store_of(stack.environment).read(f"kept-{name}")) == b"object"
    assert any(line.startswith(name) and "SIGKILL" in line for line in said), said
    assert any(line.startswith(name) and "ready again" in line for line in said), said


def test_a_postgres_killed_amid_open_sessions_comes_back(
    tmp_path: Path, make_stack: MakeStack, until: Until, dsn_of: DsnOf, only: Only
) -> None:
    stack = make_stack(tmp_path / "home", extra_env=only("postgres"))
    stack.start()
    sessions = [psycopg.connect(dsn_of(stack.environment)) for _ in range(8)]
    postgres = stack.process("postgres")
    killed = postgres.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(lambda: postgres.state is ProcessState.READY and postgres.pid != killed)
    for session in sessions:
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
        session.close()


def test_a_child_that_outlived_a_killed_supervisor_is_stopped_before_the_next_start(
    tmp_path: Path, make_stack: MakeStack, said: list[str], only: Only
) -> None:
    home = Home(tmp_path / "home")
    home.lock()
    home.unlock()
    left, stranger = _orphan(), _orphan()
    try:
        # The stranger was given a recorded process id since: it started at another time.
        records = [(left, left.create_time()), (stranger, stranger.create_time() - 60)]
        home.stack_file.write_text(json.dumps({"processes": [_record(*record) for record in records]}))
        stack = make_stack(home.path, extra_env=only("valkey"))
        stack.start()
        assert not left.is_running()
        assert any("earlier stack" in line and str(left.pid) in line for line in said), said
        assert stranger.is_running()
    finally:
        for process in (left, stranger):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def test_a_stack_that_cannot_start_says_why_and_leaves_nothing_running(
    tmp_path: Path, make_stack: MakeStack, only: Only
) -> None:
    first = make_stack(tmp_path / "home", extra_env=only("postgres"))
    first.start()
    first.stop()
    (tmp_path / "home" / "data" / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    second = make_stack(tmp_path / "home", extra_env=only("postgres"))
    with pytest.raises(StartFailed, match="no_such_setting"):
        second.start()
    assert not second.process_names
    assert running_stack(tmp_path / "home") is None


def test_a_stop_amid_a_start_ends_all_of_it(tmp_path: Path, until: Until) -> None:
    script = "import sys; from pathlib import Path; from shared.stack import Stack; "
    script += "Stack(Path(sys.argv[1]), processes=[]).run_until_signal()"
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "home")], stdout=subprocess.PIPE) as starting:
        until((tmp_path / "home" / "stack.json").exists)
        children = psutil.Process(starting.pid).children(recursive=True)
        began = time.monotonic()
        starting.send_signal(signal.SIGTERM)
        assert starting.wait(timeout=20) == 0
        assert time.monotonic() - began < 10
    until(lambda: not any(child.is_running() for child in children))


def _orphan() -> psutil.Process:
    """A process that is no child of this one, as after the death of its parent."""
    started = subprocess.run(
        ["sh", "-c", "setsid sleep 300 > /dev/null 2>&1 & echo $!"], capture_output=True, text=True, check=True
    )
    return psutil.Process(int(started.stdout))


def _record(process: psutil.Process, started_at: float) -> dict[str, object]:
    return {
        "name": f"worker-{process.pid}",
        "pid": process.pid,
        "started_at": started_at,
        "stop_signal": int(signal.SIGTERM),
    }
