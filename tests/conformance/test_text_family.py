"""What the text family promises for any causal language model: parameters honored, no row depends on another."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from shared.catalog.families import FamilyName
from shared.catalog.inputs.text import TextInput
from shared.errors import ForwardBatchInterrupted, InputRefused
from tests.conformance.tiny.language_models import save_tiny
from worker.families.base import Device, ModelRef
from worker.families.text import LoadedText, TextGeneration
from worker.starter.adcopy import WEIGHTS

FAMILY = TextGeneration()
PROMPTS = (
    "Write a playful slogan for coffee by Zorvi",
    "A",
    "Product description for headphones by Kentova, professional tone, for students, mention free delivery",
    "Fresh",
    "Email subject line: running shoes, Brivano",
    "Two green hearts and a yellow",
    "Sale",
    "Write a luxury headline for watches by Marisol aimed at collectors",
)


class RecordedControl:
    """A step control that drops members when its plan says so, and remembers what was reported."""

    def __init__(self, members: int, drop_at: Mapping[int, int] | None = None) -> None:
        self.reports: list[tuple[int, int]] = []
        self._alive = set(range(members))
        self._drop_at = drop_at or {}

    def step(
        self, done: int, total: int, previews: object = None, texts: Callable[[], Sequence[str]] | None = None
    ) -> frozenset[int]:
        self.reports.append((done, total))
        dropped = frozenset(member for member, at in self._drop_at.items() if done >= at)
        if dropped >= self._alive:
            raise ForwardBatchInterrupted
        return dropped


class RememberingTokenizer:
    """A tokenizer that keeps the token ids it was given to decode."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.decoded: list[list[int]] = []

    def __call__(self, text: str) -> Any:
        return self._tokenizer(text)

    def decode(self, tokens: Sequence[int], **options: Any) -> str:
        self.decoded.append(list(tokens))
        return str(self._tokenizer.decode(tokens, **options))


@pytest.fixture(scope="module", params=["trained", "random"])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LoadedText:
    """The starter model; and random weights, whose flat distributions show the slightest disturbance of a row."""
    folder = WEIGHTS
    if request.param == "random":
        folder = tmp_path_factory.mktemp("random-gpt2")
        save_tiny("gpt2", folder)
    return FAMILY.load(ModelRef("any", FamilyName.TEXT, "1", folder), Device())


def write(loaded: LoadedText, inputs: Sequence[TextInput], control: RecordedControl | None = None) -> list[list[bytes]]:
    """The encoded texts of every member."""
    outputs = FAMILY.generate(loaded, inputs, control or RecordedControl(len(inputs)))
    return [[media.encode().body for media in member] for member in outputs]


def inputs_of(prompts: Sequence[str] = PROMPTS, **parameters: Any) -> list[TextInput]:
    return [
        TextInput(**{"prompt": prompt, "seed": 100 + index, "max_new_tokens": 24, **parameters})
        for index, prompt in enumerate(prompts)
    ]


DECODING: dict[str, dict[str, Any]] = {
    "plain": {},
    "truncated": {"temperature": 0.9, "top_k": 40, "top_p": 0.9},
    "penalized": {"repetition_penalty": 1.4, "no_repeat_ngram_size": 2},
    "several": {"num_return_sequences": 3},
    "greedy": {"do_sample": False, "repetition_penalty": 1.3},
    "beams": {"num_beams": 3, "num_return_sequences": 2, "repetition_penalty": 1.2},
}


@pytest.mark.parametrize("parameters", DECODING.values(), ids=DECODING.keys())
def test_a_jobs_text_does_not_depend_on_its_neighbours(loaded: LoadedText, parameters: dict[str, Any]) -> None:
    inputs = inputs_of(**parameters)
    alone = [write(loaded, [job_input])[0] for job_input in inputs]
    assert write(loaded, inputs) == alone
    assert write(loaded, inputs[::-1])[::-1] == alone
    assert len({text for texts in alone for text in texts}) > len(PROMPTS) // 2


def test_the_same_seed_gives_the_same_text_and_another_seed_another(loaded: LoadedText) -> None:
    first, again, other = (
        write(loaded, [TextInput(prompt=PROMPTS[2], seed=seed, max_new_tokens=40)])[0] for seed in (7, 7, 8)
    )
    assert first == again
    assert first != other


def test_text_k_of_a_seed_is_text_0_of_the_kth_next_seed(loaded: LoadedText) -> None:
    several = write(loaded, inputs_of(PROMPTS[:1], seed=50, num_return_sequences=3))[0]
    single = [write(loaded, inputs_of(PROMPTS[:1], seed=50 + k))[0][0] for k in range(3)]
    assert several == single


def test_members_may_ask_for_different_numbers_of_texts(loaded: LoadedText) -> None:
    inputs = [TextInput(prompt="Fresh", seed=1, max_new_tokens=6, num_return_sequences=n) for n in (1, 4, 2)]
    assert len({job_input.batch_shape() for job_input in inputs}) == 1
    assert [len(texts) for texts in write(loaded, inputs)] == [1, 4, 2]


def test_a_canceled_member_stops_and_leaves_the_others_untouched(loaded: LoadedText) -> None:
    inputs = inputs_of(PROMPTS[:4], max_new_tokens=20)
    undisturbed = write(loaded, inputs)
    texts = write(loaded, inputs, RecordedControl(4, drop_at={1: 3}))
    assert texts[1] == []
    assert [texts[index] for index in (0, 2, 3)] == [undisturbed[index] for index in (0, 2, 3)]


def test_nothing_more_is_computed_when_every_member_is_canceled(loaded: LoadedText) -> None:
    control = RecordedControl(2, drop_at={0: 2, 1: 4})
    with pytest.raises(ForwardBatchInterrupted):
        write(loaded, inputs_of(PROMPTS[:2], max_new_tokens=100, stop=()), control)
    assert control.reports[-1][0] == 4


def test_progress_is_reported_for_every_token(loaded: LoadedText) -> None:
    control = RecordedControl(1)
    write(loaded, inputs_of(PROMPTS[2:3], max_new_tokens=12), control)
    assert control.reports == [(done, 12) for done in range(1, len(control.reports) + 1)]


@pytest.mark.parametrize("beams", [1, 3])
def test_limits_hold_for_each_row_by_itself(loaded: LoadedText, beams: int) -> None:
    lengths = [len(loaded.tokenizer(prompt)["input_ids"]) for prompt in PROMPTS]
    inputs = inputs_of(max_new_tokens=None, max_length=max(lengths) + 5, num_beams=beams)
    alone = []
    for length, job_input in zip(lengths, inputs, strict=True):
        control = RecordedControl(1)
        alone += write(loaded, [job_input], control)
        done, total = control.reports[-1]
        assert done <= total == max(lengths) + 5 - length
    assert write(loaded, inputs) == alone


def test_text_ends_before_the_first_stop_string_of_its_own_job(loaded: LoadedText) -> None:
    [free] = write(loaded, inputs_of(PROMPTS[:1], max_new_tokens=30))
    text = free[0].decode()
    stop = text[len(text) // 2 : len(text) // 2 + 2]
    inputs = [
        TextInput(prompt=PROMPTS[0], seed=100, max_new_tokens=30, stop=(stop,)),
        TextInput(prompt=PROMPTS[0], seed=100, max_new_tokens=30),
    ]
    stopped, unstopped = FAMILY.generate(loaded, inputs, RecordedControl(2))
    assert stopped[0].encode().body.decode() == text[: text.index(stop)].strip()
    assert stopped[0].encode().facts["finish_reason"] == "stop"
    assert unstopped[0].encode().body == free[0]


def test_beams_find_a_likelier_text_than_greed_and_return_different_ones(loaded: LoadedText) -> None:
    greedy = write(loaded, inputs_of(PROMPTS[5:6], do_sample=False, max_new_tokens=8))[0]
    beams = write(loaded, inputs_of(PROMPTS[5:6], num_beams=6, num_return_sequences=4, max_new_tokens=8))[0]
    assert len(set(beams)) == 4
    assert beams != greedy


def test_top_k_of_one_is_the_likeliest_text(loaded: LoadedText) -> None:
    greedy = write(loaded, inputs_of(do_sample=False, max_new_tokens=12))
    assert write(loaded, inputs_of(top_k=1, max_new_tokens=12)) == greedy


def test_no_ngram_occurs_twice_when_that_is_forbidden(loaded: LoadedText) -> None:
    tokenizer = RememberingTokenizer(loaded.tokenizer)
    [job_input] = inputs_of(("go go go go",), do_sample=False, no_repeat_ngram_size=2, max_new_tokens=60)
    write(replace(loaded, tokenizer=tokenizer), [job_input])
    [written] = tokenizer.decoded
    prompt = loaded.tokenizer(job_input.prompt)["input_ids"]
    pairs = list(itertools.pairwise([prompt[-1], *written]))
    assert len(set(pairs)) == len(pairs) >= 8
    assert not set(pairs) & set(itertools.pairwise(prompt))


@pytest.mark.parametrize(
    ("field", "parameters"),
    [
        ("num_return_sequences", {"num_beams": 2, "num_return_sequences": 3}),
        ("num_return_sequences", {"do_sample": False, "num_return_sequences": 2}),
        ("top_k", {"do_sample": False, "top_k": 10}),
        ("top_p", {"num_beams": 4, "top_p": 0.9}),
        ("temperature", {"do_sample": False, "temperature": 0.5}),
        ("temperature", {"temperature": 0}),
        ("do_sample", {"do_sample": True, "num_beams": 4}),
        ("min_p", {"num_beams": 4, "min_p": 0.1}),
        ("min_p", {"min_p": 1}),
        ("length_penalty", {"length_penalty": 2}),
        ("early_stopping", {"num_beams": 1, "early_stopping": True}),
        ("prompt", {"messages": [{"role": "user", "content": "B"}]}),
        ("prompt", {"prompt": None}),
        ("messages", {"prompt": None, "messages": []}),
        ("messages", {"prompt": None, "messages": [{"role": "narrator", "content": "B"}]}),
        ("messages", {"prompt": None, "messages": [{"role": "assistant", "content": "B"}]}),
        ("messages", {"prompt": None, "messages": [{"role": role, "content": "B"} for role in ("user", "system")]}),
        ("max_length", {"max_length": 50, "max_new_tokens": 10}),
        ("max_new_tokens", {"max_new_tokens": 0}),
        ("repetition_penalty", {"repetition_penalty": 0}),
        ("prompt", {"prompt": "   "}),
        ("stop", {"stop": ["a"] * 9}),
        ("stop", {"stop": ["a\x00"]}),
        ("stop", {"stop": ["\x85"]}),
        ("beams", {"beams": 3}),
    ],
)
def test_a_bad_combination_is_refused_naming_the_field(field: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        TextInput(**{"prompt": "A", **parameters})
    assert {error["loc"][0] for error in refusal.value.errors()} == {field}


def test_a_line_break_can_be_a_stop_string() -> None:
    assert TextInput(prompt="A", stop=("\n",)).stop == ("\n",)


@pytest.mark.parametrize(
    ("field", "parameters"),
    [
        ("input.prompt", {"prompt": "word " * 400}),
        ("input.max_length", {"prompt": "one two three four five six seven", "max_length": 3}),
        ("input.max_length", {"prompt": "one", "max_length": 100_000}),
        ("input.max_new_tokens", {"prompt": "one", "max_new_tokens": 8000}),
    ],
)
def test_what_does_not_fit_the_context_is_refused_naming_the_field(
    loaded: LoadedText, field: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(loaded, TextInput(**parameters))
    assert [problem.path for problem in refusal.value.problems] == [field]


def test_a_prompt_near_the_context_gets_what_room_is_left(loaded: LoadedText) -> None:
    assert loaded.context is not None
    prompt = "word " * 400
    ids = loaded.tokenizer(prompt)["input_ids"][: loaded.context - 3]
    long = TextInput(prompt=loaded.tokenizer.decode(ids), seed=1)
    FAMILY.check(loaded, long)
    texts = write(loaded, [long, TextInput(prompt="Sale", seed=3)])
    assert texts[0] == write(loaded, [long])[0]
    assert texts[1] == write(loaded, [TextInput(prompt="Sale", seed=3)])[0]
