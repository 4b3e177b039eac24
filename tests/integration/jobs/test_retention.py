"""A workspace keeps its jobs and files for as long as it says, and not a referred-to thing less."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from shared.accounts.models import UsageEntry, Workspace
from shared.artifacts.models import Artifact
from shared.db import session_scope
from shared.errors import NotFound
from shared.events.models import Event
from shared.jobs import repository, retention
from shared.jobs.models import Job, JobDependency
from shared.jobs.states import JobState
from shared.webhooks.models import DeliveryState, WebhookDelivery
from tests.integration.jobs.actions import (
    another_workspace,
    artifacts,
    charges,
    claim_one,
    count,
    finish,
    read,
    submit,
)

pytestmark = pytest.mark.usefixtures("models")


@pytest.fixture
def keep(workspace_id: UUID) -> Callable[..., None]:
    """Say how long the workspace keeps things: ``keep(keep_files_days=7)``."""

    def say(**days: int) -> None:
        with session_scope() as session:
            session.execute(update(Workspace).where(Workspace.id == workspace_id).values(**days))

    return say


def finished(workspace_id: UUID, days_ago: float, **fields: Any) -> UUID:
    """A job that succeeded some time ago."""
    job_id = submit(workspace_id, **fields)
    finish(claim_one())
    age(job_id, days_ago)
    return job_id


def age(job_id: UUID, days_ago: float) -> None:
    then = func.now() - timedelta(days=days_ago)
    with session_scope() as session:
        session.execute(update(Job).where(Job.id == job_id).values(finished_at=then))
        session.execute(update(Artifact).where(Artifact.job_id == job_id).values(created_at=then))


def remove_files(limit: int = 500) -> tuple[int, list[str]]:
    with session_scope() as session:
        removed, keys = retention.remove_files(session, limit)
    return removed, list(keys)


def delete_jobs(limit: int = 100) -> int:
    with session_scope() as session:
        return retention.delete_jobs(session, limit)


def is_there(job_id: UUID) -> bool:
    with session_scope() as session:
        return session.get(Job, job_id) is not None


def is_kept(job_id: UUID) -> bool:
    return all(artifact.removed_at is None for artifact in artifacts(job_id))


def test_what_a_workspace_says_nothing_about_is_kept_for_ever(workspace_id: UUID) -> None:
    job_id = finished(workspace_id, days_ago=5000)

    assert remove_files() == (0, [])
    assert delete_jobs() == 0
    assert is_kept(job_id)


def test_files_go_after_their_days_and_the_job_stays(workspace_id: UUID, keep: Callable[..., None]) -> None:
    keep(keep_files_days=7)
    old, young = finished(workspace_id, 7.1), finished(workspace_id, 6.9)

    assert remove_files() == (1, [artifacts(old)[0].object_key])
    assert delete_jobs() == 0

    assert read(old).state is JobState.SUCCEEDED
    assert not is_kept(old)
    assert is_kept(young)
    assert remove_files() == (0, [])


def test_jobs_go_after_their_days_with_all_that_hangs_on_them_but_the_charge(
    workspace_id: UUID, keep: Callable[..., None]
) -> None:
    keep(keep_jobs_days=30)
    old, young = finished(workspace_id, 30.1), finished(workspace_id, 29.9)
    charged = charges(old)

    assert delete_jobs() == 0, "its files first"
    removed, keys = remove_files()
    assert (removed, len(keys)) == (1, 1)
    assert delete_jobs() == 1

    assert not is_there(old)
    assert artifacts(old) == []
    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(Event).where(Event.job_id == old)) == 0
        with pytest.raises(NotFound):
            repository.get_job(session, workspace_id, old)
    assert charges(old) == charged != {}
    assert count(UsageEntry) == 4
    assert is_kept(young)


def test_every_workspace_has_its_own_days(workspace_id: UUID, keep: Callable[..., None]) -> None:
    other = another_workspace("other")
    keep(keep_files_days=1)
    here, there = finished(workspace_id, 5), finished(other, 5)

    remove_files()

    assert (is_kept(here), is_kept(there)) == (False, True)


def test_a_job_that_has_not_ended_is_never_deleted(workspace_id: UUID, keep: Callable[..., None]) -> None:
    keep(keep_jobs_days=1)
    job_id = submit(workspace_id)
    with session_scope() as session:
        session.execute(update(Job).where(Job.id == job_id).values(created_at=func.now() - timedelta(days=99)))

    remove_files()

    assert delete_jobs() == 0
    assert is_there(job_id)


def test_an_object_that_two_jobs_share_goes_with_the_last_of_them(
    workspace_id: UUID, keep: Callable[..., None]
) -> None:
    keep(keep_files_days=7)
    first = submit(workspace_id, reuse=True)
    finish(claim_one())
    second = submit(workspace_id, reuse=True)
    assert artifacts(first)[0].object_key == artifacts(second)[0].object_key
    age(first, 8)

    assert remove_files() == (1, []), "the second still needs it"
    age(second, 8)
    assert remove_files() == (1, [artifacts(first)[0].object_key])


def test_files_that_are_shared_and_over_their_time_together_are_deleted_once(
    workspace_id: UUID, keep: Callable[..., None]
) -> None:
    keep(keep_files_days=7)
    ids = [submit(workspace_id, reuse=True)]
    finish(claim_one())
    ids += [submit(workspace_id, reuse=True) for _ in range(2)]
    for job_id in ids:
        age(job_id, 8)

    assert remove_files() == (3, [artifacts(ids[0])[0].object_key])


def test_an_equal_job_does_not_take_over_what_is_being_removed_and_runs_itself(
    workspace_id: UUID, keep: Callable[..., None]
) -> None:
    keep(keep_files_days=7)
    first = submit(workspace_id, reuse=True)
    finish(claim_one())
    age(first, 8)
    remove_files()

    second = submit(workspace_id, reuse=True)

    assert read(second).state is JobState.QUEUED


def test_a_file_that_is_being_copied_for_an_equal_job_is_left_to_the_next_time(
    workspace_id: UUID, keep: Callable[..., None]
) -> None:
    keep(keep_files_days=7)
    job_id = finished(workspace_id, 8)
    with session_scope() as session:
        session.scalars(select(Artifact).where(Artifact.job_id == job_id).with_for_update(read=True)).all()
        assert remove_files() == (0, [])

    assert remove_files()[0] == 1


def test_what_a_waiting_job_needs_is_kept_until_that_has_ended(workspace_id: UUID, keep: Callable[..., None]) -> None:
    keep(keep_jobs_days=1)
    parent = finished(workspace_id, 9)
    child = submit(workspace_id)
    with session_scope() as session:
        session.add(JobDependency(job_id=child, needs_job_id=parent, workspace_id=workspace_id))

    assert (remove_files(), delete_jobs()) == ((0, []), 0)
    assert is_kept(parent)

    finish(claim_one())
    assert remove_files()[0] == 1
    assert delete_jobs() == 1
    assert is_there(child)


def test_a_job_that_another_one_came_to_wait_for_after_its_files_went_is_kept(
    workspace_id: UUID, keep: Callable[..., None]
) -> None:
    keep(keep_jobs_days=1)
    parent = finished(workspace_id, 9)
    assert remove_files()[0] == 1
    child = submit(workspace_id)
    with session_scope() as session:
        session.add(JobDependency(job_id=child, needs_job_id=parent, workspace_id=workspace_id))

    assert delete_jobs() == 0
    finish(claim_one())
    assert delete_jobs() == 1


def test_a_job_whose_webhook_is_still_on_its_way_is_kept_until_it_has_arrived(
    workspace_id: UUID, keep: Callable[..., None]
) -> None:
    keep(keep_jobs_days=1)
    job_id = finished(workspace_id, 2, webhook_url="https://hooks.example.com/here")
    remove_files()
    assert delete_jobs() == 0

    with session_scope() as session:
        session.execute(
            update(WebhookDelivery).values(
                state=DeliveryState.SUCCEEDED, next_attempt_at=None, finished_at=func.clock_timestamp()
            )
        )
    assert delete_jobs() == 1
    assert not is_there(job_id)
    assert count(WebhookDelivery) == 0


def test_a_batch_is_as_large_as_asked_for_and_takes_the_oldest_first(
    workspace_id: UUID, keep: Callable[..., None]
) -> None:
    keep(keep_jobs_days=1)
    ids = [finished(workspace_id, days_ago) for days_ago in (9, 8, 7)]

    assert remove_files(limit=2)[0] == 2
    assert [is_kept(job_id) for job_id in ids] == [False, False, True]
    assert delete_jobs(limit=1) == 1
    assert [is_there(job_id) for job_id in ids] == [False, True, True]
