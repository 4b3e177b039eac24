"""``bottega submit`` with files: each is sent once, and stands in the input by the field that takes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import ImageFile, SoundFile
from tests.unit.shared.cli.conftest import Run
from tests.unit.shared.client.scripted_server import Answer, Received, ScriptedServer, job_document
from tests.unit.shared.client.test_uploads import upload_document

ID = "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"


class ControlInput(JobInput):
    image: ImageFile


class StudioInput(JobInput):
    """Files of every shape that an input can have."""

    prompt: str = ""
    image: ImageFile | None = None
    audio: SoundFile | None = None
    frames: tuple[ImageFile, ...] = ()
    control: ControlInput | None = None

    def batch_shape(self) -> tuple[Any, ...]:
        return ()


MODEL: dict[str, Any] = {
    "name": "m/m",
    "family": "text",
    "title": "M",
    "description": "",
    "input_schema": StudioInput.model_json_schema(),
}


@pytest.fixture(autouse=True)
def _platform(server: ScriptedServer) -> None:
    def respond(request: Received) -> Answer:
        if request.path == "/api/v1/models/m/m":
            return Answer(200, MODEL)
        if request.path == "/api/v1/uploads":
            return Answer(201, upload_document(id=f"upload-{request.body}"))
        return Answer(202, job_document(state="queued", input=request.body["input"]))

    server.respond = respond


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two files, whose content the scripted server can read."""
    for number in (1, 2):
        (tmp_path / f"{number}.png").write_text(str(number))
    return [str(tmp_path / "1.png"), str(tmp_path / "2.png")]


def inputs(server: ScriptedServer) -> list[Any]:
    return [request.body["input"] for request in server.received if request.path == "/api/v1/jobs"]


def uploads(server: ScriptedServer) -> int:
    return sum(request.path == "/api/v1/uploads" for request in server.received)


def test_files_are_sent_and_stand_at_their_fields(
    run: Run, server: ScriptedServer, at: list[str], files: list[str]
) -> None:
    options = ["--image", files[0], "--audio", f"artifact:{ID}", "-f", f"control.image={files[1]}"]
    result = run("submit", "m/m", "-p", "x", *options, "--no-wait", *at)

    assert result.exit_code == 0, result.stderr
    assert inputs(server) == [
        {
            "prompt": "x",
            "image": {"upload": "upload-1"},
            "audio": {"artifact": ID},
            "control": {"image": {"upload": "upload-2"}},
        }
    ]


def test_a_field_that_takes_several_takes_them_in_their_order(
    run: Run, server: ScriptedServer, at: list[str], files: list[str]
) -> None:
    options = ["-f", f"frames={files[1]}", "-f", f"frames=job:{ID}:2", "-f", f"frames={files[0]}"]
    run("submit", "m/m", *options, "--no-wait", *at)
    assert inputs(server)[0]["frames"] == [{"upload": "upload-2"}, {"job": ID, "output": 2}, {"upload": "upload-1"}]


def test_a_setting_can_name_a_file_where_the_model_takes_one(
    run: Run, server: ScriptedServer, at: list[str], files: list[str]
) -> None:
    run("submit", "m/m", "-s", f"image=@{files[0]}", "-s", f"audio=upload:{ID}", "--no-wait", *at)
    run("submit", "m/m", "-p", "@home is where the heart is", "--no-wait", *at)
    assert inputs(server) == [
        {"image": {"upload": "upload-1"}, "audio": {"upload": ID}},
        {"prompt": "@home is where the heart is"},
    ]


def test_a_file_is_sent_once_for_many_jobs(run: Run, server: ScriptedServer, at: list[str], files: list[str]) -> None:
    run("submit", "m/m", "--image", files[0], "-n", "3", "--no-wait", *at)
    assert (uploads(server), len(inputs(server))) == (1, 3)


def test_without_files_the_model_is_not_asked(run: Run, server: ScriptedServer, at: list[str]) -> None:
    run("submit", "m/m", "-p", "x", "--no-wait", *at)
    assert [request.path for request in server.received] == ["/api/v1/jobs"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--image", "missing.png"], "image: there is no file missing.png"),
        (["--set", "image=@missing.png"], "image: there is no file missing.png"),
        (["--file", "prompt={file}"], "takes no file as prompt; only image, audio, frames, control.image may be one"),
        (["--image", "{file}", "--file", "image={file}"], "m/m takes one file as image"),
        (["--file", "image"], "--file takes name=value"),
    ],
)
def test_a_file_that_makes_no_sense_is_a_usage_error_and_nothing_is_sent(
    run: Run, server: ScriptedServer, at: list[str], files: list[str], options: list[str], message: str
) -> None:
    result = run("submit", "m/m", *(option.format(file=files[0]) for option in options), *at)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert uploads(server) == 0
    assert inputs(server) == []
