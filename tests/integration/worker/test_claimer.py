"""The device never waits for a claim, models take turns seldom, and an interactive job waits for one batch at most."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from shared.catalog import repository
from shared.catalog.families import FamilyName
from shared.db import session_scope
from shared.jobs.models import Job
from shared.jobs.states import JobState, Priority
from tests.integration.jobs.actions import claim, lapse, make_due, read, return_expired, states, submit
from tests.integration.jobs.waiting import until
from tests.integration.worker.conftest import MODEL, MakeRig, Rig

OTHER_MODEL = "tests/other"

Submit = Callable[..., UUID]


@pytest.fixture
def other_model(tiny_model: None, tmp_path: Path) -> str:
    with session_scope() as session:
        repository.register(
            session,
            name=OTHER_MODEL,
            family=FamilyName.TEXT,
            source=f"file:{tmp_path}",
            revision="e" * 64,
            title="Other",
            defaults={},
            limits={},
            licence="Apache-2.0",
        )
    return OTHER_MODEL


def interleave(workspace_id: UUID, models: tuple[str, ...], count: int) -> list[UUID]:
    """So many jobs, each of the next model in turn and of a shape of its own."""
    turns = itertools.cycle(models)
    return [
        submit(workspace_id, model=next(turns), input={"prompt": f"prompt {number}", "max_new_tokens": 1 + number})
        for number in range(count)
    ]


def test_the_next_batch_is_claimed_before_the_present_one_ends(rig: Rig, submit_tiny: Submit) -> None:
    first, second = submit_tiny("first", max_new_tokens=1), submit_tiny("second", max_new_tokens=2)
    seen: list[JobState] = []

    def before_it_ends() -> None:
        if not seen:
            until(lambda: read(second).state is JobState.RUNNING, what="the claim ahead")
            seen.append(read(first).state)

    rig.family.at_end = before_it_ends
    rig.run()

    assert seen == [JobState.RUNNING]
    assert states([first, second]) == [JobState.SUCCEEDED] * 2


def test_no_more_than_one_batch_is_claimed_ahead(rig: Rig, submit_tiny: Submit) -> None:
    ids = [submit_tiny(f"prompt {number}", max_new_tokens=1 + number) for number in range(6)]
    running: list[int] = []
    # Those handed over may be on their way to the store still: two at most.
    rig.family.at_end = lambda: running.append(states(ids).count(JobState.RUNNING))
    rig.run()

    assert max(running) <= 4


def test_what_was_claimed_ahead_goes_back_uncounted_when_the_worker_is_told_to_stop(
    make_rig: MakeRig, submit_tiny: Submit
) -> None:
    rig = make_rig(patience_seconds=30)
    first, second = submit_tiny("first", max_new_tokens=1), submit_tiny("second", max_new_tokens=2)

    def stop_after_the_claim() -> None:
        until(lambda: read(second).state is JobState.RUNNING, what="the claim ahead")
        rig.drain_file.touch()

    rig.family.at_end = stop_after_the_claim
    rig.run()

    assert read(first).state is JobState.SUCCEEDED
    assert (read(second).state, read(second).attempts) == (JobState.QUEUED, 0)


def test_an_interactive_job_waits_for_one_forward_batch_at_most(
    rig: Rig, submit_tiny: Submit, workspace_id: UUID
) -> None:
    for number in range(64):
        submit(workspace_id, model=MODEL, input={"prompt": f"bulk {number}"}, priority="bulk")

    def arrive(step: int) -> None:
        if step == 1 and len(rig.family.batches) == 2:
            submit(workspace_id, model=MODEL, input={"prompt": "urgent"}, priority="interactive")

    rig.family.at_step = arrive
    rig.run()

    assert next(turn for turn, batch in enumerate(rig.family.batches) if "urgent" in batch) == 2


@pytest.mark.parametrize(("switch_seconds", "loads"), [(30, 2), (0, 8)])
def test_models_take_turns_no_more_often_than_told(
    make_rig: MakeRig, other_model: str, workspace_id: UUID, switch_seconds: float, loads: int
) -> None:
    rig = make_rig(capacity=1, switch_seconds=switch_seconds)
    loaded: list[None] = []
    rig.family.at_load = lambda: loaded.append(None)
    ids = interleave(workspace_id, (MODEL, other_model), 8)
    rig.run()

    assert set(states(ids)) == {JobState.SUCCEEDED}
    assert len(loaded) == loads


def test_models_that_load_slowly_take_turns_less_often(make_rig: MakeRig, other_model: str, workspace_id: UUID) -> None:
    rig = make_rig(capacity=1, switch_seconds=0)
    loaded: list[float] = []

    def load_slowly() -> None:
        began = time.monotonic()
        until(lambda: time.monotonic() - began > 0.5, what="a slow load")
        loaded.append(began)

    rig.family.at_load = load_slowly
    ids = interleave(workspace_id, (MODEL, other_model), 24)
    rig.run()

    assert set(states(ids)) == {JobState.SUCCEEDED}
    assert len(loaded) == 2, "a switch that costs half a second may be made every five seconds"


def test_a_batch_that_is_not_full_waits_for_its_kind(make_rig: MakeRig, submit_tiny: Submit) -> None:
    rig = make_rig(fill_seconds=1)
    first = submit_tiny("first")
    late: list[UUID] = []

    def arrive_late() -> None:
        until(lambda: read(first).state is JobState.RUNNING, what="the claim")
        late.append(submit_tiny("late"))

    arriving = threading.Thread(target=arrive_late)
    arriving.start()
    rig.run()
    arriving.join()

    assert rig.family.batches == [["first", "late"]]
    assert states([first, *late]) == [JobState.SUCCEEDED] * 2


def test_nothing_is_claimed_beside_a_job_that_a_worker_died_with(rig: Rig, submit_tiny: Submit) -> None:
    suspect = submit_tiny("suspect", max_new_tokens=1)
    lapse(*claim())
    return_expired()
    make_due(suspect)
    before, after = submit_tiny("before", max_new_tokens=2), submit_tiny("after", max_new_tokens=3)
    make_due(before)
    with session_scope() as session:
        session.execute(update(Job).where(Job.id == before).values(priority=Priority.INTERACTIVE))
    seen: dict[str, list[JobState]] = {}

    def look_around() -> None:
        (batch,) = rig.family.batches[-1:]
        seen[batch[0]] = states([before, suspect, after])

    rig.family.at_end = look_around
    rig.run()

    assert seen["suspect"] == [JobState.SUCCEEDED, JobState.RUNNING, JobState.QUEUED]
    assert set(states([before, suspect, after])) == {JobState.SUCCEEDED}
