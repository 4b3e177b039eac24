"""The house is kept by the dispatcher that leads, and no server that is away keeps it from the rest."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, text, update

from shared.accounts.models import Workspace
from shared.artifacts import uploads
from shared.artifacts.inspector import Inspected
from shared.artifacts.models import Artifact, Upload
from shared.config import Settings, get_settings
from shared.db import session_scope
from shared.errors import ObjectMissing
from shared.jobs.models import IdempotencyKey, Job
from shared.storage.base import artifact_key
from shared.storage.formats import TEXT
from shared.storage.s3 import S3Store, get_store
from tests.integration.jobs.actions import artifacts, claim_one, count, finish, queue_many, submit
from tests.integration.jobs.waiting import until
from tests.integration.worker.background import Background
from worker.housekeeping import Housekeeping

pytestmark = pytest.mark.usefixtures("models")


@pytest.fixture
def old_job(workspace_id: UUID) -> UUID:
    """A job that its workspace keeps no longer, with its file in the store."""
    job_id = submit(workspace_id, "a-key")
    claimed = claim_one()
    finish(claimed)
    digest = hashlib.sha256(b"text").digest()
    key = artifact_key(workspace_id, job_id, claimed.fence, 0, digest, "txt")
    get_store().put(key, b"text", "text/plain")
    then = func.now() - timedelta(days=3)
    with session_scope() as session:
        session.execute(update(Artifact).values(object_key=key, created_at=then))
        session.execute(update(Job).values(finished_at=then))
        session.execute(update(Workspace).values(keep_jobs_days=2))
    return job_id


def is_stored(key: str) -> bool:
    try:
        get_store().stat(key)
    except ObjectMissing:
        return False
    return True


def test_a_dispatcher_that_begins_to_lead_removes_what_is_over_its_time(old_job: UUID, tmp_path: Path) -> None:
    (file,) = artifacts(old_job)
    assert is_stored(file.object_key)

    with Background("dispatcher", tmp_path / "leader") as leader:
        until(lambda: count(Job) == 0, what="the deletion of the job")
        assert not is_stored(file.object_key)
        assert {"files_removed", "jobs_deleted"} <= set(leader.events())


def test_uploads_that_nobody_uses_any_more_are_removed(workspace_id: UUID) -> None:
    body = b"a slogan"
    md5, sha256 = hashlib.md5(body, usedforsecurity=False).digest(), hashlib.sha256(body).digest()
    kept = uploads.receive(
        get_store(), workspace_id, "slogan.txt", Inspected(TEXT, len(body), sha256, md5, {}, BytesIO(body))
    )
    house = Housekeeping(get_store())
    house.keep_house()
    assert is_stored(kept.upload.object_key)

    with session_scope() as session:
        session.execute(update(Upload).values(expires_at=func.now()))
    house.keep_house()

    assert count(Upload) == 0
    assert not is_stored(kept.upload.object_key)


def test_a_store_that_is_away_keeps_nothing_from_being_forgotten(old_job: UUID) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    settings = {**get_settings().model_dump(), "s3_endpoint_url": f"http://127.0.0.1:{port}"}
    with session_scope() as session:
        session.execute(text("UPDATE idempotency_keys SET expires_at = now() - interval '1 second'"))

    Housekeeping(S3Store(Settings.model_validate(settings))).keep_house()

    assert count(IdempotencyKey) == 0
    assert count(Job) == 0


def test_a_dispatcher_rings_while_the_store_answers_nothing(
    tmp_path: Path, workspace_id: UUID, bells: Callable[[], int]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Background("dispatcher", tmp_path / "leader", BOTTEGA_S3_ENDPOINT_URL=address) as leader:
            until(lambda: "leading" in leader.events(), what="leading")
            queue_many(workspace_id, 1)
            until(bells, seconds=5, what="a bell")


@pytest.fixture
def bells() -> Callable[[], int]:
    """How many bells wait for a GPU worker."""
    from shared.queue.app import KEY_PREFIX
    from shared.queue.names import QueueName
    from shared.queue.redis import get_redis

    return lambda: int(get_redis().llen(f"{KEY_PREFIX}{QueueName.GENERATION}"))
