"""Accepting a job: everything about it in one transaction, its bell after the commit."""

from __future__ import annotations

from uuid import UUID

import pytest

from shared.db import session_scope
from shared.errors import InputRefused
from shared.events.models import Event
from shared.jobs import service
from shared.jobs.fingerprint import batch_key, fingerprint
from shared.jobs.models import IdempotencyKey, Job, JobDependency
from shared.jobs.states import JobState, Priority
from shared.queue.app import KEY_PREFIX
from shared.queue.names import QueueName
from shared.queue.redis import get_redis
from tests.integration.jobs.actions import another_workspace, count, read, request, submit, timeline

pytestmark = pytest.mark.usefixtures("models")


def bells() -> int:
    return int(get_redis().llen(f"{KEY_PREFIX}{QueueName.GENERATION}"))


def test_an_accepted_job_has_its_row_its_event_and_its_key(workspace_id: UUID) -> None:
    job_id = submit(workspace_id, "key-1")

    job = read(job_id)
    assert (job.state, job.attempts, job.priority) == (JobState.QUEUED, 0, Priority.NORMAL)
    assert job.input == {
        "prompt": "Coffee by Zorvi",
        "seed": 7,
        "max_new_tokens": 48,
        "num_beams": 1,
        "num_return_sequences": 1,
        "chat": False,
        "stop": [],
    }
    assert timeline(job_id) == ["job.accepted"]
    assert count(IdempotencyKey) == 1


def test_a_transaction_that_fails_leaves_nothing_and_rings_nothing(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    rung = bells()

    def accept_two_and_die() -> None:
        with session_scope() as session:
            service.submit(session, workspace_id, request(depends_on=[parent]), "key-1")
            service.submit(session, workspace_id, request(), "key-2")
            raise RuntimeError("the web process dies")

    with pytest.raises(RuntimeError, match="the web process dies"):
        accept_two_and_die()

    assert (count(Job), count(Event)) == (1, 1)
    assert (count(IdempotencyKey), count(JobDependency)) == (0, 0)
    assert bells() == rung


def test_the_bell_rings_after_the_commit_and_not_before(workspace_id: UUID) -> None:
    with session_scope() as session:
        service.submit(session, workspace_id, request())
        session.flush()
        assert bells() == 0

    assert bells() == 1


def test_a_job_that_waits_for_another_rings_no_bell(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    rung = bells()

    assert read(submit(workspace_id, depends_on=[parent])).state is JobState.WAITING
    assert bells() == rung


def test_the_web_s_own_role_can_accept_a_job(workspace_id: UUID) -> None:
    with session_scope(workspace_id) as session:
        document = service.submit(session, workspace_id, request(webhook_url="http://127.0.0.1:9009/hook"), "key-1")

    assert timeline(UUID(document["id"])) == ["job.accepted"]


def test_a_seed_that_was_left_out_is_drawn_and_recorded(workspace_id: UUID) -> None:
    seeds = {read(submit(workspace_id, input={"prompt": "Coffee"})).input["seed"] for _ in range(3)}

    assert len(seeds) == 3


def test_equal_jobs_have_equal_fingerprints_whoever_wrote_the_defaults(workspace_id: UUID) -> None:
    short = read(submit(workspace_id, input={"prompt": "Coffee", "seed": 1}))
    long = read(submit(workspace_id, input={"prompt": " Coffee ", "seed": 1, "max_new_tokens": 48, "stop": []}))
    other = read(submit(workspace_id, input={"prompt": "Coffee", "seed": 2}))

    assert short.fingerprint == long.fingerprint != other.fingerprint
    assert short.batch_key == long.batch_key == other.batch_key


def test_an_unknown_model_is_refused_with_what_was_likely_meant(workspace_id: UUID) -> None:
    with pytest.raises(InputRefused, match="did you mean 'starter/adcopy'") as refused:
        submit(workspace_id, model="starter/adcpy")

    assert [problem.path for problem in refused.value.problems] == ["model"]


def test_a_webhook_address_that_is_no_address_is_refused_on_its_field(workspace_id: UUID) -> None:
    with pytest.raises(InputRefused) as refused:
        submit(workspace_id, webhook_url="ftp://example.com/hook")

    assert [problem.path for problem in refused.value.problems] == ["webhook_url"]


def test_a_parent_that_is_not_there_is_refused_on_its_place(workspace_id: UUID) -> None:
    known, foreign = submit(workspace_id), submit(another_workspace("other"))

    with pytest.raises(InputRefused) as refused:
        submit(workspace_id, depends_on=[known, foreign])

    assert [problem.path for problem in refused.value.problems] == ["depends_on.1"]
    assert count(Job) == 2


def test_the_stored_hashes_are_those_of_the_stored_input(workspace_id: UUID) -> None:
    from shared.catalog import repository
    from shared.catalog.inputs.text import TextInput

    job = read(submit(workspace_id))
    with session_scope() as session:
        model = repository.by_id(session, job.model_id)
    assert model is not None
    stored = TextInput.model_validate(job.input)

    assert fingerprint(model, stored.model_dump(mode="json", exclude_none=True)) == job.fingerprint
    assert batch_key(model, stored) == job.batch_key
