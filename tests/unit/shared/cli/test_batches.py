"""``bottega batches`` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.batches.states import BatchState
from tests.unit.shared.cli.conftest import Run
from tests.unit.shared.client.batch_server import (
    batch_document,
    export_document,
    item_document,
    page,
    problem_document,
    upload_document,
)
from tests.unit.shared.client.scripted_server import Answer, Received, ScriptedServer

ID = batch_document()["id"]
KEYS = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret"}


class Platform:
    """Takes a table, makes a batch of it that is planned at once, and answers whatever is asked about it."""

    def __init__(self, planned: BatchState = BatchState.PLANNED, **changes: object) -> None:
        self._document = batch_document(planned, **changes)

    def __call__(self, request: Received) -> Answer:
        if request.path.startswith("/api/v1/uploads"):
            return Answer(201, upload_document())
        if request.path.partition("?")[0].endswith("/problems"):
            return Answer(200, page(problem_document(3), problem_document(7, None, message="has 9 cells, not 4")))
        if request.method == "POST" and request.path.endswith("/batches"):
            return Answer(202, batch_document(BatchState.PLANNING))
        return Answer(200, self._document)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "teas.jsonl"
    path.write_text('{"name": "Assam"}')
    return path


def created(server: ScriptedServer) -> dict[str, object]:
    """The body of the one batch that was made."""
    (body,) = [each.body for each in server.received if (each.method, each.path) == ("POST", "/api/v1/batches")]
    assert isinstance(body, dict)
    return body


def test_a_table_becomes_a_plan_that_is_shown_with_its_bad_cells(
    run: Run, server: ScriptedServer, at: list[str], table: Path
) -> None:
    server.respond = Platform()

    result = run(
        *("batches", "create", "-m", "starter/backdrops", "-t", table, "-p", "{name}, {red|green}, __light__"),
        *("-s", "width=256", "-w", "light=dawn|noon", "--seed", "7", "--dry-run", *at),
    )

    assert result.exit_code == 0, result.stderr
    assert created(server) == {
        "name": "teas",
        "model": "starter/backdrops",
        "input": {"prompt": "{name}, {red|green}, __light__", "width": 256},
        "table": {"upload": upload_document()["id"]},
        "wildcards": {"light": ["dawn", "noon"]},
        "seed": 7,
        "priority": "bulk",
        "dry_run": True,
    }
    for said in ("24 (1 left out", "736", "8 to generate, 40 there already", "1 min", "88.3 MB", "measured on 37 jobs"):
        assert said in result.stdout
    assert "headline" in result.stdout
    assert "has 9 cells, not 4" in result.stdout
    assert f"bottega batches launch {ID}" in result.stdout


def test_a_table_that_cannot_be_planned_exits_4_and_says_why(
    run: Run, server: ScriptedServer, at: list[str], table: Path
) -> None:
    error = {"code": "bad_table", "message": "two columns are called 'name'"}
    server.respond = Platform(BatchState.FAILED, error=error, plan=None)

    result = run("batches", "create", "-m", "m", "-t", table, "-p", "{name}", *at)

    assert result.exit_code == 4
    assert "two columns are called 'name'" in result.stdout


def test_json_is_one_document(run: Run, server: ScriptedServer, at: list[str], table: Path) -> None:
    server.respond = Platform()
    result = run("batches", "create", "-m", "m", "-t", table, "-p", "{name}", "--json", *at)
    assert json.loads(result.stdout)["plan"]["items"] == 736


def test_watching_goes_to_the_end_and_tells_by_its_exit_status_of_failures(
    run: Run, server: ScriptedServer, at: list[str]
) -> None:
    running = batch_document(BatchState.RUNNING, progress=0.5, counts={"running": 2, "succeeded": 368})
    ended = batch_document(BatchState.COMPLETED, progress=1.0, counts={"succeeded": 730, "failed": 6})
    server.answer(Answer(200, running), Answer(200, running), Answer(200, ended))

    result = run("batches", "watch", ID, *at)

    assert result.exit_code == 4
    assert "730 succeeded, 6 failed" in result.stdout
    assert f"{ID} running  736 items: 2 running, 368 succeeded" in result.stderr
    assert f"bottega batches retry {ID}" in result.stdout


def test_a_batch_that_goes_on_too_long_exits_6(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(200, batch_document(BatchState.RUNNING)))
    result = run("batches", "watch", ID, "--timeout", "0", *at)
    assert result.exit_code == 6
    assert "It goes on" in result.stderr


def test_every_bad_cell_is_listed_with_row_column_and_reason(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.respond = Platform()
    result = run("batches", "problems", ID, *at)
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[1][:2] == ["3", "headline"]
    assert lines[2][0] == "7"


def test_items_and_batches_are_listed(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(200, page(batch_document(progress=0.5))))
    listed = run("batches", "list", "--state", "running", *at)
    assert server.received[-1].path == "/api/v1/batches?kind=jobs&state=running&limit=20"
    assert "50%" in listed.stdout

    error = {"code": "generation_failed", "message": "the device had too little memory"}
    server.answer(Answer(200, page(item_document(state="failed", error=error))))
    items = run("batches", "items", ID, "--state", "failed", *at)
    assert "the device had too little memory" in items.stdout


@pytest.mark.parametrize("move", ["launch", "pause", "resume", "cancel", "retry"])
def test_a_move_is_made_and_what_it_led_to_is_shown(run: Run, server: ScriptedServer, at: list[str], move: str) -> None:
    server.answer(Answer(200, batch_document(BatchState.RUNNING)))
    result = run("batches", move, ID, *at)
    assert result.exit_code == 0
    assert server.received[-1].path == f"/api/v1/batches/{ID}/{move}"
    assert "running" in result.stdout


def test_a_move_that_is_refused_exits_3_with_the_reason(run: Run, server: ScriptedServer, at: list[str]) -> None:
    detail = "The batch is still being planned; launch it once it is `planned`."
    server.answer(Answer(409, {"code": "state_conflict", "detail": detail}))
    result = run("batches", "launch", ID, *at)
    assert result.exit_code == 3
    assert detail in result.stderr


def test_a_zip_is_saved_under_the_batchs_name(
    run: Run, server: ScriptedServer, at: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    server.respond = lambda request: Answer(200, b"PK" if "zip" in request.path else batch_document())
    result = run("batches", "download", ID, *at)
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "autumn-teas-1c1d9a01.zip").read_bytes() == b"PK"


def test_an_export_waits_until_everything_is_copied(run: Run, server: ScriptedServer, at: list[str]) -> None:
    copied = export_document("succeeded", copied=736)
    server.answer(Answer(202, export_document()), Answer(200, copied))

    result = run("batches", "export", ID, "s3://zorvi/autumn/2026/", "--pattern", "{custom_id}.{ext}", *at, env=KEYS)

    assert result.exit_code == 0, result.stderr
    assert "succeeded  736 files" in result.stdout
    assert server.received[0].body == {
        "bucket": "zorvi",
        "prefix": "autumn/2026",
        "region": "us-east-1",
        "access_key_id": "AKIA",
        "secret_access_key": "secret",
        "pattern": "{custom_id}.{ext}",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", ID, "zorvi/autumn"), "A target is s3://BUCKET/PREFIX"),
        (("export", ID, "s3://zorvi/autumn"), "AWS_ACCESS_KEY_ID"),
        (("create", "-m", "m", "-p", "x"), "--table"),
        (("create", "-m", "m", "-p", "x", "-t", "missing.csv"), "missing.csv"),
    ],
)
def test_a_wrong_command_line_is_a_usage_error_before_anything_is_sent(
    run: Run, server: ScriptedServer, at: list[str], arguments: tuple[str, ...], said: str
) -> None:
    result = run("batches", *arguments, *at, env={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""})
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")
    assert server.received == []
