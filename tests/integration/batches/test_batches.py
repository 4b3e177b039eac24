"""A batch from its table to its end, and what cannot spoil it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from shared.batches import repository, service
from shared.batches.states import BatchState
from shared.catalog.models import Model, ModelState
from shared.catalog.service import forget_models
from shared.db import session_scope
from shared.errors import IdempotencyKeyReused, InputRefused, ModelLoadFailed, NotFound, StateConflict
from shared.events.models import Event
from shared.events.types import EventType
from shared.jobs.states import JobState
from shared.webhooks import service as webhooks
from shared.webhooks.address_policy import get_policy
from shared.webhooks.models import WebhookDelivery
from tests.integration.batches import workshop
from tests.integration.batches.workshop import table, teas
from tests.integration.jobs.actions import another_workspace, fail

pytestmark = pytest.mark.usefixtures("models")


def limit_tokens(maximum: int) -> None:
    """Change the catalog as an operator does."""
    with session_scope() as session:
        model = session.scalars(select(Model).where(Model.name == "starter/adcopy")).one()
        model.limits = {"max_new_tokens": {"maximum": maximum}}
    forget_models()


def test_a_batch_of_two_thousand_rows_is_planned_launched_run_and_told_of(workspace_id: UUID) -> None:
    with session_scope(workspace_id) as session:
        webhooks.create_endpoint(session, workspace_id, get_policy().parse("http://127.0.0.1:9999/hook"))
    batch_id = workshop.submit(workspace_id, table(teas(2000)))
    workshop.advance()

    planned = workshop.get(workspace_id, batch_id)
    assert planned.state is BatchState.PLANNED
    assert (planned.rows, planned.bad_rows, planned.items) == (2000, 0, 2000)
    assert planned.plan is not None
    assert planned.plan["generations"]["jobs"] == {"distinct": 2000, "reused": 0, "needed": 2000}
    assert planned.plan["estimate"]["basis"].startswith("no history")
    assert workshop.jobs_of(batch_id) == []

    workshop.act(service.launch, workspace_id, batch_id)
    workshop.advance()
    assert workshop.get(workspace_id, batch_id).state is BatchState.RUNNING
    assert workshop.finish_all(stored=False) == 2000
    ended = workshop.look_again(workspace_id, batch_id)

    assert ended.state is BatchState.COMPLETED
    assert ended.counts == {"succeeded": 2000}
    with session_scope() as session:
        event = session.scalars(select(Event).where(Event.type == EventType.BATCH_COMPLETED)).one()
        assert event.data["id"] == str(batch_id)
        assert event.data["progress"] == 1.0
        told = select(func.count()).where(WebhookDelivery.event_id == event.id)
        assert session.scalar(told.select_from(WebhookDelivery)) == 1


def test_a_bad_row_spoils_nothing_and_is_named_with_its_column(workspace_id: UUID) -> None:
    rows = [
        {"id": "a", "name": "Assam", "input.max_new_tokens": ""},
        {"id": "b", "name": "Ceylon\0", "input.max_new_tokens": ""},
        {"id": "c", "name": "x" * 10_001, "input.max_new_tokens": ""},
        {"id": "d", "name": "Darjeeling", "input.max_new_tokens": "many"},
        {"id": "e", "name": "Earl Grey", "input.max_new_tokens": "9999"},
        {"id": "f", "name": "=cmd()", "input.max_new_tokens": "32"},
    ]
    batch_id = workshop.launched(workspace_id, table(rows))

    assert workshop.problems(workspace_id, batch_id) == [
        (2, "name", "control_character"),
        (3, "name", "too_long"),
        (4, "input.max_new_tokens", "invalid"),
        (5, "input.max_new_tokens", "invalid"),
    ]
    found = workshop.get(workspace_id, batch_id)
    assert (found.rows, found.bad_rows, found.items) == (6, 4, 2)
    assert [item.custom_id for item in workshop.items_of(batch_id)] == ["a", "f"]
    first, second = workshop.jobs_of(batch_id)
    assert (first.input["max_new_tokens"], second.input["max_new_tokens"]) == (16, 32)
    assert "=cmd()" in second.input["prompt"]


def test_the_same_table_again_gives_the_same_jobs_and_generates_nothing(workspace_id: UUID) -> None:
    first = workshop.launched(workspace_id, table(teas(20)))
    workshop.finish_all()
    workshop.look_again(workspace_id, first)

    again = workshop.submit(workspace_id, table(teas(20)))
    workshop.advance()
    plan = workshop.get(workspace_id, again).plan
    assert plan is not None
    assert plan["generations"]["jobs"] == {"distinct": 20, "reused": 20, "needed": 0}
    workshop.act(service.launch, workspace_id, again)
    workshop.advance()

    assert workshop.claim() == []
    assert workshop.look_again(workspace_id, again).state is BatchState.COMPLETED
    assert [job.input for job in workshop.jobs_of(again)] == [job.input for job in workshop.jobs_of(first)]


def test_a_row_that_is_added_changes_no_other(workspace_id: UUID) -> None:
    first = workshop.launched(workspace_id, table(teas(10)))
    more = [{"custom_id": "tea-0", "name": "Tea 0"}, *teas(10)]
    second = workshop.launched(workspace_id, table(more))

    assert [job.input for job in workshop.jobs_of(second)][1:] == [job.input for job in workshop.jobs_of(first)]


def test_rows_can_come_with_the_request(workspace_id: UUID) -> None:
    rows = [{"id": 7, "name": "Assam", "price": 9.5}, {"id": None, "name": "Cey\0lon"}, {"name": "Earl Grey"}]
    batch_id = workshop.submit(workspace_id, rows=rows)
    workshop.advance()

    assert workshop.problems(workspace_id, batch_id) == [(2, "name", "control_character")]
    workshop.act(service.launch, workspace_id, batch_id)
    workshop.advance()

    assert [item.custom_id for item in workshop.items_of(batch_id)] == ["7", "3"]
    assert workshop.get(workspace_id, batch_id).rows == 3


def test_a_batch_that_is_no_dry_run_launches_itself(workspace_id: UUID) -> None:
    batch_id = workshop.submit(workspace_id, table(teas(3)), dry_run=False)
    workshop.advance()

    assert workshop.get(workspace_id, batch_id).state is BatchState.RUNNING
    assert len(workshop.jobs_of(batch_id)) == 3


@pytest.mark.parametrize(
    ("fields", "path", "reason"),
    [
        ({"input": {"prompt": "for {colour}"}}, "input.prompt", "names the column 'colour'"),
        ({"input": {"prompt": "for __season__"}}, "input.prompt", "names the wildcard __season__"),
        ({"input": {"prompt": "for {name"}}, "input.prompt", "nothing closes"),
        ({"input": {"promt": "for {name}"}}, "input.promt", "is no field of it"),
        ({"model": "starter/adcop"}, "model", "did you mean 'starter/adcopy'?"),
    ],
)
def test_settings_that_fit_no_row_are_refused_at_once(
    workspace_id: UUID, fields: dict[str, Any], path: str, reason: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        workshop.submit(workspace_id, table(teas(1)), **fields)

    assert refused.value.problems[0].path == path
    assert reason in refused.value.problems[0].message


def test_a_table_that_is_none_is_refused(workspace_id: UUID) -> None:
    with pytest.raises(InputRefused, match="no upload"):
        workshop.submit(workspace_id, table={"upload": "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"})


def test_one_key_makes_one_batch(workspace_id: UUID) -> None:
    content = table(teas(2))
    first = workshop.submit(workspace_id, content, key="k-1")

    assert workshop.submit(workspace_id, content, key="k-1") == first
    with pytest.raises(IdempotencyKeyReused):
        workshop.submit(workspace_id, content, key="k-1", name="Other teas")


def test_somebody_else_s_batch_is_not_found(workspace_id: UUID) -> None:
    batch_id = workshop.submit(workspace_id, table(teas(2)))
    workshop.advance()
    stranger = another_workspace("stranger")

    for action in (service.get, service.launch, service.pause, service.cancel, service.retry_failed):
        with session_scope(stranger) as session, pytest.raises(NotFound):
            action(session, stranger, batch_id)
    with session_scope(stranger) as session:
        assert repository.items(session, batch_id) == []
        assert service.list_batches(session, stranger) == []
        # Row-level security, even where a query forgets the workspace.
        with pytest.raises(NotFound):
            service.get(session, workspace_id, batch_id)


def test_a_table_without_a_good_row_cannot_be_launched(workspace_id: UUID) -> None:
    batch_id = workshop.submit(workspace_id, b"name\n\x01\n")
    workshop.advance()

    assert workshop.get(workspace_id, batch_id).state is BatchState.PLANNED
    with pytest.raises(StateConflict, match="No row"):
        workshop.act(service.launch, workspace_id, batch_id)
    unattended = workshop.submit(workspace_id, b"name\n\x02\n", dry_run=False)
    workshop.advance()
    failed = workshop.get(workspace_id, unattended)
    assert (failed.state, failed.error_code) == (BatchState.FAILED, "no_good_rows")


def test_what_failed_is_tried_again_and_nothing_else(workspace_id: UUID) -> None:
    batch_id = workshop.launched(workspace_id, table(teas(6)))
    claimed = workshop.claim()
    fail(ModelLoadFailed("no weights"), *claimed[:2])
    workshop.finish(claimed[2:])
    ended = workshop.look_again(workspace_id, batch_id)
    assert ended.state is BatchState.COMPLETED
    assert ended.counts == {"succeeded": 4, "failed": 2}

    again = workshop.act(service.retry_failed, workspace_id, batch_id)
    assert again.state is BatchState.RUNNING
    workshop.advance()
    assert workshop.finish_all() == 2
    ended = workshop.look_again(workspace_id, batch_id)

    assert (ended.state, ended.counts) == (BatchState.COMPLETED, {"succeeded": 6})
    assert sorted(item.attempt for item in workshop.items_of(batch_id)) == [1, 1, 1, 1, 2, 2]
    assert len(workshop.jobs_of(batch_id)) == 8
    with pytest.raises(StateConflict, match="Nothing"):
        workshop.act(service.retry_failed, workspace_id, batch_id)


def test_what_is_tried_again_on_a_model_out_of_use_fails_with_the_reason(workspace_id: UUID) -> None:
    batch_id = workshop.launched(workspace_id, table(teas(1)))
    fail(ModelLoadFailed("no weights"), *workshop.claim())
    workshop.look_again(workspace_id, batch_id)
    with session_scope() as session:
        session.scalars(select(Model).where(Model.name == "starter/adcopy")).one().state = ModelState.DISABLED
    forget_models()

    workshop.act(service.retry_failed, workspace_id, batch_id)
    ended = workshop.look_again(workspace_id, batch_id)

    assert (ended.state, ended.counts) == (BatchState.COMPLETED, {"failed": 1})
    (item,) = workshop.items_of(batch_id)
    assert item.error_message is not None
    assert "out of use" in item.error_message


def test_a_row_that_is_refused_only_at_launch_fails_alone(workspace_id: UUID) -> None:
    batch_id = workshop.submit(workspace_id, table(teas(3)))
    workshop.advance()
    limit_tokens(8)
    workshop.act(service.launch, workspace_id, batch_id)
    workshop.advance()

    ended = workshop.look_again(workspace_id, batch_id)
    assert ended.counts == {"failed": 3}
    assert {item.error_code for item in workshop.items_of(batch_id)} == {"invalid_input"}
    limit_tokens(256)
    workshop.act(service.retry_failed, workspace_id, batch_id)
    workshop.advance()
    assert {job.state for job in workshop.jobs_of(batch_id)} == {JobState.QUEUED}
    assert len(workshop.jobs_of(batch_id)) == 3


def test_the_query_planner_knows_a_large_batch_as_soon_as_it_is_launched(workspace_id: UUID) -> None:
    workshop.launched(workspace_id, table(teas(1200)))

    with session_scope() as session:
        known = session.scalars(text("SELECT reltuples FROM pg_class WHERE relname = 'batch_items'")).one()
    assert known >= 1200
