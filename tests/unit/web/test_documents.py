"""The replies' schemas have every field of the documents they describe, and no other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.artifacts.models import Artifact
from shared.identifiers import new_id
from shared.jobs.document import artifact_document, job_document, job_summary
from shared.jobs.models import Job
from shared.jobs.states import DependencyFailure, JobState, Priority
from web.api.schemas import artifacts, jobs


@pytest.fixture
def job(settings: pytest.MonkeyPatch) -> Job:
    return Job(
        id=new_id(),
        state=JobState.FAILED,
        priority=Priority.NORMAL,
        labels={"campaign": "spring"},
        run_after=datetime(2026, 11, 23, tzinfo=UTC),
        expires_at=None,
        on_dependency_failure=DependencyFailure.FAIL,
        twin_id=new_id(),
        attempts=3,
        error_code="generation_failed",
        error_message="The model failed while generating.",
        input={"prompt": "x", "seed": 1},
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
        started_at=None,
        finished_at=None,
        cancel_requested_at=None,
    )


@pytest.fixture
def artifact(settings: pytest.MonkeyPatch) -> Artifact:
    return Artifact(
        id=new_id(), job_id=new_id(), index=0, media_type="image/png", size=5, sha256=bytes(32), facts={"width": 1}
    )


def same_fields(schema: Any, document: dict[str, Any], beyond: set[str]) -> None:
    assert set(schema.model_fields) - beyond == set(document)
    kept = schema.model_validate(document).model_dump(mode="json", exclude=beyond)
    assert kept == document


def test_a_job_in_a_list(job: Job, artifact: Artifact) -> None:
    same_fields(jobs.JobSummary, job_summary(job, "starter/backdrops", [artifact]), set())


def test_a_job_on_its_own(job: Job, artifact: Artifact) -> None:
    same_fields(jobs.Job, job_document(job, "starter/backdrops", [artifact]), {"progress", "queue"})


def test_an_artifact(artifact: Artifact) -> None:
    same_fields(artifacts.ArtifactSummary, artifact_document(artifact), set())
