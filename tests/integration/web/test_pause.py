"""A workspace pauses itself over HTTP; operators pause anything by the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shared.cli.main import app as command
from tests.integration.jobs.actions import claim
from tests.integration.web.caller import Caller

Run = Callable[..., Any]


@pytest.fixture
def run(models: None, tmp_path: Path) -> Run:
    """Runs ``bottega`` on the suite's database."""

    def invoke(*arguments: str) -> Any:
        return CliRunner().invoke(command, [*arguments, "--home", str(tmp_path)], catch_exceptions=False)

    return invoke


def test_a_workspace_is_paused_and_resumed_by_its_own_key(api: Caller) -> None:
    assert api.get("/pause").get_json() == {"paused": False, "reason": None, "since": None}
    paused = api.send("PUT", "/pause", {"reason": "The copy is being checked."}).get_json()
    assert (paused["paused"], paused["reason"]) == (True, "The copy is being checked.")
    assert api.send("PUT", "/pause", {}).get_json()["since"] == paused["since"]
    job = api.submit()
    assert claim() == []
    assert api.delete("/pause").get_json()["paused"] is False
    assert api.delete("/pause").status_code == 200, "twice is once"
    assert str(claim()[0].job_id) == job["id"]


def test_nobody_pauses_anybody_else(api: Caller, stranger: Caller) -> None:
    stranger.send("PUT", "/pause", {"reason": "theirs"})
    assert api.get("/pause").get_json()["paused"] is False
    api.delete("/pause")
    assert stranger.get("/pause").get_json()["paused"] is True


def test_a_key_that_may_only_read_pauses_nothing(reader: Caller) -> None:
    assert reader.send("PUT", "/pause", {}).status_code == 403
    assert reader.delete("/pause").status_code == 403
    assert reader.get("/pause").get_json()["paused"] is False


@pytest.mark.parametrize(
    ("kind", "name"), [("queue", "generation"), ("model", "starter/adcopy"), ("workspace", "main")]
)
def test_an_operator_pauses_lists_and_resumes(run: Run, api: Caller, kind: str, name: str) -> None:
    assert run("pause", kind, name, "--reason", "maintenance").exit_code == 0
    api.submit()
    assert claim() == []
    (listed,) = json.loads(run("pauses", "--json").stdout)
    assert (listed["kind"], listed["name"], listed["reason"]) == (kind, name, "maintenance")
    assert name in run("pauses").stdout
    assert "goes on" in run("resume", kind, name).stdout
    assert "was not paused" in run("resume", kind, name).stdout
    assert len(claim()) == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["pause", "queue", "delivery"], "no queue of jobs"),
        (["pause", "model", "starter/none"], "no model"),
        (["pause", "workspace", "nobody"], "no workspace"),
        (["resume", "worker", "x"], "a queue, a model or a workspace"),
        (["workspaces", "limit", "nobody", "--running", "1"], "no workspace"),
        (["models", "limit", "starter/adcopy", "--running", "1", "--no-limit"], "exclude each other"),
    ],
)
def test_what_cannot_be_done_says_why(run: Run, arguments: list[str], reason: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert reason in result.stderr


def test_caps_are_set_shown_and_lifted(run: Run, api: Caller) -> None:
    assert json.loads(run("workspaces", "limit", "main", "--json").stdout) == {"max_running": None}
    assert "2 jobs of the workspace main" in run("workspaces", "limit", "main", "--running", "2").stdout
    run("models", "limit", "starter/adcopy", "--running", "1")
    (listed,) = json.loads(run("workspaces", "list", "--json").stdout)
    assert (listed["slug"], listed["max_running"], listed["paused"]) == ("main", 2, False)
    caps = {model["name"]: model["max_running"] for model in api.get("/models").get_json()["items"]}
    assert caps == {"starter/adcopy": 1, "starter/backdrops": None}
    for _ in range(3):
        api.submit()
    assert len(claim(8)) == 1
    run("models", "limit", "starter/adcopy", "--no-limit")
    assert len(claim(8)) == 1, "the workspace's own cap is 2"
    assert "Any number" in run("workspaces", "limit", "main", "--no-limit").stdout
    assert len(claim(8)) == 1
