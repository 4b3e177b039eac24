"""A job's life in a worker: what succeeds, what fails, and whom a failure does not touch."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.db import session_scope
from shared.jobs import progress
from shared.jobs.states import JobState
from shared.storage.s3 import get_store
from tests.integration.jobs.actions import (
    artifacts,
    cancel,
    charges,
    claim,
    lapse_jobs,
    make_due,
    read,
    return_expired,
    states,
    timeline,
)
from tests.integration.jobs.waiting import until
from tests.integration.worker.conftest import MakeRig, Rig
from tests.integration.worker.tiny_family import text_of

Submit = Callable[..., UUID]


def contents(job_id: UUID) -> list[str]:
    """The job's outputs as they lie in the store."""
    return [b"".join(get_store().read(made.object_key)).decode() for made in artifacts(job_id)]


def test_jobs_are_claimed_generated_stored_and_finished(rig: Rig, submit_tiny: Submit) -> None:
    ids = [submit_tiny(f"prompt {number}", seed=number) for number in range(5)]

    rig.run()

    assert states(ids) == [JobState.SUCCEEDED] * 5
    assert [contents(job_id) for job_id in ids] == [[text_of(f"prompt {number}", number)] for number in range(5)]
    assert rig.family.batches == [[f"prompt {number}" for number in range(5)]]
    assert set(charges(ids[0])) == {"device_seconds", "artifacts"}


def test_a_job_that_asks_for_several_outputs_gets_them_in_order(rig: Rig, submit_tiny: Submit) -> None:
    job_id = submit_tiny("three", seed=1, num_return_sequences=3)

    rig.run()

    assert contents(job_id) == [text_of("three", seed) for seed in (1, 2, 3)]
    assert charges(job_id)["artifacts"] == 3


def test_what_is_stored_hashes_to_what_is_recorded(rig: Rig, submit_tiny: Submit) -> None:
    job_id = submit_tiny("hashed")
    rig.run()

    (made,) = artifacts(job_id)
    body = b"".join(get_store().read(made.object_key))
    assert (hashlib.sha256(body).digest(), len(body)) == (made.sha256, made.size)
    assert made.sha256.hex() in made.object_key
    assert (made.media_type, made.facts["characters"]) == ("text/plain; charset=utf-8", 64)


def test_progress_only_grows_and_ends_complete(rig: Rig, submit_tiny: Submit) -> None:
    rig.family.steps = 40
    job_id = submit_tiny("slowly")
    rig.run()
    rig.publisher.stop()

    entries = [entry for _, entry in progress.follow({job_id: "0"})]
    steps = [entry.data["step"] for entry in entries if entry.kind == "progress"]
    assert steps == sorted(set(steps))
    assert steps[-1] == 40
    assert [entry.data["state"] for entry in entries if entry.kind == "state"] == ["running", "succeeded"]


def test_a_running_job_that_is_called_off_stops_at_the_next_step(
    rig: Rig, submit_tiny: Submit, workspace_id: UUID
) -> None:
    rig.family.steps = 500
    stopped_at, pause = 0, threading.Event()
    job_id = submit_tiny("endless")

    def at_step(step: int) -> None:
        nonlocal stopped_at
        stopped_at = step
        if step == 3:
            cancel(workspace_id, job_id)
        pause.wait(0.01)

    rig.family.at_step = at_step
    rig.run()

    assert read(job_id).state is JobState.CANCELED
    assert stopped_at < 400, "the worker asks every second; a step takes a hundredth of one"
    assert (contents(job_id), charges(job_id)) == ([], {})


def test_calling_off_one_member_leaves_the_others(rig: Rig, submit_tiny: Submit, workspace_id: UUID) -> None:
    rig.family.steps = 200
    called_off, kept = submit_tiny("called off"), submit_tiny("kept")
    pause = threading.Event()

    def at_step(step: int) -> None:
        if step == 1:
            cancel(workspace_id, called_off)
        pause.wait(0.01)

    rig.family.at_step = at_step
    rig.run()

    assert states([called_off, kept]) == [JobState.CANCELED, JobState.SUCCEEDED]
    assert contents(kept) == [text_of("kept", 7)]


def test_too_little_memory_halves_the_batch_and_is_remembered(rig: Rig, submit_tiny: Submit) -> None:
    rig.family.fits = 3
    ids = [submit_tiny(f"prompt {number}") for number in range(12)]
    rig.run()
    assert [len(batch) for batch in rig.family.batches] == [12, 6, 3, 3, 6, 3, 3]
    rig.family.batches.clear()
    ids += [submit_tiny(f"prompt {number}") for number in range(12)]
    rig.run()

    assert max(len(batch) for batch in rig.family.batches) == 2, "the largest power of two that fits"
    assert set(states(ids)) == {JobState.SUCCEEDED}
    assert {read(job_id).attempts for job_id in ids} == {1}


def test_a_job_too_large_for_the_device_alone_is_tried_again_and_then_fails(rig: Rig, submit_tiny: Submit) -> None:
    rig.family.fits = 0
    job_id = submit_tiny("huge")
    for _ in range(3):
        make_due(job_id)
        rig.run()

    job = read(job_id)
    assert (job.state, job.error_code, job.attempts) == (JobState.FAILED, "out_of_device_memory", 3)


def test_a_poisoned_member_fails_alone(rig: Rig, submit_tiny: Submit) -> None:
    healthy = [submit_tiny(f"healthy {number}") for number in range(7)]
    poisoned = submit_tiny("poison")
    for _ in range(3):
        make_due(poisoned)
        rig.run()

    assert states(healthy) == [JobState.SUCCEEDED] * 7
    assert {read(job_id).attempts for job_id in healthy} == {1}
    job = read(poisoned)
    assert (job.state, job.error_code) == (JobState.FAILED, "generation_failed")
    assert "a poisoned prompt" in (job.error_message or "")


@pytest.mark.parametrize(
    ("prompt", "code", "attempts"),
    [
        ("too long for it", "invalid_input", 1),
        ("unreadable", "generation_failed", 1),
        ("nothing comes of it", "generation_failed", 1),
        ("broken picture", "generation_failed", 1),
    ],
)
def test_a_member_that_cannot_be_run_or_stored_touches_no_neighbour(
    rig: Rig, submit_tiny: Submit, prompt: str, code: str, attempts: int
) -> None:
    before, odd, after = submit_tiny("before"), submit_tiny(prompt), submit_tiny("after")
    rig.run()

    assert states([before, after]) == [JobState.SUCCEEDED] * 2
    job = read(odd)
    assert job.attempts == attempts
    if code == "invalid_input":
        assert (job.state, job.error_code) == (JobState.FAILED, code)
        assert job.error_message == "input.prompt: this model's context is shorter"
    else:
        assert timeline(odd)[-1] == "job.requeued"


def test_a_model_that_is_not_on_this_worker_fails_its_jobs_at_once(rig: Rig, submit_tiny: Submit) -> None:
    job_id = submit_tiny("homeless")
    with session_scope() as session:
        session.execute(text("UPDATE models SET source = 'file:/nowhere/at/all'"))
    rig.run()

    job = read(job_id)
    assert (job.state, job.error_code) == (JobState.FAILED, "model_load_failed")


def test_a_worker_that_is_told_to_stop_gives_back_what_it_has_not_finished_uncounted(
    make_rig: MakeRig, submit_tiny: Submit
) -> None:
    stopping, other = make_rig(), make_rig()
    ids = [submit_tiny(f"prompt {number}") for number in range(3)]
    stopping.family.at_step = lambda step: stopping.drain_file.touch() if step == 2 else None

    stopping.run()
    assert [(read(job_id).state, read(job_id).attempts) for job_id in ids] == [(JobState.QUEUED, 0)] * 3
    stopping.run()
    assert len(stopping.family.batches) == 1, "it claims nothing more"

    other.run()
    assert states(ids) == [JobState.SUCCEEDED] * 3


def test_a_worker_that_is_told_to_stop_finishes_what_it_can_in_time(make_rig: MakeRig, submit_tiny: Submit) -> None:
    rig = make_rig(patience_seconds=30)
    job_id = submit_tiny("nearly done")
    rig.family.at_step = lambda step: rig.drain_file.touch() if step == 1 else None
    rig.run()

    assert read(job_id).state is JobState.SUCCEEDED


def test_what_was_generated_before_the_stop_is_kept(rig: Rig, submit_tiny: Submit) -> None:
    rig.family.fits = 2
    [submit_tiny(f"warm up {number}") for number in range(4)]
    rig.run()
    rig.family.batches.clear()
    first, second, third, fourth = (submit_tiny(f"prompt {number}") for number in range(4))
    rig.family.at_step = lambda _step: rig.drain_file.touch() if len(rig.family.batches) == 2 else None
    rig.run()

    assert states([first, second]) == [JobState.SUCCEEDED] * 2
    assert states([third, fourth]) == [JobState.QUEUED] * 2


def test_outputs_of_a_lost_lease_are_not_committed(rig: Rig, submit_tiny: Submit) -> None:
    job_id = submit_tiny("frozen")
    successors = []

    def be_taken_over(step: int) -> None:
        if step == rig.family.steps:
            lapse_jobs(job_id)
            return_expired()
            make_due(job_id)
            successors.extend(claim())

    rig.family.at_step = be_taken_over
    rig.run()

    job = read(job_id)
    assert (job.state, job.fence) == (JobState.RUNNING, successors[0].fence)
    assert artifacts(job_id) == []


def test_a_worker_that_learns_of_a_lost_lease_stops_generating(rig: Rig, submit_tiny: Submit) -> None:
    rig.family.steps = 500
    job_id, pause, reached = submit_tiny("taken away"), threading.Event(), []

    def at_step(step: int) -> None:
        if step == 1:
            lapse_jobs(job_id)
            return_expired()
        reached.append(step)
        pause.wait(0.01)

    rig.family.at_step = at_step
    rig.run()

    assert reached[-1] < 400
    assert timeline(job_id)[-1] == "job.requeued"


def test_a_hung_device_ends_the_worker_and_its_lease_is_not_renewed(make_rig: MakeRig, submit_tiny: Submit) -> None:
    rig = make_rig(stall_seconds=1.2)
    job_id = submit_tiny("hangs")
    leases = []

    def hang(step: int) -> None:
        if step == 2:
            for _ in range(3):
                assert rig.stalled.acquire(timeout=20), "nobody noticed"
                leases.append(read(job_id).lease_until)

    rig.family.at_step = hang
    rig.run()

    assert len(set(leases)) == 1


def test_a_model_that_takes_long_to_load_is_not_taken_for_a_hung_device(make_rig: MakeRig, submit_tiny: Submit) -> None:
    rig = make_rig(stall_seconds=1.2)
    job_id = submit_tiny("patience")
    renewals: set[object] = set()

    def renewed_three_times() -> bool:
        renewals.add(read(job_id).lease_until)
        return len(renewals) > 3

    rig.family.at_load = lambda: until(renewed_three_times, seconds=20, what="a renewal")
    rig.run()

    assert read(job_id).state is JobState.SUCCEEDED
    assert not rig.stalled.acquire(blocking=False)
