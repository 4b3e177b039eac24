"""``bottega demo`` against the whole platform, over its public HTTP API."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import pyvips

from shared.demo.scenario import IMAGES, REFUSED_FIELD, TEXTS
from tests.conftest import RunningStack

pytestmark = pytest.mark.timeout(700)


@pytest.fixture(scope="module")
def folder(running_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one run of the demonstration wrote, on the stack that is already up."""
    out = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "shared.cli", "demo", "--home", str(running_stack.stack.home), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Using the stack at {running_stack.web_url}" in done.stdout
    return out


@pytest.fixture(scope="module")
def report(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return document


def test_every_picture_and_text_was_made(report: dict[str, Any]) -> None:
    states = [job["state"] for job in report["jobs"]]
    assert states.count("succeeded") == len(IMAGES) + len(TEXTS) + 1
    assert report["ok"] is True
    assert report["broken_promises"] == []


def test_the_files_are_those_the_report_names(report: dict[str, Any], folder: Path) -> None:
    outputs = [output for job in report["jobs"] for output in job["artifacts"]]
    assert len(outputs) == len(IMAGES) + len(TEXTS) + 1
    for output in outputs:
        content = (folder / "files" / output["file"]).read_bytes()
        assert len(content) == output["size"]
        assert hashlib.sha256(content).hexdigest() == output["sha256"]
        assert output["same_by_presigned_link"]


def test_the_same_seed_gives_the_same_picture_and_other_prompts_give_others(report: dict[str, Any]) -> None:
    by_title = {job["title"]: job["artifacts"][0]["sha256"] for job in report["jobs"] if job["artifacts"]}
    assert by_title["Beach, again"] == by_title["Beach"]
    assert len({by_title[image.title] for image in IMAGES}) == len(IMAGES)


def test_the_bad_input_was_refused_by_its_field(report: dict[str, Any]) -> None:
    assert report["refused"]["status"] == 422
    assert [error["path"] for error in report["refused"]["errors"]] == [REFUSED_FIELD]


def test_the_job_that_was_called_off_has_ended_as_canceled(report: dict[str, Any]) -> None:
    (canceled,) = [job for job in report["jobs"] if job["title"] == "Called off"]
    assert canceled["state"] == "canceled"
    assert canceled["artifacts"] == []


def test_every_job_was_told_of_once_and_every_signature_verified(report: dict[str, Any]) -> None:
    webhooks = report["webhooks"]
    assert webhooks["verified"] == webhooks["received"] >= len(report["jobs"])
    assert webhooks["refused"] == webhooks["tampered_copies_accepted"] == 0
    for job in report["jobs"]:
        assert job["webhooks"] == [f"job.{job['state']}"]


def test_the_contact_sheet_is_a_picture(folder: Path) -> None:
    sheet = pyvips.Image.new_from_file(str(folder / "contact-sheet.png"))
    assert sheet.width == 1864
    assert sheet.height > 1000
    # Paper with pictures on it, not an empty page.
    assert sheet.crop(72, 230, 288, 288).deviate() > 5


def test_the_sample_campaign_was_made_and_nothing_of_it_twice(report: dict[str, Any], folder: Path) -> None:
    campaign = report["campaign"]
    assert campaign["first"]["state"] == campaign["again"]["state"] == "completed"
    assert campaign["first"]["counts"]["succeeded"] == campaign["creatives"] == 24 * 2 * 4 * 4
    assert campaign["first"]["plan"]["generations"]["images"]["distinct"] == 10
    assert campaign["again"]["plan"]["generations"]["images"]["needed"] == 0
    assert campaign["again"]["jobs_run"] == 0
    with zipfile.ZipFile(folder / "campaign.zip") as archive:
        assert sum(name.endswith(".jpg") for name in archive.namelist()) == campaign["creatives"]
    for name in ("campaign.png", *(f"campaign-{locale}.jpg" for locale in ("en", "de", "ar", "ja"))):
        assert pyvips.Image.new_from_file(str(folder / name)).deviate() > 5


def test_the_phases_are_measured(report: dict[str, Any]) -> None:
    assert {"first picture", "submit", "generate", "webhooks", "download", "contact sheet"} <= set(report["phases"])
    assert report["total_seconds"] < 600
