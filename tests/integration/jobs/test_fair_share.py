"""Who is served first: class, then workspace, then age. What is measured here is counted in claims."""

from __future__ import annotations

from uuid import UUID

import pytest

from shared.jobs.states import Priority
from tests.integration.jobs.actions import another_workspace, claim, finish, queue_many

pytestmark = pytest.mark.usefixtures("models")

FORWARD_BATCH = 16


def claims_until_served(wanted: list[UUID], most: int) -> tuple[int, int]:
    """Claim and finish, as a lone worker does, until all of them were taken: claims until the first, the last."""
    left, first = set(wanted), 0
    for turn in range(1, most + 1):
        taken = claim(FORWARD_BATCH)
        finish(*taken)
        served = left.intersection(one.job_id for one in taken)
        left -= served
        if served and not first:
            first = turn
        if not left:
            return first, turn
    pytest.fail(f"{len(left)} of {len(wanted)} jobs still waited after {most} claims; the first was served by {first}")


@pytest.mark.parametrize("small_shape", ["one-shape", "another-shape"])
def test_90_small_jobs_are_served_early_though_a_3000_job_whale_came_first(
    workspace_id: UUID, small_shape: str
) -> None:
    queue_many(workspace_id, 3000)
    small = queue_many(another_workspace("small"), 90, small_shape)

    first, last = claims_until_served(small, most=30)

    assert first <= 2
    assert last <= 13, "half of the device is six full batches"


def test_workspaces_with_equal_queues_are_served_in_turn(workspace_id: UUID) -> None:
    for shape, owner in enumerate([workspace_id, another_workspace("second"), another_workspace("third")]):
        queue_many(owner, 64, f"shape-{shape}")

    served = []
    for _ in range(6):
        taken = claim(FORWARD_BATCH)
        finish(*taken)
        served.append(taken[0].workspace_id)

    assert len(set(served[:3])) == 3
    assert served[3:] == served[:3]


def test_a_workspace_with_less_running_goes_first(workspace_id: UUID) -> None:
    second = another_workspace("second")
    queue_many(workspace_id, 40, "shape-1")
    queue_many(second, 40, "shape-2")

    owners = [claim(4)[0].workspace_id for _ in range(6)]

    assert owners.count(workspace_id) == owners.count(second) == 3


def test_a_higher_class_goes_first_whoever_waits_longer(workspace_id: UUID) -> None:
    queue_many(workspace_id, 5, "shape-1", Priority.BULK)
    queue_many(workspace_id, 5, "shape-2", Priority.NORMAL)
    urgent = queue_many(workspace_id, 2, "shape-3", Priority.INTERACTIVE)

    assert [one.job_id for one in claim(FORWARD_BATCH)] == urgent


def test_a_higher_class_fills_a_forward_batch_before_a_lower_one(workspace_id: UUID) -> None:
    queue_many(workspace_id, 20, priority=Priority.BULK)
    urgent = queue_many(workspace_id, 3, priority=Priority.INTERACTIVE)

    taken = [one.job_id for one in claim(FORWARD_BATCH)]

    assert len(taken) == FORWARD_BATCH
    assert set(urgent) < set(taken)


def test_within_a_workspace_the_oldest_go_first(workspace_id: UUID) -> None:
    ids = queue_many(workspace_id, 10)

    assert [one.job_id for one in claim(4)] == ids[:4]
    assert [one.job_id for one in claim(4)] == ids[4:8]
