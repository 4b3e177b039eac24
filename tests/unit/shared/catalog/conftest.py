"""Catalog entries like those of the starter models."""

from __future__ import annotations

import pytest

from shared.catalog.families import FamilyName
from shared.catalog.models import Model


@pytest.fixture
def image_model() -> Model:
    return Model(
        name="tests/backdrops",
        family=FamilyName.TEXT_TO_IMAGE,
        revision="0" * 64,
        defaults={"width": 256, "height": 256, "num_inference_steps": 16, "guidance_scale": 3.0},
        limits={
            "width": {"one_of": [128, 256]},
            "height": {"multiple_of": 64, "minimum": 64, "maximum": 512},
            "num_inference_steps": {"maximum": 100},
        },
    )


@pytest.fixture
def text_model() -> Model:
    return Model(
        name="tests/adcopy",
        family=FamilyName.TEXT,
        revision="1" * 64,
        defaults={"max_new_tokens": 64, "temperature": 0.7, "top_p": 0.9},
        limits={"max_new_tokens": {"maximum": 256}},
    )
