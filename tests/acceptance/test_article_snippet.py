"""The founding article's GPT-2 snippet, parameter by parameter, as jobs on the running platform."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.client import Client
from shared.client.errors import RequestRefused
from tests.conftest import RunningStack

GPT2 = "starter/adcopy"
PROMPT = "Write a playful slogan for coffee by Zorvi"


@pytest.fixture(scope="module")
def client(running_stack: RunningStack) -> Iterator[Client]:
    with Client(running_stack.web_url, running_stack.api_key) as made:
        yield made


def texts(client: Client, folder: Path, job_input: dict[str, Any]) -> list[str]:
    """What the job writes, a text a file."""
    job = client.wait(client.submit(GPT2, job_input).id, 120)
    assert job.state.value == "succeeded", job.error
    paths = [folder / f"{artifact.index}.txt" for artifact in job.artifacts]
    for artifact, path in zip(job.artifacts, paths, strict=True):
        client.download(artifact, path)
    return [path.read_text("utf-8") for path in paths]


def test_the_snippets_parameters_give_as_many_texts_as_were_asked_for(client: Client, tmp_path: Path) -> None:
    snippet = {
        "prompt": PROMPT,
        "max_length": 60,
        "num_return_sequences": 3,
        "do_sample": True,
        "temperature": 0.9,
        "top_k": 50,
        "top_p": 0.95,
        "num_beams": 1,
        "repetition_penalty": 1.2,
        "no_repeat_ngram_size": 4,
        "seed": 42,
    }
    written = texts(client, tmp_path, snippet)

    assert len(written) == len(set(written)) == 3
    assert all(written)


def test_its_beam_search_gives_the_likeliest_texts(client: Client, tmp_path: Path) -> None:
    snippet = {
        "prompt": PROMPT,
        "max_length": 50,
        "num_beams": 5,
        "num_return_sequences": 3,
        "no_repeat_ngram_size": 4,
        "early_stopping": True,
        "length_penalty": 1.0,
    }
    written = texts(client, tmp_path, {**snippet, "seed": 1})

    assert len(written) == len(set(written)) == 3
    assert texts(client, tmp_path, {**snippet, "seed": 2}) == written, "nothing is drawn, whatever the seed"


def test_what_transformers_would_ignore_is_refused_by_its_name(client: Client) -> None:
    both = {"prompt": PROMPT, "max_length": 60, "num_beams": 5, "num_return_sequences": 3, "top_k": 50, "top_p": 0.95}
    with pytest.raises(RequestRefused) as refusal:
        client.submit(GPT2, both)
    assert {problem.path for problem in refusal.value.problem.errors} == {"input.top_k", "input.top_p"}


def test_a_conversation_is_answered(client: Client, tmp_path: Path) -> None:
    messages = [{"role": "user", "content": PROMPT}]
    (answer,) = texts(client, tmp_path, {"messages": messages, "seed": 42})
    assert answer
