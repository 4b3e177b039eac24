"""What the text family promises holds for every architecture: absolute and rotary positions, windows, states."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from shared.catalog.families import FamilyName
from shared.catalog.inputs.text import TextInput
from tests.conformance.step_controls import Steps
from tests.conformance.tiny.language_models import ARCHITECTURES, save_tiny
from worker.families.base import Device, ModelRef
from worker.families.text import LoadedText, TextGeneration
from worker.media.text import TextMedia

FAMILY = TextGeneration()
PROMPTS = (
    "Write a playful slogan for coffee by Zorvi",
    "A",
    "Product description for headphones by Kentova, professional tone, for students",
    "Fresh",
    "Two green hearts and a yellow",
)
WAYS: dict[str, dict[str, Any]] = {
    "drawn": {"temperature": 0.9, "top_k": 50, "top_p": 0.95, "min_p": 0.01},
    "penalized": {"repetition_penalty": 1.3, "no_repeat_ngram_size": 2},
    "beams": {"num_beams": 3, "num_return_sequences": 2, "length_penalty": 0.5, "early_stopping": True},
}


@pytest.fixture(scope="module", params=ARCHITECTURES)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LoadedText:
    folder = tmp_path_factory.mktemp(request.param)
    save_tiny(request.param, folder)
    return FAMILY.load(ModelRef("tests/tiny", FamilyName.TEXT, "1", folder), Device())


def texts(loaded: LoadedText, *inputs: TextInput) -> list[list[str]]:
    written = FAMILY.generate(loaded, inputs, Steps())
    return [[media.text for media in member if isinstance(media, TextMedia)] for member in written]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_row_writes_what_it_would_write_alone(loaded: LoadedText, way: dict[str, Any]) -> None:
    # Texts of different lengths: those that are over leave while the others go on.
    limits = {} if "num_beams" in way else {"stop": ("e", "o")}
    inputs = [
        TextInput(prompt=prompt, seed=100 + index, max_new_tokens=14, **way, **(limits if index % 2 else {}))
        for index, prompt in enumerate(PROMPTS)
    ]
    alone = [texts(loaded, job_input)[0] for job_input in inputs]

    assert texts(loaded, *inputs) == alone
    assert texts(loaded, *inputs[::-1])[::-1] == alone
    assert len({text for several in alone for text in several}) > len(PROMPTS) // 2


def test_the_likeliest_tokens_are_those_that_transformers_finds(loaded: LoadedText) -> None:
    for prompt in PROMPTS[:2]:
        ids = torch.tensor([loaded.tokenizer(prompt)["input_ids"]])
        expected = loaded.model.generate(ids, do_sample=False, max_new_tokens=12, attention_mask=torch.ones_like(ids))
        found = texts(loaded, TextInput(prompt=prompt, do_sample=False, max_new_tokens=12))
        assert found == [[loaded.tokenizer.decode(expected[0, ids.shape[1] :], skip_special_tokens=True).strip()]]


def test_a_model_without_a_longest_context_refuses_no_length(loaded: LoadedText) -> None:
    long = TextInput(prompt="word " * 400, max_new_tokens=5000)
    if loaded.context is None:
        FAMILY.check(loaded, long)
    else:
        assert loaded.context == 256
