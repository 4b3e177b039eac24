"""Files that became nobody's output are collected, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, update

from shared.artifacts.models import Artifact
from shared.clock import utc_now
from shared.db import session_scope
from shared.jobs.claims import Claim
from shared.jobs.orphans import KEPT_FOR, OrphanSweep
from shared.storage.base import ObjectStore, artifact_key
from shared.storage.s3 import get_store
from tests.integration.jobs.actions import artifacts, claim_one, finish, give_back, submit

pytestmark = pytest.mark.usefixtures("models")

LATER = KEPT_FOR + timedelta(hours=1)


@pytest.fixture
def store(database: None) -> Iterator[ObjectStore]:
    """The store with nothing in it."""
    emptied = get_store()
    for found in emptied.list("w/"):
        emptied.delete(found.key)
    yield emptied
    for found in emptied.list("w/"):
        emptied.delete(found.key)


def stored(store: ObjectStore) -> set[str]:
    return {found.key for found in store.list("w/")}


def put(store: ObjectStore, claimed: Claim, name: str = "0.txt") -> str:
    """A file of that claim, where its output lies."""
    key = f"w/{claimed.workspace_id}/j/{claimed.job_id}/{claimed.fence}/{name}"
    store.put(key, b"text", "text/plain")
    return key


def look(store: ObjectStore, pages: int = 100, page_size: int = 1000, later: timedelta = LATER) -> int:
    return OrphanSweep(store, page_size).look(pages, utc_now() + later)


def test_an_output_stays_and_what_a_lost_attempt_left_goes(store: ObjectStore, workspace_id: UUID) -> None:
    submit(workspace_id)
    lost = claim_one()
    left = put(store, lost)
    give_back(lost)
    claimed = claim_one()
    output = put(store, claimed)
    finish(claimed)
    assert artifacts(claimed.job_id)[0].object_key == output
    assert stored(store) == {left, output}

    assert look(store) == 1

    assert stored(store) == {output}


def test_what_is_younger_than_two_days_stays(store: ObjectStore, workspace_id: UUID) -> None:
    submit(workspace_id)
    lost = claim_one()
    put(store, lost)
    give_back(lost)

    assert look(store, later=KEPT_FOR - timedelta(hours=1)) == 0
    assert look(store) == 1


def test_what_a_running_job_has_stored_stays_until_it_has_ended(store: ObjectStore, workspace_id: UUID) -> None:
    submit(workspace_id)
    claimed = claim_one()
    key = put(store, claimed)

    assert look(store) == 0
    assert stored(store) == {key}
    give_back(claimed)
    assert look(store) == 1


def test_what_a_deleted_job_left_goes(store: ObjectStore, workspace_id: UUID) -> None:
    store.put(artifact_key(workspace_id, UUID(int=1), 1, 0, bytes(32), "txt"), b"text", "text/plain")

    assert look(store) == 1
    assert stored(store) == set()


def test_a_removed_file_that_the_store_did_not_delete_goes(store: ObjectStore, workspace_id: UUID) -> None:
    submit(workspace_id)
    claimed = claim_one()
    put(store, claimed)
    finish(claimed)
    with session_scope() as session:
        session.execute(update(Artifact).values(removed_at=func.now()))

    assert look(store) == 1


def test_a_key_that_no_job_can_have_made_is_left_alone(store: ObjectStore, workspace_id: UUID) -> None:
    keys = {f"w/{workspace_id}/uploads/a.txt", "w/readme.txt", f"w/{workspace_id}/j/not-a-job/1/a.txt"}
    for key in keys:
        store.put(key, b"text", "text/plain")

    assert look(store) == 0
    assert stored(store) == keys


def test_the_next_look_goes_on_where_the_last_one_stopped_and_then_from_the_beginning(
    store: ObjectStore, workspace_id: UUID
) -> None:
    submit(workspace_id)
    claimed = claim_one()
    kept = [put(store, claimed, f"{index}.txt") for index in range(5)]
    sweep = OrphanSweep(store, page_size=2)
    later = utc_now() + LATER
    assert sweep.look(1, later) == 0
    give_back(claimed)

    assert sweep.look(1, later) == 2
    assert stored(store) == {kept[0], kept[1], kept[4]}
    assert sweep.look(1, later) == 1
    assert sweep.look(1, later) == 2
    assert stored(store) == set()
