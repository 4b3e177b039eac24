"""Pictures in an input: what goes together, told before a job is accepted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import file_fields
from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.catalog.inputs.unclip import UnclipInput

FILE = {"upload": str(UUID(int=1))}


def problems(input_type: type[JobInput], given: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ValidationError) as refused:
        input_type.model_validate(given)
    return {".".join(map(str, each["loc"])): each["msg"] for each in refused.value.errors()}


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"strength": 0.5}, "strength", "no effect without `image`"),
        ({"mask_image": FILE}, "mask_image", "there is no `image`"),
        ({"controlnet_conditioning_scale": 1}, "controlnet_conditioning_scale", "no effect without `control_image`"),
        ({"ip_adapter_scale": 1}, "ip_adapter_scale", "no effect without `ip_adapter_image`"),
        ({"image": FILE, "strength": 0}, "strength", "greater than 0"),
        ({"image": FILE, "strength": 1.01}, "strength", "less than or equal to 1"),
        ({"image": FILE, "strength": 0.04, "num_inference_steps": 20}, "strength", "leaves nothing to draw of 20"),
        ({"scheduler": "euler_a"}, "scheduler", "'euler-ancestral'"),
        ({"image": "photo.png"}, "image", "FileReference"),
    ],
)
def test_what_does_not_go_together_is_refused_by_its_field(given: dict[str, Any], field: str, says: str) -> None:
    found = problems(TextToImageInput, {"prompt": "x", **given})

    assert list(found) == [field]
    assert says in found[field]


def test_a_picture_that_is_itself_wrong_is_the_only_problem_told() -> None:
    assert list(problems(TextToImageInput, {"prompt": "x", "image": {"upload": "no id"}, "strength": 0.5})) == [
        "image.upload"
    ]


def test_weights_beside_their_pictures_are_taken() -> None:
    files = {"image": FILE, "mask_image": FILE, "control_image": FILE, "ip_adapter_image": FILE}
    scales = {"strength": 0.05, "controlnet_conditioning_scale": 0, "ip_adapter_scale": 0.3, "num_inference_steps": 20}
    job_input = TextToImageInput.model_validate({"prompt": "x", **files, **scales})

    assert set(file_fields(job_input)) == set(files)


def test_jobs_with_and_without_a_picture_share_no_forward_pass() -> None:
    plain = TextToImageInput(prompt="x")
    shapes = {plain.batch_shape()}
    for given in (["image"], ["image", "mask_image"], ["control_image"], ["ip_adapter_image"]):
        shapes.add(TextToImageInput.model_validate({"prompt": "x", **dict.fromkeys(given, FILE)}).batch_shape())
    shapes.add(TextToImageInput(prompt="x", scheduler="ddim").batch_shape())

    assert len(shapes) == 6
    other = TextToImageInput.model_validate({"prompt": "y", "seed": 3, "num_images": 4, "negative_prompt": "z"})
    assert other.batch_shape() == plain.batch_shape()


def test_a_models_own_strength_is_for_jobs_with_a_picture() -> None:
    defaults = {"strength": 0.6, "ip_adapter_scale": 0.5, "width": 64}

    assert TextToImageInput.applicable(defaults, {"prompt": "x"}) == {"width": 64}
    assert TextToImageInput.applicable(defaults, {"prompt": "x", "image": FILE}) == {"strength": 0.6, "width": 64}


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({}, "image", "give a prompt to draw, or an image to vary"),
        ({"prompt": "  "}, "image", "give a prompt to draw, or an image to vary"),
        ({"prompt": "x", "image": FILE}, "image", "a prompt is given too"),
        ({"image": FILE, "prior_num_inference_steps": 9}, "prior_num_inference_steps", "no effect with an image"),
        ({"image": FILE, "prior_guidance_scale": 4}, "prior_guidance_scale", "no effect with an image"),
        ({"prompt": "x", "decoder_num_inference_steps": 1}, "decoder_num_inference_steps", "equal to 2"),
    ],
)
def test_unclip_draws_a_prompt_or_varies_a_picture(given: dict[str, Any], field: str, says: str) -> None:
    found = problems(UnclipInput, given)

    assert list(found) == [field]
    assert says in found[field]


def test_with_a_picture_the_priors_defaults_are_left_out() -> None:
    defaults = {"prior_num_inference_steps": 25, "prior_guidance_scale": 4, "decoder_num_inference_steps": 25}

    assert UnclipInput.applicable(defaults, {"image": FILE}) == {"decoder_num_inference_steps": 25}
    assert UnclipInput.applicable(defaults, {"prompt": "x"}) == defaults
