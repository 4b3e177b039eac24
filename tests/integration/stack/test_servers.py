"""The three embedded servers: real, private, durable."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from psycopg.conninfo import conninfo_to_dict

from shared.stack import HomeInUse, Stack, running_stack
from shared.stack.probe import http_status
from tests.integration.stack.conftest import Descendants, DsnOf, MakeStack, Only, StoreOf, Supervise


def test_all_three_do_real_work_as_soon_as_the_stack_says_it_is_ready(
    lasting: Stack, said_by_lasting: list[str], dsn_of: DsnOf, store_of: StoreOf
) -> None:
    with psycopg.connect(dsn_of(lasting.environment)) as connection:
        assert connection.execute("SELECT current_database(), 6 * 7").fetchone() == ("bottega", 42)
    with redis.Redis.from_url(lasting.environment["BOTTEGA_REDIS_URL"]) as client:
        client.lpush("bell", "rung")
        assert client.rpop("bell") == b"rung"
    store = store_of(lasting.environment)
    store.put("k", b"value", "text/plain")
    assert b"".join(store.read("k")) == b"value"

    for name, version in (("postgres", "18.6"), ("valkey", "9.1.2"), ("seaweedfs", "4.48")):
        assert any(line.startswith(name) and "ready in" in line and version in line for line in said_by_lasting)


def test_data_ports_and_passwords_outlive_a_restart(
    tmp_path: Path, make_stack: MakeStack, dsn_of: DsnOf, store_of: StoreOf
) -> None:
    first = make_stack(tmp_path / "home")
    first.start()
    with psycopg.connect(dsn_of(first.environment)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'row' AS value")
    with redis.Redis.from_url(first.environment["BOTTEGA_REDIS_URL"]) as client:
        client.set("kept", "entry")
    store_of(first.environment).put("kept", b"object", "text/plain")
    first.stop()

    second = make_stack(tmp_path / "home")
    second.start()
    assert second.environment == first.environment
    with psycopg.connect(dsn_of(second.environment)) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == ("row",)
    with redis.Redis.from_url(second.environment["BOTTEGA_REDIS_URL"]) as client:
        assert client.get("kept") == b"entry"
    assert b"".join(store_of(second.environment).read("kept")) == b"object"


def test_nothing_listens_beyond_loopback(lasting: Stack, descendants: Descendants) -> None:
    listening = [
        connection.laddr.ip
        for process in descendants(lasting)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 11
    assert set(listening) == {"127.0.0.1"}


def test_no_process_outlives_stop(tmp_path: Path, make_stack: MakeStack, descendants: Descendants) -> None:
    stack = make_stack(tmp_path / "home")
    stack.start()
    processes = descendants(stack)
    assert len(processes) > 3
    stack.stop()
    assert not [process for process in processes if process.is_running()]
    assert running_stack(tmp_path / "home") is None


def test_a_client_without_the_password_is_turned_away(lasting: Stack, dsn_of: DsnOf) -> None:
    port = conninfo_to_dict(dsn_of(lasting.environment))["port"]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=port, user="bottega", dbname="bottega", password="guess")
    with redis.Redis(port=_redis_port(lasting)) as client, pytest.raises(redis.AuthenticationError):
        client.ping()
    assert http_status(f"{lasting.environment['BOTTEGA_S3_ENDPOINT_URL']}/bottega") == 403


def test_only_the_owner_may_read_the_files_that_hold_secrets(lasting: Stack, dsn_of: DsnOf) -> None:
    secrets = [value for name, value in lasting.environment.items() if "SECRET" in name]
    secrets.append(str(conninfo_to_dict(dsn_of(lasting.environment))["password"]))
    holding = [
        path
        for path in lasting.home.rglob("*")
        if path.is_file() and any(secret.encode() in path.read_bytes() for secret in secrets)
    ]
    assert {"credentials.json", "stack.json", "stack.env"} <= {path.name for path in holding}
    assert {stat.S_IMODE(path.stat().st_mode) for path in holding} == {0o600}
    command_lines = [" ".join(psutil.Process(lasting.process(name).pid).cmdline()) for name in lasting.process_names]
    assert not [line for line in command_lines if any(secret in line for secret in secrets)]


def test_a_second_stack_in_the_same_folder_is_refused_and_told_by_whom(
    tmp_path: Path, make_stack: MakeStack, supervise: Supervise
) -> None:
    supervisor = supervise(tmp_path / "home")
    second = make_stack(tmp_path / "home")
    with pytest.raises(HomeInUse, match=str(supervisor.pid)):
        second.start()
    still = running_stack(tmp_path / "home")
    assert still is not None
    assert all(psutil.pid_exists(pid) for pid in still.processes.values())


def test_a_port_taken_between_two_runs_is_replaced(tmp_path: Path, make_stack: MakeStack, only: Only) -> None:
    first = make_stack(tmp_path / "home", extra_env=only("valkey"))
    first.start()
    with redis.Redis.from_url(first.environment["BOTTEGA_REDIS_URL"]) as client:
        client.set("kept", "entry")
    first.stop()
    with socket.create_server(("127.0.0.1", _redis_port(first))):
        second = make_stack(tmp_path / "home", extra_env=only("valkey"))
        second.start()
    assert second.environment["BOTTEGA_REDIS_URL"] != first.environment["BOTTEGA_REDIS_URL"]
    with redis.Redis.from_url(second.environment["BOTTEGA_REDIS_URL"]) as client:
        assert client.get("kept") == b"entry"


@pytest.mark.parametrize("name", ["postgres", "valkey", "seaweedfs"])
def test_servers_of_the_operators_own_replace_the_embedded_ones(
    tmp_path: Path, make_stack: MakeStack, said: list[str], lasting: Stack, only: Only, dsn_of: DsnOf, name: str
) -> None:
    theirs = only(name)
    stack = make_stack(tmp_path / "home", extra_env=theirs)
    stack.start()
    assert stack.process_names == [name]
    assert {variable: stack.environment[variable] for variable in theirs} == theirs
    assert [path.name for path in (tmp_path / "home" / "data").iterdir()] == [name]
    assert len([line for line in said if "external" in line]) == 2
    password = str(conninfo_to_dict(dsn_of(lasting.environment))["password"])
    assert not [line for line in said if password in line]


def _redis_port(stack: Stack) -> int:
    return int(stack.environment["BOTTEGA_REDIS_URL"].rpartition(":")[2].removesuffix("/0"))
