"""The least number of tokens of a text, against real tokenizers, and what is refused by it before a job is accepted."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from shared.catalog.families import FamilyName
from shared.catalog.inspection.reading import reading_limits, token_bounds
from shared.catalog.models import Model
from shared.catalog.registration import Wanted, describe
from shared.catalog.service import complete_input, input_schema
from shared.catalog.sources import parse_source
from shared.catalog.token_bounds import TokenBounds
from shared.errors import InputRefused
from worker.starter.adcopy import WEIGHTS as ADCOPY

WORDS = (
    "fresh coffee for late nights",
    "fresh",
    "coffee",
    "for",
    "late",
    "nights",
    "grüße",
    "東京",
    "e\u0301té",
    "\u0958",
    "<|end of text|>",
    "▁",
    "🎈",
)
SPACES = (" ", "  ", "\n", "\t", "\u3000", "\u00a0", "")

DROPS_X = {"type": "Split", "pattern": {"String": "x"}, "behavior": "Removed", "invert": False}
CUTS_BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}


def texts(count: int = 300) -> list[str]:
    rng = random.Random(3)
    return ["".join(rng.choice(WORDS) + rng.choice(SPACES) for _ in range(rng.randint(1, 40))) for _ in range(count)]


def byte_level(normalizer: Any = None) -> Tokenizer:
    """As GPT-2's, and Qwen's with NFC."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    letters = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=600, initial_alphabet=letters, special_tokens=["<|end of text|>"])
    tokenizer.train_from_iterator(texts(), trainer)
    return tokenizer


def byte_fallback() -> Tokenizer:
    """As Llama's: characters, spaces marked, and bytes for what is not in the vocabulary. Tokens may span words."""
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    trainer = trainers.BpeTrainer(
        vocab_size=700, special_tokens=["<unk>", *(f"<0x{byte:02X}>" for byte in range(256))], limit_alphabet=40
    )
    trained.train_from_iterator([*texts(), *["fresh coffee for late nights"] * 300], trainer)
    document = json.loads(trained.to_str())
    document["model"] |= {"byte_fallback": True, "fuse_unk": True}
    return Tokenizer.from_str(json.dumps(document))


def folder(path: Path, tokenizer: Tokenizer, **config: Any) -> Path:
    (path / "config.json").write_text(json.dumps({"model_type": "llama", "max_position_embeddings": 64, **config}))
    tokenizer.save(str(path / "tokenizer.json"))
    return path


@pytest.mark.parametrize("make", [byte_level, lambda: byte_level(normalizers.NFC()), byte_fallback])
def test_no_text_has_fewer_tokens_than_the_least(make: Any, tmp_path: Path) -> None:
    tokenizer = make()
    bounds = token_bounds(folder(tmp_path, tokenizer))
    assert bounds is not None
    assert bounds.token_bytes is not None

    least = [(bounds.least_tokens(text), len(tokenizer.encode(text, add_special_tokens=False))) for text in texts()]
    assert all(0 < sure <= real for sure, real in least if real)
    assert sum(sure for sure, _ in least) > 0.05 * sum(real for _, real in least), "it says something"


@pytest.mark.parametrize(
    "change",
    [
        {"normalizer": {"type": "Lowercase"}},
        {"normalizer": {"type": "Replace", "pattern": {"Regex": "a+"}, "content": ""}},
        {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [DROPS_X, CUTS_BYTES]}},
        {"pre_tokenizer": {"type": "Whitespace"}},
        {"model": {"type": "WordLevel", "vocab": {"<unk>": 0}, "unk_token": "<unk>"}},
    ],
)
def test_a_tokenizer_that_may_lose_text_bounds_nothing_but_the_context(change: dict[str, Any], tmp_path: Path) -> None:
    at = folder(tmp_path, byte_level()) / "tokenizer.json"
    at.write_text(json.dumps({**json.loads(at.read_text()), **change}))
    bounds = token_bounds(tmp_path)
    assert bounds == TokenBounds(64)
    assert bounds.least_tokens("any text " * 1000) == 0


def test_a_byte_that_the_vocabulary_lacks_may_be_lost(tmp_path: Path) -> None:
    at = folder(tmp_path, byte_level()) / "tokenizer.json"
    document = json.loads(at.read_text())
    del document["model"]["vocab"]["~"]
    at.write_text(json.dumps(document))
    assert token_bounds(tmp_path) == TokenBounds(64)


@pytest.mark.parametrize(
    ("config", "context"),
    [
        ({"model_type": "gpt2", "n_positions": 32}, 32),
        ({"model_type": "mamba", "max_position_embeddings": None}, None),
        ({"model_type": "gptj", "n_positions": 48}, 48),
    ],
)
def test_the_context_is_read_as_transformers_reads_it(
    config: dict[str, Any], context: int | None, tmp_path: Path
) -> None:
    bounds = token_bounds(folder(tmp_path, byte_level(), **config))
    assert (bounds.context if bounds else None) == context


def test_what_is_no_text_model_has_no_tokens_to_count() -> None:
    assert reading_limits(ADCOPY, FamilyName.TEXT_TO_IMAGE) == {}


@pytest.fixture
def adcopy() -> Model:
    limits = reading_limits(ADCOPY, FamilyName.TEXT)
    return Model(name="tests/adcopy", family=FamilyName.TEXT, defaults={"max_new_tokens": 96}, limits=limits)


def refused(model: Model, **given: Any) -> dict[str, str]:
    with pytest.raises(InputRefused) as caught:
        complete_input(model, given)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_a_prompt_that_is_longer_than_the_context_for_certain_is_refused_with_its_numbers(adcopy: Model) -> None:
    said = {"input.prompt": "at least 256 tokens long; this model reads fewer than 256 in all"}
    assert refused(adcopy, prompt="a " * 256) == said
    talk = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    assert set(refused(adcopy, messages=[*talk, {"role": "user", "content": "a " * 300}])) == {"input.messages"}


def test_what_a_template_may_leave_out_and_what_an_insert_may_not_say_is_not_counted(adcopy: Model) -> None:
    long = {"role": "assistant", "content": "b " * 300}
    complete_input(adcopy, {"messages": [{"role": "user", "content": "a"}, long, {"role": "user", "content": "c"}]})
    inserts = {"slogan": {"job": "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11", "output": 0}}
    complete_input(adcopy, {"prompt": "{slogan} " * 300, "inserts": inserts})


def test_a_length_beyond_the_context_is_refused_and_the_form_says_so(adcopy: Model) -> None:
    assert refused(adcopy, prompt="Fresh", max_length=257) == {
        "input.max_length": "this model takes 256 at most, not 257"
    }
    assert refused(adcopy, prompt="Fresh", max_new_tokens=256) == {
        "input.max_new_tokens": "this model takes 255 at most, not 256"
    }
    assert refused(adcopy, prompt="a " * 100, max_new_tokens=200) == {
        "input.max_new_tokens": "at most 156: the prompt has at least 100 of the model's 256 tokens"
    }
    assert refused(adcopy, prompt="a " * 100, max_length=50) == {
        "input.max_length": "leaves no room: the prompt has at least 100 tokens"
    }
    fields = input_schema(adcopy)["properties"]
    assert (fields["max_length"]["maximum"], fields["max_new_tokens"]["maximum"]) == (256, 255)


def test_defaults_that_the_prompt_leaves_no_room_for_are_refused_too(adcopy: Model) -> None:
    assert set(refused(adcopy, prompt="a " * 170)) == {"input.max_new_tokens"}


def test_what_the_files_say_is_written_into_the_entry_beside_the_operator_s_limits(tmp_path: Path) -> None:
    limits: dict[str, dict[str, Any]] = {"max_new_tokens": {"maximum": 64}, "num_beams": {"maximum": 4}}
    limits["prompt"] = {"tokens": {"context": 9}}
    wanted = Wanted(name="tests/adcopy", source=parse_source(f"file:{ADCOPY}"), limits=limits)

    written = describe(wanted, tmp_path).values["limits"]
    assert written["max_new_tokens"] == {"maximum": 64}
    assert written["max_length"] == {"maximum": 256}
    assert written["num_beams"] == {"maximum": 4}
    assert TokenBounds.read(written["prompt"]["tokens"]) == token_bounds(ADCOPY)
