"""What no code can write: the database refuses rows that the state machine does not know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from shared.accounts.models import UsageEntry
from shared.db import session_scope
from shared.events.models import Event
from shared.events.types import EventType
from shared.identifiers import new_id
from shared.jobs.models import Job
from tests.integration.jobs.actions import claim_one, finish, submit

pytestmark = pytest.mark.usefixtures("models")

NOW = text("now()")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_jobs_terminal_has_its_time", {"state": "succeeded"}),
        ("ck_jobs_terminal_has_its_time", {"finished_at": NOW}),
        ("ck_jobs_running_has_a_lease", {"lease_until": NOW}),
        ("ck_jobs_running_has_a_lease", {"state": "running", "fence": 1, "worker_id": new_id(), "started_at": NOW}),
        ("ck_jobs_running_has_a_fence", {"state": "running", "lease_until": NOW, "started_at": NOW, "fence": 1}),
        ("ck_jobs_running_has_a_fence", {"state": "running", "lease_until": NOW, "worker_id": new_id(), "fence": 1}),
        (
            "ck_jobs_running_has_a_fence",
            {"state": "running", "lease_until": NOW, "worker_id": new_id(), "started_at": NOW},
        ),
        ("ck_jobs_failed_says_why", {"state": "failed", "finished_at": NOW}),
        ("ck_jobs_only_an_end_has_an_error", {"error_code": "generation_failed"}),
        ("ck_jobs_attempts_in_bounds", {"attempts": 4}),
        ("ck_jobs_attempts_in_bounds", {"attempts": -1}),
        ("ck_jobs_fingerprint_is_sha256", {"fingerprint": b"short"}),
        ("ck_jobs_yields_something", {"output_count": 0}),
        ("ck_jobs_state", {"state": text("'lost'")}),
        ("ck_jobs_queue", {"queue": text("'nowhere'")}),
    ],
)
def test_an_impossible_job_is_refused(workspace_id: UUID, name: str, values: dict[str, Any]) -> None:
    job_id = submit(workspace_id)

    with pytest.raises(IntegrityError, match=f'"{name}"'), session_scope() as session:
        session.execute(update(Job).where(Job.id == job_id).values(**values))


def test_a_job_is_charged_once_a_kind(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    finish(claim_one())

    with pytest.raises(IntegrityError, match="uq_usage_ledger_job_id_kind"), session_scope() as session:
        session.add(UsageEntry(workspace_id=workspace_id, job_id=job_id, kind="artifacts", quantity=1))


@pytest.mark.parametrize("event_type", [EventType.JOB_ACCEPTED, EventType.JOB_SUCCEEDED])
def test_a_job_is_accepted_and_ends_once(workspace_id: UUID, event_type: EventType) -> None:
    job_id = submit(workspace_id)
    finish(claim_one())

    with pytest.raises(IntegrityError, match="uq_events_once_a_job"), session_scope() as session:
        session.add(Event(workspace_id=workspace_id, job_id=job_id, type=event_type, data={}))


def test_an_event_of_a_job_names_the_job(workspace_id: UUID) -> None:
    with pytest.raises(IntegrityError, match="ck_events_job_events_have_a_job"), session_scope() as session:
        session.add(Event(workspace_id=workspace_id, type=EventType.JOB_ACCEPTED, data={}))


@pytest.mark.parametrize("slug", ["", "Main", "-main", "ma in", "m" * 64])
def test_a_workspace_s_slug_is_plain(database: None, slug: str) -> None:
    from shared.accounts.service import create_workspace

    with pytest.raises(IntegrityError, match="slug_is_plain"), session_scope() as session:
        create_workspace(session, slug, "A name")
