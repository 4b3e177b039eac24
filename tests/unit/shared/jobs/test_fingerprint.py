"""Fingerprints and batch keys: equal where the work is equal, the same for ever, different where it matters."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.base import JobInput
from shared.catalog.models import Model
from shared.jobs.fingerprint import batch_key, fingerprint

TEXT = Model(name="tests/adcopy", family=FamilyName.TEXT, revision="1" * 64)
IMAGE = Model(name="tests/backdrops", family=FamilyName.TEXT_TO_IMAGE, revision="0" * 64)


def job_input(model: Model, **fields: Any) -> JobInput:
    return FAMILIES[model.family].input_type.model_validate({"prompt": "a calm ocean", "seed": 7, **fields})


def of(model: Model, given: JobInput) -> bytes:
    return fingerprint(model, given.model_dump(mode="json", exclude_none=True))


def test_a_fingerprint_is_the_same_in_every_process_and_release() -> None:
    drawn = job_input(IMAGE, width=256, height=256, num_inference_steps=16, guidance_scale=3)

    assert of(IMAGE, drawn).hex() == "60b87dbfa9518d902214389c9d1107d836ad6751f57c9c1138e283fc0efcd8a1"


def test_a_batch_key_shows_the_model_and_its_weights() -> None:
    assert re.fullmatch(r"tests/backdrops@0{12}:[0-9a-f]{16}", batch_key(IMAGE, job_input(IMAGE)))


def test_the_spelling_of_a_number_makes_no_difference() -> None:
    assert of(IMAGE, job_input(IMAGE, guidance_scale=3)) == of(IMAGE, job_input(IMAGE, guidance_scale=3.0))
    assert batch_key(IMAGE, job_input(IMAGE, width="256")) == batch_key(IMAGE, job_input(IMAGE, width=256))


@pytest.mark.parametrize(
    "change",
    [{"prompt": "a wild ocean"}, {"seed": 8}, {"width": 128}, {"num_images": 2}, {"negative_prompt": "people"}],
)
def test_whatever_changes_the_picture_changes_the_fingerprint(change: dict[str, Any]) -> None:
    assert of(IMAGE, job_input(IMAGE)) != of(IMAGE, job_input(IMAGE, **change))


def test_other_weights_make_another_fingerprint_and_another_batch() -> None:
    retrained = Model(name=IMAGE.name, family=IMAGE.family, revision="2" * 64)

    assert of(IMAGE, job_input(IMAGE)) != of(retrained, job_input(IMAGE))
    assert batch_key(IMAGE, job_input(IMAGE)) != batch_key(retrained, job_input(IMAGE))


@pytest.mark.parametrize("change", [{"prompt": "a wild ocean"}, {"seed": 8}, {"num_images": 2}])
def test_what_may_differ_within_a_forward_batch_leaves_the_batch_key(change: dict[str, Any]) -> None:
    assert batch_key(IMAGE, job_input(IMAGE)) == batch_key(IMAGE, job_input(IMAGE, **change))


@pytest.mark.parametrize(
    "change", [{"width": 128}, {"height": 128}, {"num_inference_steps": 4}, {"guidance_scale": 1.5}]
)
def test_what_shapes_the_work_changes_the_batch_key(change: dict[str, Any]) -> None:
    assert batch_key(IMAGE, job_input(IMAGE)) != batch_key(IMAGE, job_input(IMAGE, **change))


@pytest.mark.parametrize(
    "change", [{"max_new_tokens": 9}, {"temperature": 0.5}, {"top_k": 5}, {"num_beams": 2}, {"do_sample": False}]
)
def test_texts_that_are_decoded_differently_share_no_forward_batch(change: dict[str, Any]) -> None:
    assert batch_key(TEXT, job_input(TEXT)) != batch_key(TEXT, job_input(TEXT, **change))
