"""Many jobs in one transaction: all of them, in order, or none."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from shared.clock import utc_now
from shared.db import get_engine, session_scope
from shared.errors import IdempotencyKeyReused, InputRefused
from shared.identifiers import new_id
from shared.jobs import service
from shared.jobs.models import IdempotencyKey, Job, JobDependency
from shared.jobs.request import JobRequest
from shared.jobs.states import JobState, Priority
from tests.integration.jobs.actions import claim, count, finish, read, request, states, submit, timeline

pytestmark = pytest.mark.usefixtures("models")


def different(number: int, **fields: Any) -> JobRequest:
    """A job that is equal to no other."""
    return request(**{"input": {"prompt": f"Coffee {number}", "seed": number}, "reuse": True, **fields})


def submit_many(workspace_id: UUID, requests: list[JobRequest], key: str | None = None) -> list[UUID]:
    with session_scope(workspace_id) as session:
        return [UUID(item["id"]) for item in service.submit_many(session, workspace_id, requests, key)["items"]]


def statements_of(workspace_id: UUID, requests: list[JobRequest]) -> int:
    """How many statements it takes to accept these."""
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(get_engine(), "before_cursor_execute", listen)
    try:
        submit_many(workspace_id, requests)
    finally:
        event.remove(get_engine(), "before_cursor_execute", listen)
    return len(said)


def test_all_are_accepted_in_the_order_of_the_request(workspace_id: UUID) -> None:
    ids = submit_many(workspace_id, [different(number, priority="bulk") for number in range(50)])

    assert [read(job_id).input["seed"] for job_id in ids] == list(range(50))
    assert [one.job_id for one in claim(50)] == ids
    assert timeline(ids[-1]) == ["job.accepted", "job.started"]
    assert read(ids[-1]).priority == Priority.BULK


def test_a_bad_row_is_named_by_its_place_and_nothing_is_accepted(workspace_id: UUID) -> None:
    stranger = new_id()
    wrong = [
        different(0),
        different(1, model="starter/adcpy"),
        different(2, input={"prompt": "x", "max_new_tokens": 100_000, "sed": 1}),
        different(3, webhook_url="ftp://example.com/hook"),
        different(4, run_after=utc_now().replace(year=utc_now().year + 1), expires_after=5),
    ]

    with pytest.raises(InputRefused) as refused:
        submit_many(workspace_id, wrong, "key-1")
    assert sorted(problem.path for problem in refused.value.problems) == [
        "jobs.1.model",
        "jobs.2.input.max_new_tokens",
        "jobs.2.input.sed",
        "jobs.3.webhook_url",
        "jobs.4.expires_after",
    ]
    with pytest.raises(InputRefused) as refused:
        submit_many(workspace_id, [different(0), different(1, depends_on=[stranger])])
    assert [problem.path for problem in refused.value.problems] == ["jobs.1.depends_on.0"]
    assert (count(Job), count(IdempotencyKey)) == (0, 0)


def test_one_key_stands_for_all(workspace_id: UUID) -> None:
    requests = [different(number) for number in range(3)]
    first = submit_many(workspace_id, requests, "key-1")

    assert submit_many(workspace_id, requests, "key-1") == first
    assert count(Job) == 3
    with pytest.raises(IdempotencyKeyReused):
        submit_many(workspace_id, requests[:2], "key-1")


def test_equal_jobs_of_one_request_are_generated_once(workspace_id: UUID) -> None:
    ids = submit_many(workspace_id, [different(1, priority="bulk"), different(2), different(1), different(1)])

    assert states(ids) == [JobState.QUEUED, JobState.QUEUED, JobState.WAITING, JobState.WAITING]
    assert read(ids[0]).priority == Priority.NORMAL, "its twins are more urgent"
    finish(*claim(4))
    assert states(ids) == [JobState.SUCCEEDED] * 4
    assert states(submit_many(workspace_id, [different(2), different(1)])) == [JobState.SUCCEEDED] * 2


def test_each_waits_for_its_own_parents(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    ids = submit_many(workspace_id, [different(1, depends_on=[parent, parent]), different(2)])

    assert states(ids) == [JobState.WAITING, JobState.QUEUED]
    assert count(JobDependency) == 1


def test_the_number_of_statements_does_not_grow_with_the_number_of_jobs(workspace_id: UUID) -> None:
    few = statements_of(workspace_id, [different(number) for number in range(2)])

    assert statements_of(workspace_id, [different(number) for number in range(10, 210)]) <= few
