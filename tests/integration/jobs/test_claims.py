"""Claiming: a forward batch of jobs that fit together, each given to one worker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.db import session_scope
from shared.identifiers import new_id
from shared.jobs.claims import Claim, Wanted
from shared.jobs.states import JobState
from tests.integration.jobs.actions import (
    LEASE_SECONDS,
    claim,
    claim_one,
    fail,
    finish,
    lapse,
    make_due,
    queue_many,
    read,
    return_expired,
    states,
    submit,
    timeline,
)

pytestmark = pytest.mark.usefixtures("models")


def test_a_claimed_job_has_a_fence_a_lease_and_an_attempt(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    worker_id = new_id()

    (claimed,) = claim(worker_id=worker_id)

    job = read(job_id)
    assert (claimed.job_id, claimed.fence, claimed.attempts) == (job_id, job.fence, 1)
    assert (job.state, job.worker_id) == (JobState.RUNNING, worker_id)
    assert job.lease_until is not None
    assert job.started_at is not None
    assert (job.lease_until - job.started_at).total_seconds() == pytest.approx(LEASE_SECONDS, abs=1)
    assert timeline(job_id) == ["job.accepted", "job.started"]


def test_an_empty_queue_gives_nothing(workspace_id: UUID) -> None:
    assert claim(16) == []


def test_only_jobs_that_may_share_a_forward_pass_are_claimed_together(workspace_id: UUID) -> None:
    first = submit(workspace_id, input={"prompt": "a", "seed": 1})
    longer = submit(workspace_id, input={"prompt": "b", "seed": 1, "max_new_tokens": 9})
    image = submit(workspace_id, model="starter/backdrops", input={"prompt": "c", "seed": 1})
    second = submit(workspace_id, input={"prompt": "d", "seed": 2})

    taken = [[one.job_id for one in claim(16)] for _ in range(4)]

    assert taken == [[first, second], [longer], [image], []]


def test_no_more_than_asked_for_are_claimed(workspace_id: UUID) -> None:
    queue_many(workspace_id, 10)

    assert len(claim(4)) == 4


def test_a_job_whose_time_has_not_come_is_left(workspace_id: UUID) -> None:
    early, late = queue_many(workspace_id, 2)
    with session_scope() as session:
        session.execute(text("UPDATE jobs SET run_after = now() + interval '1 hour' WHERE id = :id"), {"id": late})

    assert [one.job_id for one in claim(16)] == [early]
    make_due(late)
    assert [one.job_id for one in claim(16)] == [late]


def test_a_job_that_crashed_its_batch_runs_alone(workspace_id: UUID) -> None:
    before, *crashed, after = queue_many(workspace_id, 4)
    lost = [one for one in claim(3) if one.job_id != before]
    (kept,) = claim(1)
    lapse(*lost)
    assert return_expired() == 2
    make_due(*crashed)
    assert kept.job_id == after
    neighbours = queue_many(workspace_id, 3)

    batches = [{one.job_id for one in claim(16)} for _ in range(3)]

    assert sorted(map(len, batches)) == [1, 1, 3]
    assert {*crashed} == set().union(*(batch for batch in batches if len(batch) == 1))
    assert {*neighbours} in batches


def test_a_job_that_runs_alone_joins_no_batch_of_others(workspace_id: UUID) -> None:
    first, crashed, last = queue_many(workspace_id, 3)
    with session_scope() as session:
        session.execute(text("UPDATE jobs SET runs_alone = true WHERE id = :id"), {"id": crashed})

    assert [[one.job_id for one in claim(16)] for _ in range(2)] == [[first, last], [crashed]]


def test_eight_claimers_at_once_take_every_job_and_none_twice(workspace_id: UUID) -> None:
    wanted = [*queue_many(workspace_id, 100), *queue_many(workspace_id, 60, "another-shape")]

    def take_all(worker_id: UUID) -> list[Claim]:
        mine: list[Claim] = []
        while taken := claim(5, worker_id=worker_id):
            mine += taken
        return mine

    with ThreadPoolExecutor(8) as threads:
        taken = [one for mine in threads.map(take_all, [new_id() for _ in range(8)]) for one in mine]

    assert len(taken) == len({one.job_id for one in taken})
    # What a claimer left because another one held it, the next one finds.
    taken += claim(16)
    assert {one.job_id for one in taken} == set(wanted)
    assert len({one.fence for one in taken}) == len(wanted)


def test_jobs_that_run_alone_keep_no_claimer_waiting(workspace_id: UUID) -> None:
    ids = queue_many(workspace_id, 8)
    with session_scope() as session:
        session.execute(text("UPDATE jobs SET runs_alone = true"))

    with session_scope() as holding_the_first:
        from shared.jobs import claims as job_claims
        from shared.queue.names import QueueName

        (first,) = job_claims.claim(holding_the_first, QueueName.GENERATION, new_id(), Wanted(4), LEASE_SECONDS)
        (second,) = claim(4)

    assert [first.job_id, second.job_id] == ids[:2]


def test_a_later_claim_has_a_higher_fence(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    first = claim_one()
    lapse(first)
    return_expired()
    make_due(job_id)

    second = claim_one()

    assert second.job_id == job_id
    assert second.fence > first.fence
    assert second.attempts == 2


def test_a_finished_job_is_never_claimed_again(workspace_id: UUID) -> None:
    from shared.errors import ModelLoadFailed

    done, failed = queue_many(workspace_id, 2)
    finish(claim_one())
    fail(ModelLoadFailed(), claim_one())

    assert states([done, failed]) == [JobState.SUCCEEDED, JobState.FAILED]
    assert claim(16) == []
