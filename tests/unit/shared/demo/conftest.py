"""An outcome of the demonstration as it should be."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import pyvips

from shared.client import Artifact, Job
from shared.client.errors import Problem
from shared.demo.outcome import Accomplished, Downloaded, Outcome, Webhooks
from shared.demo.receiver import Receipt
from shared.demo.scenario import CANCELED, IMAGES, REFUSED_FIELD, REPEATED, TEXTS, PlannedJob
from shared.errors import FieldProblem
from tests.unit.shared.client.scripted_server import job_document


def finished(planned: PlannedJob, job_id: str, **changes: Any) -> Job:
    """The job that became of a plan: succeeded unless told otherwise."""
    end = {"state": "succeeded", "finished_at": "2026-11-23T10:00:03.000Z", **changes}
    return Job.from_json(job_document(id=job_id, model=planned.model, input=dict(planned.input), **end))


def output(path: Path, media_type: str) -> Downloaded:
    """A file as a download of the demonstration."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Downloaded(Artifact("a", 0, media_type, path.stat().st_size, digest, {}, None, {}), path, same_by_link=True)


def picture(planned: PlannedJob, job_id: str, folder: Path) -> Accomplished:
    """An image job that succeeded with a picture of its seed's grey."""
    path = folder / f"{job_id}.png"
    (pyvips.Image.black(32, 32, bands=3) + planned.input["seed"]).cast("uchar").pngsave(str(path))
    return Accomplished(planned, finished(planned, job_id), (output(path, "image/png"),))


def text(planned: PlannedJob, job_id: str, folder: Path) -> Accomplished:
    """A text job that succeeded."""
    path = folder / f"{job_id}.txt"
    path.write_text("Zorvi & friends: <life> needs more character — “say” yes.")
    return Accomplished(planned, finished(planned, job_id), (output(path, "text/plain"),))


@pytest.fixture
def outcome(tmp_path: Path) -> Outcome:
    images = tuple(picture(planned, f"image-{number}", tmp_path) for number, planned in enumerate(IMAGES))
    texts = tuple(text(planned, f"text-{number}", tmp_path) for number, planned in enumerate(TEXTS))
    repeated = picture(REPEATED, "repeated", tmp_path)
    canceled = Accomplished(CANCELED, finished(CANCELED, "canceled", state="canceled"))
    receipts = tuple(
        Receipt(f"event-{done.job.id}", f"job.{done.job.state.value}", done.job.id, 1.0)
        for done in (*images, *texts, repeated, canceled)
    )
    refusal = Problem(422, "invalid_input", "", (FieldProblem(REFUSED_FIELD, "too large"),))
    return Outcome(images, texts, repeated, canceled, refusal, Webhooks(receipts, 0, 0))
