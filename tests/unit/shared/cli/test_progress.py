"""What is shown of a job that is followed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from shared.cli.progress import JobDisplay
from shared.client import Job, JobNews
from shared.jobs.queue_place import HoldUp, QueuePlace


@pytest.fixture
def job() -> Job:
    document: dict[str, Any] = {
        "id": "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11",
        "model": "starter/adcopy",
        "state": "queued",
        "priority": "normal",
        "labels": {},
        "run_after": "2026-11-23T19:06:41.218Z",
        "expires_at": None,
        "on_dependency_failure": "fail",
        "reused_from": None,
        "attempts": 0,
        "error": None,
        "input": {"prompt": "Coffee", "seed": 7},
        "artifacts": [],
        "created_at": "2026-11-23T19:06:41.218Z",
        "started_at": None,
        "finished_at": None,
        "urls": {"web": "http://127.0.0.1/jobs/1"},
    }
    return Job.from_json(document)


def shown(job: Job, terminal: bool, *places: QueuePlace) -> tuple[Progress, str]:
    console = Console(file=io.StringIO(), force_terminal=terminal)
    bars = Progress(TextColumn("{task.fields[said]}"), console=console, disable=not terminal)
    display = JobDisplay(bars, console, job)
    for place in places:
        display.show(JobNews("queue", place.document()))
    assert isinstance(console.file, io.StringIO)
    return bars, console.file.getvalue()


def test_a_terminal_shows_the_place_in_the_queue_with_an_estimate(job: Job) -> None:
    bars, _ = shown(job, True, QueuePlace(5, eta_seconds=31), QueuePlace(3, eta_seconds=20.2))
    assert bars.tasks[0].fields["said"] == "3rd in the queue, about 20 s"


def test_a_log_is_told_what_holds_a_job_up_once_and_not_every_step_forward(job: Job) -> None:
    paused = QueuePlace(hold_up=HoldUp.PAUSED)
    _, printed = shown(job, False, QueuePlace(5), QueuePlace(4), paused, paused, QueuePlace(3), paused)
    assert printed == f"{job.id} paused\n" * 2


def test_a_terminal_shows_how_far_the_model_is_loaded(job: Job) -> None:
    console = Console(file=io.StringIO(), force_terminal=True)
    bars = Progress(TextColumn("{task.fields[said]}"), console=console)
    display = JobDisplay(bars, console, job)
    display.show(JobNews("loading", {"model": "m/m", "bytes": 30, "total_bytes": 120, "seconds": 1.0}))
    assert bars.tasks[0].fields["said"] == "loading the model, 25%"
    display.show(JobNews("loading", {"model": "m/m", "bytes": 30, "total_bytes": 0, "seconds": 1.0}))
    assert bars.tasks[0].fields["said"] == "loading the model"
