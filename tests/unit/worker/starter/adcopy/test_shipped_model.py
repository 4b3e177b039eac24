"""The shipped weights: small, plain, and as good as their card says."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from worker.starter.adcopy import CONTEXT_LENGTH, WEIGHTS
from worker.starter.adcopy.dataset import encode
from worker.starter.adcopy.evaluate import load, mean_loss, write_copy
from worker.starter.adcopy.grammar import Example, examples

UNSEEN_SEED = 31_337


@pytest.fixture(scope="module")
def model() -> tuple[Any, Any]:
    return load(WEIGHTS)


def unseen(count: int) -> list[Example]:
    return list(itertools.islice(examples(UNSEEN_SEED), count))


def test_the_weights_are_safetensors_only_and_small() -> None:
    files = [file for file in WEIGHTS.rglob("*") if file.is_file()]
    assert {file.suffix for file in files} <= {".safetensors", ".json", ".jinja", ".md"}
    assert sum(file.stat().st_size for file in files) <= 5_000_000


def test_unseen_copy_is_well_predicted(model: tuple[Any, Any]) -> None:
    network, tokenizer = model
    assert network.config.n_positions == CONTEXT_LENGTH
    loss = mean_loss(network, encode(tokenizer, unseen(100), seed=1), tokenizer.eos_token_id)
    assert loss < 0.6  # nats per token


def test_most_unseen_brands_are_copied_into_the_copy(model: tuple[Any, Any]) -> None:
    branded = [example for example in unseen(60) if example.brand][:20]
    answers = write_copy(*model, [example.prompt for example in branded])
    copied = sum(example.brand in answer for example, answer in zip(branded, answers, strict=True))
    assert copied >= 16


def test_the_separator_after_a_prompt_is_optional(model: tuple[Any, Any]) -> None:
    network, tokenizer = model
    asked = tokenizer("Write a playful slogan for coffee by Zorvi", return_tensors="pt")
    written = network.generate(**asked, do_sample=False, max_new_tokens=40)[0, asked["input_ids"].shape[1] :]
    assert tokenizer.decode(written[:1]) == "\n"
    assert written[-1] == tokenizer.eos_token_id


def test_a_chat_becomes_a_prompt(model: tuple[Any, Any]) -> None:
    chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Slogan for tea"}]
    assert model[1].apply_chat_template(chat, tokenize=False) == "Be brief. Slogan for tea\n"
