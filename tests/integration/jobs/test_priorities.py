"""Moving a job that has not begun to another class."""

from __future__ import annotations

from uuid import UUID

import pytest

from shared.db import session_scope
from shared.errors import NotFound, StateConflict
from shared.jobs import service
from shared.jobs.states import JobState, Priority
from tests.integration.jobs.actions import another_workspace, cancel, claim_one, finish, read, submit, timeline

pytestmark = pytest.mark.usefixtures("models")


def reprioritise(workspace_id: UUID, job_id: UUID, priority: Priority) -> None:
    with session_scope(workspace_id) as session:
        service.reprioritise(session, workspace_id, job_id, priority)


def test_a_job_that_is_moved_up_runs_first(workspace_id: UUID) -> None:
    submit(workspace_id)
    later = submit(workspace_id)
    reprioritise(workspace_id, later, Priority.INTERACTIVE)

    assert claim_one().job_id == later
    assert timeline(later) == ["job.accepted", "job.started"]


def test_a_job_that_waits_for_another_is_moved_too(workspace_id: UUID) -> None:
    child = submit(workspace_id, depends_on=[submit(workspace_id)])
    reprioritise(workspace_id, child, Priority.BULK)

    assert (read(child).state, read(child).priority) == (JobState.WAITING, Priority.BULK)


def test_a_twin_takes_its_root_up_and_never_down(workspace_id: UUID) -> None:
    root, twin = submit(workspace_id, reuse=True), submit(workspace_id, reuse=True)

    reprioritise(workspace_id, twin, Priority.BULK)
    assert read(root).priority == Priority.NORMAL
    reprioritise(workspace_id, twin, Priority.INTERACTIVE)
    assert read(root).priority == Priority.INTERACTIVE


def test_a_job_that_has_begun_or_ended_stays_where_it_is(workspace_id: UUID) -> None:
    running, canceled = submit(workspace_id), submit(workspace_id)
    claimed = claim_one()
    cancel(workspace_id, canceled)

    for job_id, state in ((running, "running"), (canceled, "canceled")):
        with pytest.raises(StateConflict, match=state):
            reprioritise(workspace_id, job_id, Priority.BULK)
    assert finish(claimed) == {running}
    assert read(running).priority == Priority.NORMAL


def test_somebody_else_s_job_cannot_be_moved(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)

    with pytest.raises(NotFound):
        reprioritise(another_workspace("other"), job_id, Priority.BULK)
    assert read(job_id).priority == Priority.NORMAL
