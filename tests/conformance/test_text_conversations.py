"""Conversations by a model's chat template, and texts that are shown while they are written."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.families import FamilyName
from shared.catalog.inputs.text import TextInput
from shared.errors import InputRefused
from tests.conformance.step_controls import Steps
from tests.conformance.tiny.language_models import CHAT_TEMPLATE, save_tiny
from worker.families.base import Device, ModelRef
from worker.families.text import LoadedText, TextGeneration
from worker.media.text import TextMedia

FAMILY = TextGeneration()
QUESTION = {"role": "user", "content": "Write a slogan for coffee"}
ANSWER = {"role": "assistant", "content": "All warmth, no fog."}


def load(tmp_path_factory: pytest.TempPathFactory, chat_template: str | None) -> LoadedText:
    folder = tmp_path_factory.mktemp("llama")
    save_tiny("llama", folder, chat_template)
    return FAMILY.load(ModelRef("tests/tiny", FamilyName.TEXT, "1", folder), Device())


@pytest.fixture(scope="module")
def chatting(tmp_path_factory: pytest.TempPathFactory) -> LoadedText:
    return load(tmp_path_factory, CHAT_TEMPLATE)


@pytest.fixture(scope="module")
def continuing(tmp_path_factory: pytest.TempPathFactory) -> LoadedText:
    return load(tmp_path_factory, None)


def text(loaded: LoadedText, control: Steps | None = None, **given: Any) -> str:
    ((media,),) = FAMILY.generate(loaded, [TextInput(seed=3, max_new_tokens=20, **given)], control or Steps())
    assert isinstance(media, TextMedia)
    return media.text


def test_messages_are_answered_as_the_template_writes_them(chatting: LoadedText) -> None:
    said = "user: Write a slogan for coffee<|endoftext|>\nassistant: All warmth, no fog.<|endoftext|>\n"
    written = f"{said}user: Write a slogan for coffee<|endoftext|>\nassistant:"

    assert text(chatting, messages=[QUESTION, ANSWER, QUESTION]) == text(chatting, prompt=written)


def test_a_prompt_is_continued_unless_it_is_to_be_answered(chatting: LoadedText) -> None:
    continued, answered = (
        text(chatting, prompt=QUESTION["content"]),
        text(chatting, prompt=QUESTION["content"], chat=True),
    )
    assert answered == text(chatting, messages=[QUESTION])
    assert continued != answered


def test_a_conversation_may_stand_beside_a_prompt_in_a_batch(chatting: LoadedText) -> None:
    inputs = [
        TextInput(seed=1, max_new_tokens=12, messages=[QUESTION]),
        TextInput(seed=2, max_new_tokens=12, prompt="Fresh"),
    ]
    together = FAMILY.generate(chatting, inputs, Steps())
    assert together == [FAMILY.generate(chatting, [each], Steps())[0] for each in inputs]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"messages": [QUESTION]}, "input.messages"), ({"prompt": "A", "chat": True}, "input.chat")],
)
def test_a_model_without_a_template_refuses_conversations(
    continuing: LoadedText, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(continuing, TextInput(**given))
    assert [problem.path for problem in refusal.value.problems] == [field]


@pytest.mark.parametrize(
    ("messages", "why"),
    [
        ([{"role": "system", "content": "Be brief."}, QUESTION], "System role not supported"),
        ([QUESTION, QUESTION], "Conversation roles must alternate"),
    ],
)
def test_what_the_template_refuses_is_refused_in_its_words(
    chatting: LoadedText, messages: list[dict[str, str]], why: str
) -> None:
    with pytest.raises(InputRefused, match=why) as refusal:
        FAMILY.check(chatting, TextInput(messages=messages))
    assert [problem.path for problem in refusal.value.problems] == ["input.messages"]


def test_a_conversation_longer_than_the_context_is_refused(chatting: LoadedText) -> None:
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(chatting, TextInput(messages=[{"role": "user", "content": "word " * 400}]))
    assert [problem.path for problem in refusal.value.problems] == ["input.messages"]


@pytest.mark.parametrize("way", [{}, {"num_return_sequences": 3}, {"num_beams": 3}], ids=["one", "several", "beams"])
def test_a_watched_text_shows_itself_as_it_is_written(continuing: LoadedText, way: dict[str, Any]) -> None:
    inputs = [TextInput(prompt=prompt, seed=4, max_new_tokens=16, **way) for prompt in ("Fresh", "A new")]
    watching = Steps(watch=True)
    watched = FAMILY.generate(continuing, inputs, watching)

    assert watched == FAMILY.generate(continuing, inputs, Steps()), "to look changes nothing"
    assert all(len(seen) == len(inputs) for seen in watching.texts), "one text a member"
    for member, (final, *_) in enumerate(watched):
        assert isinstance(final, TextMedia)
        shown = [seen[member] for seen in watching.texts]
        assert len(set(shown)) > 4
        if not way.get("num_beams"):
            assert all(final.text.startswith(each) for each in shown)


def test_a_text_is_never_shown_beyond_its_stop_string(continuing: LoadedText) -> None:
    free = text(continuing, prompt="Fresh")
    stop = free[len(free) // 2 :][:2]
    watching = Steps(watch=True)
    final = text(continuing, watching, prompt="Fresh", stop=(stop,))
    assert watching.texts[-1] == [final]
    assert all(stop not in shown for (shown,) in watching.texts)
