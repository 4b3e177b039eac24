"""A worker that serves some resource classes claims no job of a model of another one."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import update

from shared.catalog.models import Model
from shared.db import session_scope
from shared.jobs import claims as job_claims
from shared.jobs.claims import Wanted
from shared.queue.names import QueueName
from tests.integration.jobs.actions import LEASE_SECONDS, WORKER, submit

pytestmark = pytest.mark.usefixtures("models")


def claimed(*classes: str) -> set[UUID]:
    wanted = Wanted(8, classes=classes or None)
    with session_scope() as session:
        return {one.job_id for one in job_claims.claim(session, QueueName.GENERATION, WORKER, wanted, LEASE_SECONDS)}


def test_only_jobs_of_the_classes_that_are_served_are_claimed(workspace_id: UUID) -> None:
    with session_scope() as session:
        session.execute(update(Model).where(Model.name == "starter/backdrops").values(resource_class="large"))
    large = submit(workspace_id, model="starter/backdrops", input={"prompt": "a beach", "seed": 1})
    standard = submit(workspace_id)

    assert claimed("small", "video") == set()
    assert claimed("standard", "small") == {standard}
    assert claimed("standard") == set()
    assert claimed("large") == {large}


def test_a_worker_that_names_no_class_serves_all(workspace_id: UUID) -> None:
    with session_scope() as session:
        session.execute(update(Model).values(resource_class="large"))
    job_id = submit(workspace_id)

    assert claimed() == {job_id}
