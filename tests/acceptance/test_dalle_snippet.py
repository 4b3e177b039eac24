"""The founding article's DALL-E 2 snippet as jobs on the running platform: a picture of a prompt, and variations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from shared.client import Client
from shared.client.errors import RequestRefused
from tests.acceptance.catalogued import catalogued, command_of
from tests.conformance.tiny import unclip
from tests.conftest import RunningStack

MODELS = {
    "tiny/unclip": ("unclip", unclip.save),
    "tiny/variations": ("unclip", unclip.save_variations),
}
STEPS = {"decoder_num_inference_steps": 2, "super_res_num_inference_steps": 2}


@pytest.fixture(scope="module")
def client(running_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with (
        catalogued(command_of(running_stack), MODELS, tmp_path_factory),
        Client(running_stack.web_url, running_stack.api_key) as made,
    ):
        yield made


def pictures(client: Client, folder: Path, model: str, job_input: dict[str, Any]) -> list[Path]:
    job = client.wait(client.submit(model, job_input).id, 120)
    assert job.state.value == "succeeded", job.error
    paths = [folder / f"{model.replace('/', '-')}-{artifact.index}.png" for artifact in job.artifacts]
    for artifact, path in zip(job.artifacts, paths, strict=True):
        client.download(artifact, path)
    return paths


def test_a_prompt_becomes_pictures_and_a_picture_its_variations(client: Client, tmp_path: Path) -> None:
    snippet = {"prompt": "a painting of a fox in the snow", "num_images": 2, "seed": 7}
    drawn = pictures(client, tmp_path, "tiny/unclip", {**snippet, **STEPS, "prior_num_inference_steps": 2})

    assert len({path.read_bytes() for path in drawn}) == 2
    with Image.open(drawn[0]) as picture:
        assert picture.size == (unclip.SIDE, unclip.SIDE)

    fox = {"image": client.upload(drawn[0]).reference, "num_images": 2, "seed": 7}
    varied = pictures(client, tmp_path, "tiny/variations", {**fox, **STEPS})
    assert len({path.read_bytes() for path in (*drawn, *varied)}) == 4


def test_a_job_with_nothing_to_draw_is_refused_by_its_field(client: Client) -> None:
    with pytest.raises(RequestRefused) as refusal:
        client.submit("tiny/unclip", {"seed": 7})
    assert [problem.path for problem in refusal.value.problem.errors] == ["input.image"]
