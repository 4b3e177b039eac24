"""What the client sends, and what it makes of the answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.client import Client, RequestRefused
from shared.jobs.states import JobState
from tests.unit.shared.client.scripted_server import Answer, ScriptedServer, job_document
from tests.unit.shared.client.test_uploads import upload_document

ID = "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"


def test_every_option_of_a_job_is_sent(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(202, job_document()))
    client.submit(
        "m/m",
        {"prompt": "x"},
        priority="bulk",
        labels={"campaign": "spring"},
        run_after=datetime(2026, 12, 24, 18, tzinfo=UTC),
        expires_after=600,
        depends_on=["parent"],
        on_dependency_failure="skip",
        reuse=False,
    )

    assert server.received[0].body == {
        "model": "m/m",
        "input": {"prompt": "x"},
        "priority": "bulk",
        "labels": {"campaign": "spring"},
        "run_after": "2026-12-24T18:00:00+00:00",
        "expires_after": 600,
        "depends_on": ["parent"],
        "on_dependency_failure": "skip",
        "reuse": False,
    }


def test_a_job_says_whose_outputs_it_has(server: ScriptedServer, client: Client) -> None:
    expires_at = "2026-11-23T11:00:00.000Z"
    server.answer(Answer(200, job_document(reused_from="the-first", expires_at=expires_at)))

    job = client.job("0193-job")

    assert (job.reused_from, job.expires_at) == ("the-first", datetime(2026, 11, 23, 11, tzinfo=UTC))
    assert job.run_after == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_many_jobs_are_one_request_repeated_under_one_key(server: ScriptedServer, client: Client) -> None:
    items = [
        {"id": "1", "state": "queued", "reused_from": None},
        {"id": "2", "state": "succeeded", "reused_from": "0"},
    ]
    server.answer(Answer(hang_up=True), Answer(202, {"items": items}))
    jobs = [{"model": "m/m", "input": {"prompt": "x"}}, {"model": "m/m", "input": {"prompt": "y"}}]

    first, second = client.submit_many(jobs)

    assert (first.id, first.state) == ("1", JobState.QUEUED)
    assert (second.state, second.reused_from) == (JobState.SUCCEEDED, "0")
    assert [request.body for request in server.received] == [{"jobs": jobs}] * 2
    assert len({request.headers["idempotency-key"] for request in server.received}) == 1


def test_a_bad_row_is_named_by_its_place(server: ScriptedServer, client: Client) -> None:
    errors = [{"path": "jobs.3.input.width", "message": "is too wide"}]
    server.answer(Answer(422, {"code": "invalid_input", "detail": "x", "errors": errors}))

    with pytest.raises(RequestRefused, match=r"jobs\.3\.input\.width: is too wide"):
        client.submit_many([])


def test_a_job_is_moved_and_reproduced(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(200, job_document(priority="bulk")), Answer(202, job_document(id="new")))

    assert client.reprioritise("0193-job", "bulk").priority == "bulk"
    assert client.reproduce("0193-job").id == "new"
    assert [(request.method, request.path) for request in server.received] == [
        ("PATCH", "/api/v1/jobs/0193-job"),
        ("POST", "/api/v1/jobs/0193-job/reproduce"),
    ]


def test_files_are_sent_first_and_named_in_the_input(server: ScriptedServer, client: Client, tmp_path: Path) -> None:
    path = tmp_path / "portrait.png"
    path.write_text("1")
    server.answer(Answer(201, upload_document()), Answer(202, job_document()))

    client.submit(
        "m/m",
        {"prompt": "x", "control": {"scale": 0.5}},
        files={"image": path, "control.image": f"job:{ID}:1", "frames": [{"artifact": ID}, f"upload:{ID}"]},
    )

    assert [request.path for request in server.received] == ["/api/v1/uploads", "/api/v1/jobs"]
    assert server.received[1].body["input"] == {
        "prompt": "x",
        "image": {"upload": "0193-upload"},
        "control": {"scale": 0.5, "image": {"job": ID, "output": 1}},
        "frames": [{"artifact": ID}, {"upload": ID}],
    }


def test_a_file_that_is_not_there_keeps_the_job_from_being_sent(server: ScriptedServer, client: Client) -> None:
    with pytest.raises(FileNotFoundError):
        client.submit("m/m", {}, files={"image": "missing.png"})
    assert not server.received
