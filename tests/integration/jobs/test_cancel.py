"""Calling a job off: before it runs, while it runs, when it has ended, and while it is just ending."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.accounts.models import UsageEntry
from shared.artifacts.models import Artifact
from shared.db import session_scope
from shared.errors import GenerationFailed, ModelLoadFailed, NotFound, StateConflict
from shared.events.models import Event
from shared.events.types import TERMINAL_JOB_EVENTS, EventType
from shared.jobs.claims import Claim, look
from shared.jobs.models import Job
from shared.jobs.states import JobState
from tests.integration.jobs.actions import (
    another_workspace,
    cancel,
    charges,
    claim,
    claim_one,
    confirm_cancel,
    fail,
    finish,
    give_back,
    lapse,
    queue_many,
    read,
    return_expired,
    submit,
    timeline,
)

pytestmark = pytest.mark.usefixtures("models")

RACES = 200


def running_and_called_off(workspace_id: UUID) -> Claim:
    job_id = submit(workspace_id)
    claimed = claim_one()
    assert cancel(workspace_id, job_id) is JobState.RUNNING
    return claimed


def test_a_job_that_has_not_begun_is_canceled_at_once(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)

    assert cancel(workspace_id, job_id) is JobState.CANCELED
    assert claim(16) == []
    assert timeline(job_id) == ["job.accepted", "job.canceled"]


def test_a_running_job_s_worker_is_told_and_confirms(workspace_id: UUID) -> None:
    claimed = running_and_called_off(workspace_id)
    with session_scope() as session:
        assert look(session, [claimed]).canceled == {claimed.job_id}

    confirm_cancel(claimed)

    assert read(claimed.job_id).state is JobState.CANCELED
    assert timeline(claimed.job_id) == ["job.accepted", "job.started", "job.canceled"]
    assert charges(claimed.job_id) == {}


def test_a_cancellation_that_came_too_late_loses_to_the_outputs(workspace_id: UUID) -> None:
    claimed = running_and_called_off(workspace_id)

    assert finish(claimed) == {claimed.job_id}
    confirm_cancel(claimed)

    assert read(claimed.job_id).state is JobState.SUCCEEDED


def test_a_job_that_has_ended_cannot_be_canceled(workspace_id: UUID) -> None:
    done, broken = queue_many(workspace_id, 2)
    finish(claim_one())
    fail(ModelLoadFailed(), claim_one())

    for job_id, state in ((done, "succeeded"), (broken, "failed")):
        with pytest.raises(StateConflict, match=state):
            cancel(workspace_id, job_id)


def test_canceling_twice_is_canceling_once(workspace_id: UUID) -> None:
    waiting = submit(workspace_id)
    assert [cancel(workspace_id, waiting) for _ in range(2)] == [JobState.CANCELED] * 2
    claimed = running_and_called_off(workspace_id)
    first = read(claimed.job_id).cancel_requested_at

    assert cancel(workspace_id, claimed.job_id) is JobState.RUNNING
    assert read(claimed.job_id).cancel_requested_at == first
    assert timeline(waiting).count("job.canceled") == 1


def test_somebody_else_s_job_cannot_be_canceled(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)

    with pytest.raises(NotFound):
        cancel(another_workspace("other"), job_id)
    assert read(job_id).state is JobState.QUEUED


def test_a_job_called_off_while_its_worker_died_is_canceled(workspace_id: UUID) -> None:
    claimed = running_and_called_off(workspace_id)
    lapse(claimed)

    assert return_expired() == 1
    assert read(claimed.job_id).state is JobState.CANCELED


def test_a_job_called_off_while_its_attempt_failed_is_canceled_and_not_tried_again(workspace_id: UUID) -> None:
    may_pass, cannot_pass = running_and_called_off(workspace_id), running_and_called_off(workspace_id)

    fail(GenerationFailed(), may_pass)
    fail(ModelLoadFailed(), cannot_pass)

    for claimed in (may_pass, cannot_pass):
        assert read(claimed.job_id).state is JobState.CANCELED
        assert timeline(claimed.job_id)[-1] == "job.canceled"


def test_a_job_called_off_while_its_worker_was_told_to_stop_is_canceled(workspace_id: UUID) -> None:
    claimed = running_and_called_off(workspace_id)
    neighbour = submit(workspace_id)
    unhurt = claim_one()

    give_back(claimed, unhurt)

    assert read(claimed.job_id).state is JobState.CANCELED
    assert read(neighbour).state is JobState.QUEUED


def test_cancel_racing_finish_has_one_winner_and_the_charge_matches(workspace_id: UUID) -> None:
    ids = queue_many(workspace_id, RACES)
    held = {one.job_id: one for _ in range(0, RACES, 50) for one in claim(50)}
    together = threading.Barrier(2)

    def call_off(job_id: UUID) -> bool:
        together.wait()
        try:
            return cancel(workspace_id, job_id) is JobState.RUNNING
        except StateConflict:
            return False

    def end(job_id: UUID) -> None:
        together.wait()
        with session_scope() as session:
            called_off = look(session, [held[job_id]]).canceled
        confirm_cancel(held[job_id]) if called_off else finish(held[job_id])

    with ThreadPoolExecutor(2) as threads:
        heard = []
        for job_id in ids:
            calling, ending = threads.submit(call_off, job_id), threads.submit(end, job_id)
            ending.result()
            heard.append(calling.result())

    with session_scope() as session:
        states = {row.id: row.state for row in session.execute(select(Job.id, Job.state))}
        ends = session.execute(select(Event.job_id, Event.type).where(Event.type.in_(TERMINAL_JOB_EVENTS))).all()
        charged = set(session.scalars(select(UsageEntry.job_id)))
        stored = set(session.scalars(select(Artifact.job_id)))
    succeeded = {job_id for job_id, state in states.items() if state is JobState.SUCCEEDED}
    canceled = {job_id for job_id, state in states.items() if state is JobState.CANCELED}
    assert succeeded | canceled == set(ids)
    assert charged == stored == succeeded
    assert canceled <= {job_id for job_id, was_heard in zip(ids, heard, strict=True) if was_heard}
    assert {(row.job_id, row.type) for row in ends} == {
        *((job_id, EventType.JOB_SUCCEEDED) for job_id in succeeded),
        *((job_id, EventType.JOB_CANCELED) for job_id in canceled),
    }
    assert len(ends) == RACES
