"""What the text-to-speech family promises, kept with a genuine VITS at toy size."""

from __future__ import annotations

import gc
import io
import wave
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from transformers import set_seed

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.text_to_speech import TextToSpeechInput
from shared.errors import ForwardBatchInterrupted, InputRefused
from shared.storage.formats import WAV
from tests.conformance.step_controls import Steps
from tests.conformance.tiny.vits import SAMPLE_RATE, save_vits
from worker.families.base import Device, ModelRef
from worker.families.text_to_speech import LoadedVoice, TextToSpeech
from worker.media.base import EncodedMedia

FAMILY = TextToSpeech()
TEXTS = ("good morning", "the bread is warm. come in!", "two pairs of shoes for the price of one, this weekend only")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedVoice:
    return load(tmp_path_factory.mktemp("vits"))


@pytest.fixture(scope="module")
def choir(tmp_path_factory: pytest.TempPathFactory) -> LoadedVoice:
    return load(tmp_path_factory.mktemp("choir"), speakers=3)


def load(folder: Path, **options: Any) -> LoadedVoice:
    save_vits(folder, **options)
    return FAMILY.load(ModelRef("tiny", FamilyName.TEXT_TO_SPEECH, "1", folder), Device())


def asked(prompt: str = TEXTS[0], **parameters: Any) -> TextToSpeechInput:
    return TextToSpeechInput(prompt=prompt, **{"seed": 1, **parameters})


def speak(
    loaded: LoadedVoice, inputs: Sequence[TextToSpeechInput], control: Steps | None = None
) -> list[list[EncodedMedia]]:
    for job_input in inputs:
        FAMILY.check(loaded, job_input)
    outputs = FAMILY.generate(loaded, inputs, control or Steps())
    return [[media.encode() for media in member] for member in outputs]


def samples(encoded: EncodedMedia) -> NDArray[np.int16]:
    with wave.open(io.BytesIO(encoded.body)) as file:
        assert file.getframerate() == SAMPLE_RATE
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def test_a_text_becomes_a_sound(loaded: LoadedVoice) -> None:
    [[sound]] = speak(loaded, [asked()])
    assert sound.media_type == WAV.media_type
    assert FAMILIES[FamilyName.TEXT_TO_SPEECH].output_kinds == (WAV.kind,)
    assert sound.facts["seconds"] == round(len(samples(sound)) / SAMPLE_RATE, 3)
    assert sound.facts["characters"] == len(TEXTS[0])
    assert samples(sound).std() > 10


def test_a_text_is_spoken_as_transformers_speaks_it_with_the_same_noise(loaded: LoadedVoice, tmp_path: Path) -> None:
    quiet = asked("good morning", noise_scale=0, noise_scale_duration=0)
    [[sound]] = speak(loaded, [quiet])

    save_vits(tmp_path)
    reference = type(loaded.model).from_pretrained(tmp_path, local_files_only=True).eval()
    reference.noise_scale = reference.noise_scale_duration = 0.0
    set_seed(99)
    with torch.no_grad():
        expected = reference(**loaded.tokenizer("good morning", return_tensors="pt")).waveform[0].numpy()
    assert np.abs(samples(sound) / 32_767 - expected / max(1.0, np.abs(expected).max())).max() < 1e-3


def test_the_same_seed_says_the_same_and_another_seed_another(loaded: LoadedVoice) -> None:
    first, again, other = (speak(loaded, [asked(seed=seed)]) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_jobs_speech_does_not_depend_on_its_neighbours_or_on_what_else_draws(loaded: LoadedVoice) -> None:
    inputs = [asked(text, seed=seed, speaking_rate=1 + seed / 4) for seed, text in enumerate(TEXTS)]
    alone = [speak(loaded, [job_input])[0] for job_input in inputs]
    torch.manual_seed(5)
    assert speak(loaded, inputs) == alone
    assert speak(loaded, inputs[::-1])[::-1] == alone
    assert FAMILY.max_batch(loaded, inputs[0]) == 1


def test_longer_text_is_spoken_in_sentences_with_pauses_between(loaded: LoadedVoice) -> None:
    control = Steps()
    [[sound]] = speak(loaded, [asked("good morning. the bread is warm. come in")], control)
    assert control.said == [(1, 3), (2, 3), (3, 3)]
    silent = np.concatenate([[0], samples(sound) == 0, [0]])
    borders = np.flatnonzero(np.diff(silent.astype(int)))
    pauses = [length for length in borders[1::2] - borders[::2] if length > 0.3 * SAMPLE_RATE]
    assert len(pauses) == 2


def test_speaking_faster_takes_less_time(loaded: LoadedVoice) -> None:
    slow, fast = (speak(loaded, [asked(TEXTS[2], speaking_rate=rate)])[0][0].facts["seconds"] for rate in (0.5, 2))
    assert slow > 1.5 * fast


def test_without_noise_every_seed_says_the_same(loaded: LoadedVoice) -> None:
    first, other = (speak(loaded, [asked(seed=seed, noise_scale=0, noise_scale_duration=0)]) for seed in (1, 2))
    assert first == other


def test_every_speaker_has_a_voice_of_their_own_and_the_first_is_meant_unless_said(choir: LoadedVoice) -> None:
    voices = [speak(choir, [asked(speaker=speaker)]) for speaker in (0, 1, 2)]
    assert len({voice[0][0].body for voice in voices}) == 3
    assert speak(choir, [asked()]) == voices[0]


@pytest.mark.parametrize(
    ("field", "parameters", "says"),
    [
        ("input.speaker", {"speaker": 1}, "one speaker"),
        ("input.prompt", {"prompt": "こんにちは 2026"}, "こ ん に"),
        ("input.prompt", {"prompt": "... !?"}, "nothing"),
    ],
)
def test_what_the_model_cannot_say_is_refused_naming_the_field(
    loaded: LoadedVoice, field: str, parameters: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(loaded, asked(**parameters))
    assert [problem.path for problem in refusal.value.problems] == [field]
    assert says in refusal.value.problems[0].message


def test_a_speaker_beyond_the_last_is_refused(choir: LoadedVoice) -> None:
    with pytest.raises(InputRefused, match="speakers 0 to 2"):
        FAMILY.check(choir, asked(speaker=3))


def test_characters_that_are_left_unspoken_are_told(loaded: LoadedVoice) -> None:
    [[told]] = speak(loaded, [asked("Café №3\nMorning")])
    assert told.facts["unspoken"] == "é№3"
    [[same]] = speak(loaded, [asked("caf\nmorning")])
    assert samples(told).tolist() == samples(same).tolist()
    assert "unspoken" not in same.facts


def test_a_canceled_member_stops_and_leaves_the_others_untouched(loaded: LoadedVoice) -> None:
    inputs = [asked("one. two. three. four", seed=seed) for seed in range(2)]
    control = Steps(frozenset({0}), drop_at=2)
    outputs = speak(loaded, inputs, control)
    assert outputs[0] == []
    assert outputs[1] == speak(loaded, inputs[1:])[0]
    assert [done for done, _ in control.said] == [1, 2, 5, 6, 7, 8]


def test_nothing_more_is_computed_when_every_member_is_canceled(loaded: LoadedVoice) -> None:
    control = Steps(interrupt_at=2)
    with pytest.raises(ForwardBatchInterrupted):
        speak(loaded, [asked("one. two. three. four")], control)
    assert len(control.said) == 2


def test_unloading_frees_the_model(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    speak(loaded, [asked()])
    model = weakref.ref(loaded.model)
    del loaded
    gc.collect()
    assert model() is None
