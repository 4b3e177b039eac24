from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from shared.errors import StackRefused
from shared.stack import platform_processes, running_stack
from shared.stack.credentials import Credentials
from shared.stack.environment import own_variables, write_record
from shared.stack.home import Home
from shared.stack.ports import Ports
from shared.stack.servers import chosen_servers


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.lock()
    return made


def test_only_the_platforms_settings_count_and_an_empty_one_is_not_set() -> None:
    merged = own_variables(
        {"PATH": "/bin", "BOTTEGA_REDIS_URL": "redis://a", "BOTTEGA_S3_BUCKET": "theirs"},
        {"BOTTEGA_REDIS_URL": "", "BOTTEGA_DEVICE": "cpu"},
    )
    assert merged == {"BOTTEGA_S3_BUCKET": "theirs", "BOTTEGA_DEVICE": "cpu"}


def test_a_record_without_its_supervisor_is_no_running_stack(home: Home) -> None:
    write_record(home, {"BOTTEGA_DEVICE": "cpu"}, "http://127.0.0.1:8000", {}, [])
    running = running_stack(home.path)
    assert running is not None
    assert (running.web_url, running.environment) == ("http://127.0.0.1:8000", {"BOTTEGA_DEVICE": "cpu"})
    home.unlock()
    assert running_stack(home.path) is None


def test_there_is_no_running_stack_where_there_never_was_one(tmp_path: Path) -> None:
    assert running_stack(tmp_path / "nowhere") is None
    assert not (tmp_path / "nowhere").exists()


def test_a_shell_reads_every_value_as_it_is(home: Home) -> None:
    value = "a 'quoted' $value; with \"everything\""
    write_record(home, {"BOTTEGA_SECRET_KEY": value}, None, {}, [])
    script = f'. "{home.environment_file}"; printf %s "$BOTTEGA_SECRET_KEY"'
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout == value


def test_each_server_is_embedded_unless_its_url_is_set(home: Home) -> None:
    credentials, ports = Credentials.random(), Ports(home.ports_file)
    embedded, external = chosen_servers(home, credentials, ports, {})
    assert [server.name for server in embedded] == ["postgres", "valkey", "seaweedfs"]
    assert external == []
    settings = {
        "BOTTEGA_DATABASE_URL": "postgresql+psycopg://u:secret@db.example:6543/x",
        "BOTTEGA_S3_ENDPOINT_URL": "https://s3.example",
    }
    embedded, external = chosen_servers(home, credentials, ports, settings)
    assert [server.name for server in embedded] == ["valkey"]
    assert [(server.name, server.address) for server in external] == [
        ("postgres", "db.example:6543"),
        ("s3", "s3.example"),
    ]


def test_the_platform_is_a_web_three_kinds_of_worker_and_a_dispatcher() -> None:
    names = ["web", "gpu-worker", "compositor", "cpu-worker", "dispatcher"]
    assert [spec.name for spec in platform_processes()] == names


def test_a_folder_that_cannot_be_made_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StackRefused, match="file"):
        Home(tmp_path / "file" / "home").lock()
