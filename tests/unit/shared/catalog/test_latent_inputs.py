"""What jobs for autoencoders and adversarial networks may ask, and what is refused before it is accepted."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.gan import GanInput
from shared.catalog.inputs.vae import VaeInput

A, B = {"upload": str(uuid4())}, {"upload": str(uuid4())}


@pytest.mark.parametrize(
    ("input_type", "given", "count"),
    [
        (VaeInput, {}, 1),
        (VaeInput, {"num_images": 4, "temperature": 0.7}, 4),
        (VaeInput, {"image": A}, 1),
        (VaeInput, {"image": A, "target_image": B}, 8),
        (VaeInput, {"image": A, "target_image": B, "steps": 12}, 12),
        (GanInput, {}, 1),
        (GanInput, {"num_images": 6, "truncation": 1.5}, 6),
        (GanInput, {"seed": 1, "target_seed": 2}, 8),
        (GanInput, {"seed": 1, "target_seed": 2, "steps": 3}, 3),
    ],
)
def test_a_job_says_how_many_pictures_it_yields(input_type: type[JobInput], given: dict[str, Any], count: int) -> None:
    assert input_type.model_validate(given).output_count() == count


@pytest.mark.parametrize(
    ("input_type", "given", "field"),
    [
        (VaeInput, {"target_image": B}, "target_image"),
        (VaeInput, {"image": A, "steps": 4}, "steps"),
        (VaeInput, {"steps": 4}, "steps"),
        (VaeInput, {"image": A, "num_images": 2}, "num_images"),
        (VaeInput, {"image": A, "temperature": 0.5}, "temperature"),
        (VaeInput, {"temperature": 0}, "temperature"),
        (VaeInput, {"image": A, "target_image": B, "steps": 1}, "steps"),
        (GanInput, {"steps": 4}, "steps"),
        (GanInput, {"target_seed": 2, "num_images": 2}, "num_images"),
        (GanInput, {"truncation": 0}, "truncation"),
        (GanInput, {"truncation": 5}, "truncation"),
        (GanInput, {"prompt": "a star"}, "prompt"),
    ],
)
def test_what_would_have_no_effect_is_refused_naming_the_field(
    input_type: type[JobInput], given: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        input_type.model_validate(given)
    assert [error["loc"][0] for error in refusal.value.errors()] == [field]
