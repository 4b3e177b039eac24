"""Which server the command talks to, and which key it sends there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.cli.connection import Connection, find_connection
from shared.cli.errors import NoServerKnown
from shared.cli.stored_key import StoredKey
from shared.stack.home import Home
from tests.unit.shared.cli.conftest import Run

URL = "http://127.0.0.1:8000"
KEY = StoredKey("main", "0193ae5b-0000-7000-8000-000000000000", "bott_local")


@pytest.fixture
def running_home(tmp_path: Path) -> Iterator[Path]:
    """A folder in which a stack runs, as far as others can tell."""
    home = Home(tmp_path)
    home.lock()
    record = {"pid": 1, "web_url": URL, "environment": {}, "ports": {}, "processes": []}
    home.stack_file.write_text(json.dumps(record))
    KEY.write(tmp_path)
    yield tmp_path
    home.unlock()


def test_what_is_given_wins(running_home: Path) -> None:
    assert find_connection("https://a.example", "k", running_home) == Connection("https://a.example", "k")


def test_the_running_stack_is_found(running_home: Path) -> None:
    assert find_connection(None, None, running_home) == Connection(URL, KEY.api_key)


def test_the_running_stack_may_be_named_with_its_address(running_home: Path) -> None:
    assert find_connection(URL + "/", None, running_home) == Connection(URL, KEY.api_key)


def test_another_key_may_be_used_on_the_running_stack(running_home: Path) -> None:
    assert find_connection(None, "bott_other", running_home) == Connection(URL, "bott_other")


def test_the_local_key_is_never_sent_to_another_server(running_home: Path) -> None:
    with pytest.raises(NoServerKnown, match=r"no API key for https://a\.example"):
        find_connection("https://a.example", None, running_home)


def test_a_stack_that_has_stopped_is_not_talked_to(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text(json.dumps({"pid": 1, "web_url": URL, "environment": {}, "processes": []}))
    KEY.write(tmp_path)
    with pytest.raises(NoServerKnown):
        find_connection(None, None, tmp_path)


def test_nothing_found_says_what_to_do(run: Run, tmp_path: Path) -> None:
    result = run("jobs", "--home", tmp_path)

    assert result.exit_code == 5
    for hint in ("bottega up", "--url", "BOTTEGA_API_KEY"):
        assert hint in result.stderr


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert KEY.write(tmp_path).stat().st_mode & 0o777 == 0o600
    assert StoredKey.read(tmp_path) == KEY


@pytest.mark.parametrize("content", ["", "{}", '{"workspace": "main", "api_key_id": "x", "api_key": "y"}', "[]"])
def test_a_damaged_key_file_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "api-key.json").write_text(content)
    assert StoredKey.read(tmp_path) is None
