"""One Idempotency-Key, one job, however often and however fast it is sent."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.db import session_scope
from shared.errors import IdempotencyKeyInFlight, IdempotencyKeyReused, InputRefused
from shared.jobs import service, sweeps
from shared.jobs.models import IdempotencyKey, Job
from tests.integration.jobs.actions import another_workspace, count, read, request, submit
from tests.integration.jobs.waiting import until_somebody_waits_for_a_lock

pytestmark = pytest.mark.usefixtures("models")


def send(workspace_id: UUID, key: str = "key-1") -> dict[str, Any]:
    with session_scope(workspace_id) as session:
        return service.submit(session, workspace_id, request(), key)


def expire_keys() -> None:
    with session_scope() as session:
        session.execute(text("UPDATE idempotency_keys SET expires_at = now() - interval '1 second'"))


def sweep() -> None:
    with session_scope() as session:
        sweeps.forget_idempotency_keys(session)


def test_a_key_sent_50_times_at_once_gives_one_job_and_one_reply(workspace_id: UUID) -> None:
    together = threading.Barrier(10)

    def five_times(_: int) -> list[dict[str, Any]]:
        together.wait()
        return [send(workspace_id) for _ in range(5)]

    with ThreadPoolExecutor(10) as threads:
        replies = [reply for five in threads.map(five_times, range(10)) for reply in five]

    assert len(replies) == 50
    assert all(reply == replies[0] for reply in replies)
    assert (count(Job), count(IdempotencyKey)) == (1, 1)


def test_a_repeat_is_answered_as_the_first_was_even_after_the_job_moved_on(workspace_id: UUID) -> None:
    first = send(workspace_id)
    with session_scope() as session:
        service.cancel(session, workspace_id, UUID(first["id"]))

    assert send(workspace_id) == first


def test_the_order_of_the_fields_makes_no_other_body(workspace_id: UUID) -> None:
    one = submit(workspace_id, "key-1", input={"prompt": "Coffee", "seed": 1}, labels={"a": 1, "b": 2})
    two = submit(workspace_id, "key-1", labels={"b": 2, "a": 1}, input={"seed": 1, "prompt": "Coffee"})

    assert one == two


def test_a_key_with_another_body_is_refused(workspace_id: UUID) -> None:
    first = submit(workspace_id, "key-1")

    with pytest.raises(IdempotencyKeyReused):
        submit(workspace_id, "key-1", input={"prompt": "Tea", "seed": 7})

    assert count(Job) == 1
    assert submit(workspace_id, "key-1") == first


def test_workspaces_do_not_share_keys(workspace_id: UUID) -> None:
    assert submit(workspace_id, "key-1") != submit(another_workspace("other"), "key-1")


def test_an_expired_key_may_be_used_again_even_for_another_body(workspace_id: UUID) -> None:
    first = submit(workspace_id, "key-1")
    expire_keys()

    second = submit(workspace_id, "key-1", input={"prompt": "Tea", "seed": 7})

    assert second != first
    assert submit(workspace_id, "key-1", input={"prompt": "Tea", "seed": 7}) == second
    with pytest.raises(IdempotencyKeyReused):
        submit(workspace_id, "key-1")


def test_expired_keys_are_forgotten_and_living_ones_are_kept(workspace_id: UUID) -> None:
    for number in range(5):
        submit(workspace_id, f"old-{number}")
    expire_keys()
    kept = submit(workspace_id, "new")

    with session_scope() as session:
        assert sweeps.forget_idempotency_keys(session, limit=3) == 3
    with session_scope() as session:
        assert sweeps.forget_idempotency_keys(session, limit=3) == 2

    assert count(IdempotencyKey) == 1
    assert submit(workspace_id, "new") == kept


def test_a_key_taken_over_while_the_housekeeper_deletes_expired_ones_is_kept(workspace_id: UUID) -> None:
    submit(workspace_id, "key-1")
    expire_keys()
    with ThreadPoolExecutor(1) as threads:
        with session_scope() as session:
            again = service.submit(session, workspace_id, request(), "key-1")
            # The housekeeper sees the expired version of the row and waits for this transaction.
            sweeping = threads.submit(sweep)
            until_somebody_waits_for_a_lock()
        sweeping.result(timeout=10)

    assert submit(workspace_id, "key-1") == UUID(again["id"])


def test_a_twin_that_waits_too_long_is_told_that_the_first_is_in_flight(workspace_id: UUID) -> None:
    with session_scope() as session:
        first = service.submit(session, workspace_id, request(), "key-1")
        with pytest.raises(IdempotencyKeyInFlight):
            send(workspace_id)

    assert send(workspace_id) == first


@pytest.mark.parametrize("key", ["", "k" * 256, "line\nbreak", "nul\0"])
def test_a_key_that_is_no_key_is_refused_by_name(workspace_id: UUID, key: str) -> None:
    with pytest.raises(InputRefused) as refused:
        send(workspace_id, key)

    assert [problem.path for problem in refused.value.problems] == ["Idempotency-Key"]


def test_a_refused_body_leaves_its_key_free(workspace_id: UUID) -> None:
    with pytest.raises(InputRefused):
        submit(workspace_id, "key-1", input={})

    assert read(submit(workspace_id, "key-1")).attempts == 0
