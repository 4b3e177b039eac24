"""What a claim leaves alone and what it prefers: pauses, caps, loaded models, the size of a forward batch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from shared.accounts.models import Workspace
from shared.catalog.models import Model
from shared.db import session_scope
from shared.identifiers import new_id
from shared.jobs import claims as job_claims
from shared.jobs.claims import Claim, Wanted
from shared.jobs.models import Job
from shared.jobs.pause import Pause
from shared.jobs.states import Priority
from shared.queue.names import QueueName
from tests.integration.jobs.actions import LEASE_SECONDS, WORKER, another_workspace, claim, finish, queue_many

pytestmark = pytest.mark.usefixtures("models")

COPY, BACKDROPS = "starter/adcopy", "starter/backdrops"


def model_id(name: str) -> UUID:
    with session_scope() as session:
        return session.scalars(select(Model.id).where(Model.name == name)).one()


def pause(**target: object) -> None:
    with session_scope() as session:
        session.add(Pause(reason="", **target))


def cap_workspace(workspace_id: UUID, running: int) -> None:
    with session_scope() as session:
        session.execute(update(Workspace).where(Workspace.id == workspace_id).values(max_running=running))


def cap_model(name: str, running: int) -> None:
    with session_scope() as session:
        session.execute(update(Model).where(Model.name == name).values(max_running=running))


def claim_everything(limit: int = 16) -> list[Claim]:
    taken: list[Claim] = []
    while more := claim(limit):
        taken += more
    return taken


def test_nothing_of_a_paused_queue_is_claimed(workspace_id: UUID) -> None:
    queue_many(workspace_id, 3)
    pause(queue=QueueName.GENERATION)

    assert claim(16) == []


def test_nothing_of_a_paused_workspace_is_claimed_and_others_go_on(workspace_id: UUID) -> None:
    queue_many(workspace_id, 3)
    others = queue_many(another_workspace("other"), 2)
    pause(workspace_id=workspace_id)

    assert {one.job_id for one in claim_everything()} == set(others)


def test_nothing_of_a_paused_model_is_claimed_and_others_go_on(workspace_id: UUID) -> None:
    queue_many(workspace_id, 3, model=COPY)
    others = queue_many(workspace_id, 2, "another-shape", model=BACKDROPS)
    pause(model_id=model_id(COPY))

    assert {one.job_id for one in claim_everything()} == set(others)


def test_what_is_resumed_is_claimed_again(workspace_id: UUID) -> None:
    jobs = queue_many(workspace_id, 3)
    pause(workspace_id=workspace_id)
    assert claim(16) == []
    with session_scope() as session:
        session.execute(text("DELETE FROM pauses"))

    assert {one.job_id for one in claim(16)} == set(jobs)


@pytest.mark.parametrize("limit", [1, 4, 16])
def test_a_workspace_runs_no_more_jobs_than_its_cap(workspace_id: UUID, limit: int) -> None:
    queue_many(workspace_id, 20)
    queue_many(workspace_id, 20, priority=Priority.BULK)
    others = queue_many(another_workspace("other"), 5)
    cap_workspace(workspace_id, 3)

    taken = claim_everything(limit)

    assert sum(one.workspace_id == workspace_id for one in taken) == 3
    assert set(others) < {one.job_id for one in taken}
    finish(taken[0], *[one for one in taken if one.workspace_id == workspace_id])
    assert len(claim_everything(limit)) == 3, "places that became free are taken again"


@pytest.mark.parametrize("limit", [1, 4, 16])
def test_a_model_runs_no_more_jobs_than_its_cap(workspace_id: UUID, limit: int) -> None:
    queue_many(workspace_id, 20, model=COPY)
    queue_many(another_workspace("other"), 20, model=COPY)
    free = queue_many(workspace_id, 5, "another-shape", model=BACKDROPS)
    cap_model(COPY, 6)

    taken = claim_everything(limit)

    assert sum(one.model_id == model_id(COPY) for one in taken) == 6
    assert set(free) < {one.job_id for one in taken}


def test_eight_claimers_at_once_keep_a_cap(workspace_id: UUID) -> None:
    queue_many(workspace_id, 200)
    cap_workspace(workspace_id, 10)

    with ThreadPoolExecutor(8) as claimers:
        taken = [one for found in claimers.map(lambda _: claim(4), range(24)) for one in found]

    assert len(taken) == 10


def test_a_loaded_model_is_preferred_within_a_class(workspace_id: UUID) -> None:
    queue_many(workspace_id, 4, "first-shape", model=COPY)
    queue_many(workspace_id, 4, "second-shape", model=BACKDROPS)

    loaded = claim(16, loaded=[model_id(BACKDROPS)])

    assert {one.model_id for one in loaded} == {model_id(BACKDROPS)}


def test_a_higher_class_goes_before_a_loaded_model(workspace_id: UUID) -> None:
    queue_many(workspace_id, 4, "first-shape", model=BACKDROPS)
    urgent = queue_many(workspace_id, 1, "second-shape", Priority.INTERACTIVE, model=COPY)

    assert [one.job_id for one in claim(16, loaded=[model_id(BACKDROPS)])] == urgent


def test_a_claim_brings_as_many_members_as_a_forward_batch_of_its_shape_takes(workspace_id: UUID) -> None:
    queue_many(workspace_id, 20, "small-shape")
    queue_many(workspace_id, 20, "large-shape")

    counted = [(taken[0].batch_key, len(taken)) for taken in (claim(4, sizes={"small-shape": 2}) for _ in range(3))]
    assert counted == [("small-shape", 2)] * 3

    pause_nothing = claim(4, sizes={"small-shape": 20})
    assert len(pause_nothing) == 14, "those that are left"
    assert len(claim(4, sizes={"small-shape": 20})) == 4, "a shape that nobody knows"


def test_a_job_whose_time_has_run_out_is_not_claimed(workspace_id: UUID) -> None:
    late, *others = queue_many(workspace_id, 3)
    with session_scope() as session:
        session.execute(update(Job).where(Job.id == late).values(expires_at=func.now() - text("interval '1 second'")))

    assert {one.job_id for one in claim_everything()} == set(others)


def test_a_batch_that_is_not_full_is_filled_with_its_kind_only(workspace_id: UUID) -> None:
    (first,) = queue_many(workspace_id, 1)
    (head,) = claim(4)
    assert head.job_id == first
    later = queue_many(workspace_id, 5)
    queue_many(workspace_id, 5, "another-shape")

    with session_scope() as session:
        added = job_claims.fill(session, QueueName.GENERATION, WORKER, head, Wanted(3), LEASE_SECONDS)

    assert [one.job_id for one in added] == later[:3]
    assert min(one.fence for one in added) > head.fence


def test_filling_keeps_a_cap(workspace_id: UUID) -> None:
    queue_many(workspace_id, 8)
    cap_workspace(workspace_id, 3)
    (head,) = claim(1)

    with session_scope() as session:
        added = job_claims.fill(session, QueueName.GENERATION, new_id(), head, Wanted(7), LEASE_SECONDS)

    assert len(added) == 2
