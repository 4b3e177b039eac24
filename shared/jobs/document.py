"""A job as JSON: one shape for API replies, webhook bodies and the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.artifacts.models import Artifact
from shared.clock import iso
from shared.config import get_settings
from shared.jobs.models import Job
from shared.jobs.states import Priority


def job_document(job: Job, model_name: str, artifacts: Sequence[Artifact] = ()) -> dict[str, Any]:
    """The whole job, input included, as the API answers it."""
    return {**job_summary(job, model_name, artifacts), "input": job.input}


def job_summary(job: Job, model_name: str, artifacts: Sequence[Artifact] = ()) -> dict[str, Any]:
    """The job without its input: ids and links, small enough for a webhook."""
    base = get_settings().public_url.rstrip("/")
    api = f"{base}/api/v1/jobs/{job.id}"
    return {
        "id": str(job.id),
        "model": model_name,
        "state": job.state.value,
        "priority": Priority(job.priority).name.lower(),
        "labels": job.labels,
        "run_after": iso(job.run_after),
        "expires_at": iso(job.expires_at),
        "on_dependency_failure": job.on_dependency_failure.value,
        "reused_from": str(job.twin_id) if job.twin_id else None,
        "attempts": job.attempts,
        "error": {"code": job.error_code, "message": job.error_message} if job.error_code else None,
        "cancel_requested_at": iso(job.cancel_requested_at),
        "created_at": iso(job.created_at),
        "started_at": iso(job.started_at),
        "finished_at": iso(job.finished_at),
        "artifacts": [artifact_document(artifact) for artifact in artifacts],
        "urls": {
            "self": api,
            "events": f"{api}/events",
            "cancel": f"{api}/cancel",
            "web": f"{base}/jobs/{job.id}",
        },
    }


def artifact_document(artifact: Artifact) -> dict[str, Any]:
    """One output: what it is, and where to get it with the API key."""
    base = f"{get_settings().public_url.rstrip('/')}/api/v1/artifacts/{artifact.id}"
    return {
        "id": str(artifact.id),
        "index": artifact.index,
        "media_type": artifact.media_type,
        "size": artifact.size,
        "sha256": artifact.sha256.hex(),
        "facts": artifact.facts,
        "removed_at": iso(artifact.removed_at),
        "urls": {"self": base, "content": f"{base}/content"},
    }
