"""The ``bottega`` command against the whole platform."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.conftest import RunningStack

Bottega = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bottega(running_stack: RunningStack) -> Bottega:
    """Runs the command on the stack that is up."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "shared.cli", *map(str, arguments), "--home", str(running_stack.stack.home)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    return run


def test_a_text_is_submitted_watched_and_saved_and_the_same_seed_gives_it_again(
    bottega: Bottega, tmp_path: Path
) -> None:
    arguments = ("submit", "starter/adcopy", "-p", "Write a playful slogan for coffee by Zorvi", "-s", "seed=5")

    runs = [bottega(*arguments, *reuse, "--out", tmp_path, "--json") for reuse in ((), ("--no-reuse",), ())]

    assert [run.returncode for run in runs] == [0, 0, 0], runs[0].stderr
    first, second, third = (json.loads(run.stdout)[0] for run in runs)
    assert len({first["id"], second["id"], third["id"]}) == 3
    assert first["artifacts"][0]["sha256"] == second["artifacts"][0]["sha256"]
    assert [job["attempts"] for job in (first, second, third)] == [1, 1, 0]
    assert third["reused_from"] == second["id"]
    text = Path(first["files"][0]).read_text()
    assert "Zorvi" in text
    assert text == Path(second["files"][0]).read_text()


def test_a_misspelt_field_is_refused_by_its_name(bottega: Bottega) -> None:
    run = bottega("submit", "starter/adcopy", "-p", "x", "-s", "tempreature=1")
    assert run.returncode == 3
    assert "input.tempreature: is not a field of this input; did you mean 'temperature'?" in run.stderr


def test_an_unknown_model_is_refused_with_the_one_that_was_meant(bottega: Bottega) -> None:
    run = bottega("submit", "starter/adcpy", "-p", "x")
    assert run.returncode == 3
    assert "did you mean 'starter/adcopy'?" in run.stderr


def test_a_job_is_scheduled_expires_and_takes_its_children_along(bottega: Bottega) -> None:
    text = ("submit", "starter/adcopy", "-p", "Headline for a winter tea by Mirel", "--no-wait")
    late = bottega(*text, "--run-after", "+1h").stdout.strip()
    child = bottega(*text, "--after", late, "--on-dependency-failure", "skip", "--expires-after", "1").stdout.strip()

    watched = bottega("jobs", "watch", child, "--timeout", "30")

    assert watched.returncode == 4, watched.stderr
    assert "had not begun when its time was over" in watched.stdout
    assert "not before" in bottega("jobs", "show", late).stdout
    assert "bulk" in bottega("jobs", "priority", late, "bulk").stdout
    assert bottega("jobs", "cancel", late).returncode == 0


def test_a_job_is_followed_from_acceptance_to_its_file(bottega: Bottega, tmp_path: Path) -> None:
    job_id = bottega("submit", "starter/adcopy", "-p", "Headline for tea by Mirel", "--no-wait").stdout.strip()

    watched = bottega("jobs", "watch", job_id, "--out", tmp_path)
    shown = json.loads(bottega("jobs", "show", job_id, "--json").stdout)

    assert watched.returncode == 0, watched.stderr
    assert [path.name.endswith(f"{job_id[-8:]}.txt") for path in tmp_path.iterdir()] == [True]
    kinds = [entry["type"] for entry in shown["timeline"]]
    assert kinds[0] == "job.accepted"
    assert kinds[-1] == "job.succeeded"
    assert job_id in [job["id"] for job in json.loads(bottega("jobs", "--state", "succeeded", "--json").stdout)]


def test_a_job_is_called_off_and_tried_again(bottega: Bottega, tmp_path: Path) -> None:
    # Long enough to be called off while it waits or runs.
    long = ("-s", "num_inference_steps=100", "-s", "num_images=4")
    job_id = bottega("submit", "starter/backdrops", "-p", "a calm sea", "--no-wait", *long).stdout.split()[-1]

    assert bottega("jobs", "cancel", job_id).returncode == 0
    assert bottega("jobs", "watch", job_id).returncode == 4

    again = bottega("jobs", "retry", job_id).stdout.strip()
    assert bottega("jobs", "watch", again, "--out", tmp_path).returncode == 0


def test_the_status_names_every_process(bottega: Bottega, running_stack: RunningStack) -> None:
    status = json.loads(bottega("status", "--json").stdout)

    assert status["ready"] is True
    assert status["url"] == running_stack.web_url
    assert {process["name"] for process in status["processes"]} == set(running_stack.stack.process_names)
    assert all(process["memory"] > 1_000_000 for process in status["processes"])


def test_the_sign_in_link_opens_the_pages(bottega: Bottega) -> None:
    link = bottega("sign-in").stdout.strip()
    with httpx.Client(follow_redirects=True, trust_env=False) as browser:
        page = browser.get(link)
    assert page.status_code == 200
    assert "token=" not in str(page.url)


def test_the_logs_are_readable(bottega: Bottega) -> None:
    bottega("jobs")
    assert "path=/api/v1/jobs" in bottega("logs", "web").stdout
