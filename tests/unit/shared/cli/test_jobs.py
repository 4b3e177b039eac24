"""``bottega jobs`` and ``bottega models``."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest

from shared.cli.models import describe
from shared.clock import utc_now
from tests.unit.shared.cli.conftest import Run
from tests.unit.shared.client.scripted_server import Answer, ScriptedServer, job_document

ID = str(UUID(int=7))


def test_the_list_shows_whole_ids_in_a_narrow_place(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(200, {"items": [job_document(id=ID)], "next_cursor": None}))

    result = run("jobs", *at)

    assert ID in result.stdout
    assert "running" in result.stdout


def test_the_list_says_when_a_scheduled_job_begins(run: Run, server: ScriptedServer, at: list[str]) -> None:
    moment = utc_now() + timedelta(hours=2, minutes=1)
    job = job_document(id=ID, state="queued", run_after=moment.isoformat())
    server.answer(Answer(200, {"items": [job], "next_cursor": None}))

    assert "in 2 h" in run("jobs", *at).stdout


def test_listing_is_what_jobs_does_by_itself(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(200, {"items": [], "next_cursor": None}))

    run("jobs", "--state", "failed", "--limit", "5", *at)
    run("jobs", "list", "--state", "failed", "--limit", "5", *at)

    assert [request.path for request in server.received] == ["/api/v1/jobs?limit=5&state=failed"] * 2


def test_the_list_as_json_is_an_array(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(200, {"items": [job_document(id=ID)], "next_cursor": None}))
    assert [job["id"] for job in json.loads(run("jobs", "--json", *at).stdout)] == [ID]


def test_a_job_is_shown_with_its_timeline(run: Run, server: ScriptedServer, at: list[str]) -> None:
    entry = {"type": "job.accepted", "created_at": "2026-11-23T10:00:00.000Z", "data": {}}
    server.respond = lambda request: Answer(
        200, {"items": [entry]} if request.path.endswith("timeline") else job_document(id=ID)
    )

    assert "job.accepted" in run("jobs", "show", ID, *at).stdout
    assert json.loads(run("jobs", "show", ID, "--json", *at).stdout)["timeline"] == [entry]


def test_canceling_a_running_job_says_that_it_will_end(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(202, job_document(id=ID)))

    result = run("jobs", "cancel", ID, *at)

    assert server.received[0].path == f"/api/v1/jobs/{ID}/cancel"
    assert "will end" in result.stdout


def test_what_cannot_be_canceled_is_a_refusal(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(409, {"code": "state_conflict", "detail": "The job has succeeded already."}))

    result = run("jobs", "cancel", ID, *at)

    assert result.exit_code == 3
    assert "The job has succeeded already." in result.stderr


def test_a_retry_prints_the_new_job_and_carries_a_key(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(202, job_document(id="new")))

    assert run("jobs", "retry", ID, *at).stdout == "new\n"
    assert server.received[0].headers["idempotency-key"]


def test_a_reproduction_prints_the_new_job_and_carries_a_key(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(202, job_document(id="new")))

    assert run("jobs", "reproduce", ID, *at).stdout == "new\n"
    assert server.received[0].path == f"/api/v1/jobs/{ID}/reproduce"
    assert server.received[0].headers["idempotency-key"]


def test_a_job_is_moved_to_another_class(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(200, job_document(id=ID, state="queued", priority="bulk")))

    result = run("jobs", "priority", ID, "bulk", *at)

    assert (server.received[0].method, server.received[0].body) == ("PATCH", {"priority": "bulk"})
    assert "bulk" in result.stdout
    assert run("jobs", "priority", ID, "urgent", *at).exit_code == 2


def test_a_scheduled_job_is_shown_with_its_time_and_its_deadline(
    run: Run, server: ScriptedServer, at: list[str]
) -> None:
    job = job_document(
        id=ID,
        state="queued",
        run_after="2126-12-24T18:00:00.000Z",
        expires_at="2126-12-25T18:00:00.000Z",
        reused_from="the-first",
    )
    server.respond = lambda request: Answer(200, {"items": []} if request.path.endswith("timeline") else job)

    shown = run("jobs", "show", ID, *at).stdout

    assert "not before 2126-12-2" in shown
    assert "expires unless begun by 2126-12-2" in shown
    assert "the-first" in shown


def test_getting_what_an_unfinished_job_made_says_so(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(200, job_document(id=ID)))
    assert run("jobs", "get", ID, *at).exit_code == 4


def test_an_id_that_is_none_never_leaves_this_machine(run: Run, server: ScriptedServer, at: list[str]) -> None:
    assert run("jobs", "cancel", "../models", *at).exit_code == 2
    assert not server.received


def test_a_model_is_shown_field_by_field(run: Run, server: ScriptedServer, at: list[str]) -> None:
    width = {"anyOf": [{"type": "integer", "minimum": 16, "maximum": 4096}, {"type": "null"}], "default": 256}
    schema = {"properties": {"prompt": {"type": "string"}, "width": width}, "required": ["prompt"]}
    model = {"name": "m/m", "family": "text", "title": "T", "description": "D", "input_schema": schema}
    server.answer(Answer(200, model))

    shown = run("models", "show", "m/m", *at).stdout

    assert server.received[0].path == "/api/v1/models/m/m"
    assert "integer, 16 to 4096" in shown
    assert "required" in shown


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "maxLength": 9}, "string, 9 characters at most"),
        ({"type": "integer", "minimum": 0}, "integer, 0 at least"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, "number, above 0, 1 at most"),
        ({"anyOf": [{"type": "integer", "maximum": 4096}, {"type": "null"}], "maximum": 512}, "integer, 512 at most"),
        ({"type": "integer", "multipleOf": 16}, "integer, multiples of 16"),
        ({"enum": ["a", "b"], "type": "string"}, "string, one of a, b"),
    ],
)
def test_a_schema_in_words(schema: dict[str, object], words: str) -> None:
    assert describe(schema) == words
