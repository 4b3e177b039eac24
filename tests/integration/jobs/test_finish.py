"""Finishing: outputs, charge, events and deliveries in one transaction, for the holder of the fence alone."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from shared.accounts.models import UsageEntry
from shared.artifacts.models import Artifact
from shared.db import session_scope
from shared.jobs import completion
from shared.jobs.claims import Claim, look, renew
from shared.jobs.completion import Success
from shared.jobs.states import JobState
from shared.webhooks.models import WebhookDelivery
from tests.integration.jobs.actions import (
    artifacts,
    charges,
    claim,
    claim_one,
    count,
    finish,
    lapse,
    make_due,
    output,
    queue_many,
    read,
    return_expired,
    states,
    submit,
    timeline,
)

pytestmark = pytest.mark.usefixtures("models")

HOOK = "http://127.0.0.1:9009/hook"


def reclaimed(workspace_id: UUID) -> tuple[Claim, Claim]:
    """A job's claim that a frozen worker still believes in, and the claim of its successor."""
    job_id = submit(workspace_id, webhook_url=HOOK)
    zombie = claim_one()
    lapse(zombie)
    return_expired()
    make_due(job_id)
    return zombie, claim_one()


def test_finishing_commits_outputs_charge_event_and_delivery(workspace_id: UUID) -> None:
    job_id = submit(workspace_id, webhook_url=HOOK)
    claimed = claim_one()
    with session_scope() as session:
        done = completion.finish(session, [Success(claimed, [output(claimed, 0), output(claimed, 1)], 1.25)])

    job = read(job_id)
    assert done == {job_id}
    assert (job.state, job.lease_until) == (JobState.SUCCEEDED, None)
    assert job.finished_at is not None
    assert [(made.index, made.object_key) for made in artifacts(job_id)] == [
        (index, output(claimed, index).object_key) for index in range(2)
    ]
    assert charges(job_id) == {"device_seconds": 1.25, "artifacts": 2}
    assert timeline(job_id) == ["job.accepted", "job.started", "job.succeeded"]
    assert count(WebhookDelivery) == 1


def test_a_batch_is_finished_in_one_go_and_each_member_gets_its_own_outputs(workspace_id: UUID) -> None:
    ids = queue_many(workspace_id, 5)
    taken = claim(5)

    assert finish(*taken) == set(ids)
    assert states(ids) == [JobState.SUCCEEDED] * 5
    for one in taken:
        assert [made.object_key for made in artifacts(one.job_id)] == [output(one).object_key]


def test_finishing_twice_is_finishing_once(workspace_id: UUID) -> None:
    job_id = submit(workspace_id, webhook_url=HOOK)
    claimed = claim_one()

    assert finish(claimed) == {job_id}
    assert finish(claimed) == frozenset()
    assert len(artifacts(job_id)) == 1
    assert timeline(job_id).count("job.succeeded") == 1
    assert count(WebhookDelivery) == 1


def test_a_zombie_worker_cannot_finish_a_reclaimed_job(workspace_id: UUID) -> None:
    zombie, successor = reclaimed(workspace_id)

    assert finish(zombie) == frozenset()
    assert read(zombie.job_id).state is JobState.RUNNING
    assert (count(Artifact), count(UsageEntry), count(WebhookDelivery)) == (0, 0, 0)

    assert finish(successor) == {successor.job_id}
    assert finish(zombie) == frozenset()
    assert [made.object_key for made in artifacts(zombie.job_id)] == [output(successor).object_key]


def test_a_zombie_s_failure_cancellation_and_return_change_nothing(workspace_id: UUID) -> None:
    from shared.errors import GenerationFailed, ModelLoadFailed
    from tests.integration.jobs.actions import confirm_cancel, fail, give_back

    zombie, successor = reclaimed(workspace_id)
    before = timeline(zombie.job_id)

    fail(ModelLoadFailed(), zombie)
    fail(GenerationFailed(), zombie)
    confirm_cancel(zombie)
    give_back(zombie)

    job = read(zombie.job_id)
    assert (job.state, job.fence, job.attempts) == (JobState.RUNNING, successor.fence, 2)
    assert timeline(zombie.job_id) == before


def test_a_zombie_learns_that_its_lease_is_lost_and_prolongs_nothing(workspace_id: UUID) -> None:
    zombie, successor = reclaimed(workspace_id)
    until = read(successor.job_id).lease_until

    with session_scope() as session:
        assert renew(session, [zombie], 600).kept == frozenset()
    assert read(successor.job_id).lease_until == until


def test_renewing_prolongs_the_leases_of_a_whole_batch(workspace_id: UUID) -> None:
    ids = queue_many(workspace_id, 3)
    taken = claim(3, lease_seconds=5)

    with session_scope() as session:
        assert renew(session, taken, 600).kept == frozenset(ids)

    for job_id in ids:
        job = read(job_id)
        assert job.lease_until is not None
        assert job.started_at is not None
        assert (job.lease_until - job.started_at).total_seconds() > 500


def test_looking_prolongs_nothing(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    claimed = claim_one()
    until = read(job_id).lease_until

    with session_scope() as session:
        assert look(session, [claimed]).kept == {job_id}
    assert read(job_id).lease_until == until


def test_a_finish_that_is_rolled_back_leaves_the_job_running(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    claimed = claim_one()

    def finish_and_die() -> None:
        with session_scope() as session:
            completion.finish(session, [Success(claimed, [output(claimed)], 1)])
            raise RuntimeError("the worker dies before its commit")

    with pytest.raises(RuntimeError, match="the worker dies"):
        finish_and_die()

    assert read(job_id).state is JobState.RUNNING
    assert (count(Artifact), count(UsageEntry)) == (0, 0)
    assert finish(claimed) == {job_id}


def test_the_event_of_a_success_shows_its_artifacts(workspace_id: UUID) -> None:
    from shared.events.models import Event

    job_id = submit(workspace_id)
    finish(claim_one())

    with session_scope() as session:
        event = session.scalars(select(Event).where(Event.job_id == job_id).order_by(Event.sequence.desc())).first()
    assert event is not None
    assert [made["id"] for made in event.data["artifacts"]] == [str(made.id) for made in artifacts(job_id)]
    assert event.data["state"] == "succeeded"
