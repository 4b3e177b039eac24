"""``bottega bootstrap``, ``keys`` and ``workspaces``, on a real database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shared.accounts.service import Scope, authenticate
from shared.cli.main import app
from shared.cli.stored_key import StoredKey
from shared.db import session_scope
from shared.errors import Unauthenticated

Run = Callable[..., Any]


@pytest.fixture
def run(database: None, tmp_path: Path) -> Run:
    """Runs ``bottega`` on the suite's database, with a home folder of the test's own."""

    def invoke(*arguments: object) -> Any:
        return CliRunner().invoke(app, [*map(str, arguments), "--home", str(tmp_path)], catch_exceptions=False)

    return invoke


def test_a_new_installation_gets_a_workspace_and_a_key_that_works(run: Run, tmp_path: Path) -> None:
    result = run("bootstrap")

    assert result.exit_code == 0
    kept = StoredKey.read(tmp_path)
    assert kept is not None
    with session_scope() as session:
        principal = authenticate(session, kept.api_key)
    assert str(principal.api_key_id) == kept.api_key_id
    assert kept.api_key not in result.output


def test_repeating_it_changes_nothing(run: Run, tmp_path: Path) -> None:
    run("bootstrap")
    kept = StoredKey.read(tmp_path)

    assert run("bootstrap").exit_code == 0
    assert StoredKey.read(tmp_path) == kept
    assert len(json.loads(run("keys", "list", "--json").stdout)) == 1


def test_a_key_that_was_revoked_or_lost_is_replaced(run: Run, tmp_path: Path) -> None:
    run("bootstrap")
    kept = StoredKey.read(tmp_path)
    assert kept is not None
    run("keys", "revoke", kept.api_key_id)

    run("bootstrap")

    renewed = StoredKey.read(tmp_path)
    assert renewed is not None
    assert renewed != kept
    states = {key["id"]: key["state"] for key in json.loads(run("keys", "list", "--json").stdout)}
    assert states == {kept.api_key_id: "revoked", renewed.api_key_id: "valid"}


def test_a_key_of_another_workspace_has_the_scopes_it_was_given(run: Run) -> None:
    run("workspaces", "create", "acme")

    made = json.loads(run("keys", "create", "--workspace", "acme", "--scope", "read", "--json").stdout)

    with session_scope() as session:
        assert authenticate(session, made["api_key"]).scopes == {Scope.READ}


def test_a_revoked_key_opens_nothing(run: Run) -> None:
    run("workspaces", "create", "acme")
    secret = run("keys", "create", "--workspace", "acme").stdout.strip()
    (key,) = json.loads(run("keys", "list", "--workspace", "acme", "--json").stdout)

    assert run("keys", "revoke", key["id"]).exit_code == 0
    assert run("keys", "revoke", key["id"]).exit_code == 0, "twice is once"

    with session_scope() as session, pytest.raises(Unauthenticated):
        authenticate(session, secret)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["workspaces", "create", "Not A Slug"], "no slug"),
        (["keys", "create", "--workspace", "nobody"], "no workspace 'nobody'"),
        (["keys", "revoke", "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"], "no such API key"),
    ],
)
def test_what_cannot_be_done_says_why(run: Run, arguments: list[str], reason: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert reason in result.stderr


def test_a_workspace_is_made_once(run: Run) -> None:
    run("workspaces", "create", "acme")
    assert "already" in run("workspaces", "create", "acme").stderr


def test_migrating_says_where_the_database_is(run: Run) -> None:
    assert "head" in run("migrate").stdout


def test_how_long_a_workspace_keeps_things_is_said_in_parts_shown_and_taken_back(run: Run) -> None:
    run("workspaces", "create", "studio")
    assert "jobs for ever and their files for ever" in run("workspaces", "retention", "studio").output

    run("workspaces", "retention", "studio", "--jobs-days", 30)
    said = run("workspaces", "retention", "studio", "--files-days", 1)
    assert said.output == "studio keeps finished jobs for 30 days and their files for a day.\n"
    shown = run("workspaces", "retention", "studio", "--json")
    assert json.loads(shown.stdout) == {"keep_jobs_days": 30, "keep_files_days": 1}

    run("workspaces", "retention", "studio", "--forever")
    shown = run("workspaces", "retention", "studio", "--json")
    assert json.loads(shown.stdout) == {"keep_jobs_days": None, "keep_files_days": None}


@pytest.mark.parametrize(
    "arguments",
    [("nobody",), ("studio", "--forever", "--jobs-days", 1), ("studio", "--files-days", 0)],
)
def test_a_retention_that_makes_no_sense_is_refused(run: Run, arguments: tuple[object, ...]) -> None:
    run("workspaces", "create", "studio")

    assert run("workspaces", "retention", *arguments).exit_code == 2
    assert json.loads(run("workspaces", "retention", "studio", "--json").stdout)["keep_jobs_days"] is None
