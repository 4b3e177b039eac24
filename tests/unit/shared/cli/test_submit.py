"""``bottega submit``: from the command line to files, and an exit status that scripts can branch on."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from shared.cli import connection
from shared.cli.instants import read_instant
from shared.clock import utc_now
from tests.unit.shared.cli.conftest import Run
from tests.unit.shared.client.scripted_server import Answer, Received, ScriptedServer, job_document

PICTURE = b"\x89PNG a picture"
ARTIFACT = {
    "id": "a1",
    "index": 0,
    "media_type": "image/png",
    "size": len(PICTURE),
    "sha256": hashlib.sha256(PICTURE).hexdigest(),
    "facts": {"width": 256, "height": 256},
}
SUCCEEDED = {"state": "succeeded", "finished_at": "2026-11-23T10:00:03.000Z", "artifacts": [ARTIFACT]}
REFUSAL = {
    "status": 422,
    "code": "invalid_input",
    "detail": "input.width: too large; input.foo: is not a field of this input",
    "errors": [
        {"path": "input.width", "message": "too large"},
        {"path": "input.foo", "message": "is not a field of this input"},
    ],
    "request_id": "req-1",
}


def platform(request: Received, **end: object) -> Answer:
    """A platform whose jobs end at once."""
    if request.path.endswith("/content"):
        return Answer(200, PICTURE, {"Content-Type": "image/png"})
    if request.path.endswith("/events"):
        return Answer(200, b'event: end\ndata: {"state":"succeeded"}\n\n', {"Content-Type": "text/event-stream"})
    if request.method == "POST":
        return Answer(202, job_document(id="0193-abcdef12", state="queued", input=request.body["input"]))
    return Answer(200, job_document(id="0193-abcdef12", **end))


def test_a_job_is_submitted_watched_and_saved(run: Run, server: ScriptedServer, at: list[str], tmp_path: Path) -> None:
    server.respond = lambda request: platform(request, **SUCCEEDED)

    result = run("submit", "starter/backdrops", "-p", "A beach!", "--set", "seed=7", "--out", tmp_path, *at)

    assert result.exit_code == 0
    assert server.received[0].body["input"] == {"prompt": "A beach!", "seed": 7}
    assert [path.name for path in tmp_path.iterdir()] == ["a-beach-seed7-abcdef12.png"]
    assert "a-beach-seed7-abcdef12.png" in result.stdout
    assert "256 × 256" in result.stdout


def test_for_scripts_the_output_is_one_json_document(
    run: Run, server: ScriptedServer, at: list[str], tmp_path: Path
) -> None:
    server.respond = lambda request: platform(request, **SUCCEEDED)

    result = run("submit", "starter/backdrops", "-p", "a beach", "--out", tmp_path, "--json", *at)

    (job,) = json.loads(result.stdout)
    assert job["state"] == "succeeded"
    assert Path(job["files"][0]).read_bytes() == PICTURE


def test_a_refused_input_shows_each_field_with_its_reason(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(422, REFUSAL))

    result = run("submit", "starter/backdrops", "-s", "width=100000", "-s", "foo=1", *at)

    assert result.exit_code == 3
    assert result.stdout == ""
    assert "input.width: too large" in result.stderr
    assert "input.foo: is not a field of this input" in result.stderr
    assert "req-1" in result.stderr


def test_a_refusal_is_json_where_json_is_asked_for(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(422, REFUSAL))

    result = run("submit", "starter/backdrops", "--json", *at)

    assert result.exit_code == 3
    assert json.loads(result.stderr)["errors"][0]["path"] == "input.width"


@pytest.mark.parametrize("state", ["failed", "canceled"])
def test_a_job_that_does_not_succeed_ends_with_its_own_status(
    run: Run, server: ScriptedServer, at: list[str], state: str, tmp_path: Path
) -> None:
    error = {"code": "generation_failed", "message": "The model failed."} if state == "failed" else None
    end = {"state": state, "finished_at": "2026-11-23T10:00:03.000Z", "error": error}
    server.respond = lambda request: platform(request, **end)

    result = run("submit", "starter/backdrops", "-p", "a beach", "--out", tmp_path, *at)

    assert result.exit_code == 4
    assert state in result.stdout
    assert ("The model failed." in result.stdout) == (state == "failed")


def test_a_wait_that_is_too_long_ends_and_the_job_goes_on(run: Run, server: ScriptedServer, at: list[str]) -> None:
    def respond(request: Received) -> Answer:
        return Answer(200, {}) if request.path.endswith("/events") else platform(request)

    server.respond = respond
    result = run("submit", "starter/backdrops", "-p", "a beach", "--timeout", "0.5", *at)

    assert result.exit_code == 6
    assert "It goes on" in result.stderr
    assert not any("cancel" in request.path for request in server.received)


def test_without_waiting_the_ids_are_printed_and_nothing_else(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.respond = platform

    result = run("submit", "starter/backdrops", "-p", "a beach", "--no-wait", *at)

    assert result.stdout == "0193-abcdef12\n"
    assert result.exit_code == 0


def test_a_count_submits_jobs_with_the_seeds_that_follow(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.respond = platform

    run("submit", "m/m", "-p", "x", "-s", "seed=7", "-n", "3", "--no-wait", *at)

    assert [request.body["input"]["seed"] for request in server.received] == [7, 8, 9]
    assert len({request.headers["idempotency-key"] for request in server.received}) == 3


def test_every_option_reaches_the_server(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.respond = platform
    options = ["--priority", "bulk", "--label", "campaign=spring", "--webhook", "https://a.example/hook"]

    run("submit", "m/m", "-p", "x", "--no-wait", *options, *at)

    body = server.received[0].body
    assert body["priority"] == "bulk"
    assert body["labels"] == {"campaign": "spring"}
    assert body["webhook_url"] == "https://a.example/hook"


def test_every_option_of_when_and_whether_reaches_the_server(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.respond = platform
    parent = str(UUID(int=7))
    options = ["--run-after", "2026-12-24T18:00:00+01:00", "--expires-after", "600", "--after", parent]

    run("submit", "m/m", "--no-wait", *options, "--on-dependency-failure", "skip", "--no-reuse", *at)

    body = server.received[0].body
    assert datetime.fromisoformat(body["run_after"]) == datetime(2026, 12, 24, 17, tzinfo=UTC)
    assert body["expires_after"] == 600
    assert (body["depends_on"], body["on_dependency_failure"]) == ([parent], "skip")
    assert body["reuse"] is False


@pytest.mark.parametrize(("text", "seconds"), [("+90s", 90), ("+90m", 5400), ("+2h", 7200), ("+1d", 86_400)])
def test_a_time_can_be_told_from_now(text: str, seconds: int) -> None:
    before = utc_now()
    assert before <= read_instant("--run-after", text) - timedelta(seconds=seconds) <= utc_now()


def test_a_time_without_a_zone_is_this_machine_s() -> None:
    assert read_instant("--run-after", "2026-12-24T18:00") == datetime(2026, 12, 24, 18).astimezone()


def test_ctrl_c_while_sending_says_how_many_were_accepted(run: Run, server: ScriptedServer, at: list[str]) -> None:
    def respond(request: Received) -> Answer:
        if len(server.received) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return platform(request)

    server.respond = respond
    # A shell that runs the tests in the background has them ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        result = run("submit", "m/m", "-p", "x", "-n", "10", *at)
    finally:
        signal.signal(signal.SIGINT, before)

    assert result.exit_code == 130
    assert "2 jobs were accepted" in result.stderr
    assert result.stderr.count("bottega jobs cancel") == 2


def test_a_server_that_is_not_there_is_told_apart(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_PATIENCE", 0.3)

    result = run("submit", "m/m", "--url", "http://127.0.0.1:9", "--key", "k")

    assert result.exit_code == 5
    assert "http://127.0.0.1:9 did not answer" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--set", "seed"], ["--label", "=x"], ["--input", "missing.json"], ["--run-after", "noon"], ["--after", "x"]],
)
def test_an_option_that_makes_no_sense_is_a_usage_error(
    run: Run, server: ScriptedServer, at: list[str], arguments: list[str]
) -> None:
    result = run("submit", "m/m", *arguments, *at)

    assert result.exit_code == 2
    assert arguments[0] in result.stderr
    assert not server.received
