"""Pauses and caps: what stands still is not claimed, and what is resumed goes on by itself."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.accounts.models import Workspace
from shared.catalog.models import Model
from shared.db import session_scope
from shared.errors import InputRefused
from shared.jobs import pauses
from shared.jobs.caps import set_cap
from shared.jobs.pause import Pause
from shared.jobs.pauses import PauseKind, PauseTarget
from shared.queue.app import KEY_PREFIX
from shared.queue.names import QueueName
from shared.queue.redis import get_redis
from tests.integration.jobs.actions import another_workspace, claim, count, finish, submit

pytestmark = pytest.mark.usefixtures("models")
TargetOf = Callable[[UUID], PauseTarget]


def model_id(name: str = "starter/adcopy") -> UUID:
    with session_scope() as session:
        return session.scalars(select(Model.id).where(Model.name == name)).one()


def pause(target: PauseTarget, reason: str = "") -> None:
    with session_scope() as session:
        pauses.pause(session, target, reason)


def resume(target: PauseTarget) -> bool:
    with session_scope() as session:
        return pauses.resume(session, target)


def cap(kind: type[Workspace] | type[Model], owner_id: UUID, running: int | None) -> None:
    with session_scope() as session:
        owner = session.get_one(kind, owner_id)
        assert isinstance(owner, Workspace | Model)
        set_cap(session, owner, running)


EACH_KIND = pytest.mark.parametrize(
    "target_of",
    [
        lambda _: PauseTarget.of_queue(QueueName.GENERATION),
        lambda _: PauseTarget.of_model(model_id()),
        PauseTarget.of_workspace,
    ],
    ids=[kind.value for kind in PauseKind],
)


@EACH_KIND
def test_what_is_paused_is_not_claimed_until_it_is_resumed(workspace_id: UUID, target_of: TargetOf) -> None:
    target = target_of(workspace_id)
    pause(target)
    job_id = submit(workspace_id)

    assert claim() == []
    resume(target)
    assert [one.job_id for one in claim()] == [job_id]


@EACH_KIND
def test_what_runs_is_let_finish(workspace_id: UUID, target_of: TargetOf) -> None:
    submit(workspace_id)
    taken = claim()
    pause(target_of(workspace_id))

    assert finish(*taken) == {taken[0].job_id}


def test_others_go_on_while_one_stands_still(workspace_id: UUID) -> None:
    other = another_workspace("other")
    submit(workspace_id)
    pictures = submit(other, model="starter/backdrops", input={"prompt": "an ocean"})
    submit(other)
    pause(PauseTarget.of_workspace(workspace_id))
    pause(PauseTarget.of_model(model_id("starter/adcopy")))

    assert [one.job_id for one in claim(8)] == [pictures]
    assert claim(8) == []


@EACH_KIND
def test_pausing_twice_is_once_and_the_later_reason_stands(workspace_id: UUID, target_of: TargetOf) -> None:
    target = target_of(workspace_id)
    pause(target, "first")
    with session_scope() as session:
        (first,) = pauses.standing(session)
    pause(target, "second")

    with session_scope() as session:
        (second,) = pauses.standing(session)
    assert (second.kind, second.name, second.since) == (first.kind, first.name, first.since)
    assert (first.reason, second.reason) == ("first", "second")
    assert count(Pause) == 1


@EACH_KIND
def test_resuming_wakes_a_worker_and_twice_is_once(workspace_id: UUID, target_of: TargetOf) -> None:
    target = target_of(workspace_id)
    pause(target)
    submit(workspace_id)
    get_redis().flushdb()

    assert resume(target)
    assert get_redis().llen(f"{KEY_PREFIX}{QueueName.GENERATION}") == 1
    assert not resume(target)
    assert get_redis().llen(f"{KEY_PREFIX}{QueueName.GENERATION}") == 1


def test_a_tenant_sees_and_ends_no_pause_but_its_own(workspace_id: UUID) -> None:
    other = another_workspace("other")
    for target in (PauseTarget.of_workspace(other), PauseTarget.of_queue(QueueName.GENERATION)):
        pause(target)
    with session_scope(workspace_id) as session:
        pauses.pause(session, PauseTarget.of_workspace(workspace_id), "ours")
        assert [(each.name, each.reason) for each in pauses.standing(session)] == [("main", "ours")]
        assert not pauses.resume(session, PauseTarget.of_workspace(other))
        assert not pauses.resume(session, PauseTarget.of_queue(QueueName.GENERATION))

    assert count(Pause) == 3


def test_a_workspace_has_no_more_jobs_running_than_its_cap(workspace_id: UUID) -> None:
    for _ in range(5):
        submit(workspace_id)
    cap(Workspace, workspace_id, 2)

    taken = claim(8)
    assert len(taken) == 2
    assert claim(8) == []
    finish(*taken)
    assert len(claim(8)) == 2


def test_a_model_has_no_more_jobs_running_than_its_cap_whoever_they_belong_to(workspace_id: UUID) -> None:
    other = another_workspace("other")
    for owner in (workspace_id, other, workspace_id, other):
        submit(owner)
    cap(Model, model_id(), 3)

    assert len(claim(2)) + len(claim(8)) == 3
    assert claim(8) == []
    cap(Model, model_id(), None)
    assert len(claim(8)) == 1


def test_a_cap_of_nothing_is_refused_for_that_is_a_pause(workspace_id: UUID) -> None:
    with pytest.raises(InputRefused, match="pause"):
        cap(Workspace, workspace_id, 0)
