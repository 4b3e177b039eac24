"""What the speech-to-text family promises, kept with a genuine Whisper at toy size."""

from __future__ import annotations

import gc
import itertools
import json
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
import torch

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.files import FileReference, StoredFile
from shared.catalog.inputs.speech_to_text import SpeechToTextInput
from shared.errors import ForwardBatchInterrupted, InputRefused
from shared.identifiers import new_id
from tests.conformance.step_controls import Steps
from tests.conformance.tiny.whisper import WINDOW_SECONDS, save_whisper
from tests.unit.worker.media.sound_files import RECIPES, sound_file
from worker.families.base import Device, ModelRef
from worker.families.speech_to_text import SpeechToText
from worker.families.whisper.listener import sound_of
from worker.families.whisper.model import LoadedWhisper
from worker.families.whisper.windows import FALLBACK, Heard, Window, hear
from worker.media.base import EncodedMedia

FAMILY = SpeechToText()
SECONDS = (0.8, 2.9, 2.2)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedWhisper:
    return load(tmp_path_factory.mktemp("whisper"))


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> LoadedWhisper:
    return load(tmp_path_factory.mktemp("english"), multilingual=False)


def load(folder: Path, **options: Any) -> LoadedWhisper:
    save_whisper(folder, **options)
    return FAMILY.load(ModelRef("tiny", FamilyName.SPEECH_TO_TEXT, "1", folder), Device())


def recording(seconds: float, seed: int, name: str = "wav") -> StoredFile:
    """Noise that swells, another one for each seed."""
    rate = RECIPES[name].rate
    frames = round(seconds * rate)
    noise = np.random.default_rng(seed).normal(size=(1, frames))
    return sound_file(name, (0.1 * noise * np.sin(np.arange(frames) / 3000 * (1 + seed))).astype(np.float32))


def asked(file: StoredFile, **parameters: Any) -> SpeechToTextInput:
    job_input = SpeechToTextInput(audio=FileReference(upload=new_id()), **parameters)
    job_input.audio.attach(file)
    return job_input


def several(**parameters: Any) -> list[SpeechToTextInput]:
    return [asked(recording(seconds, seed), seed=seed, **parameters) for seed, seconds in enumerate(SECONDS)]


def write(
    loaded: LoadedWhisper, inputs: Sequence[SpeechToTextInput], control: Steps | None = None
) -> list[list[EncodedMedia]]:
    outputs = FAMILY.generate(loaded, inputs, control or Steps())
    return [[media.encode() for media in member] for member in outputs]


def document(files: Sequence[EncodedMedia]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files[3].body)
    return found


WAYS: dict[str, dict[str, Any]] = {
    "fallback": {},
    "greedy": {"temperature": 0},
    "drawn": {"temperature": 0.8, "condition_on_prev_tokens": False},
    "beams": {"temperature": 0, "num_beams": 3},
    "words": {"temperature": 0, "timestamps": "word", "language": "english", "task": "translate"},
}


@pytest.mark.parametrize("parameters", WAYS.values(), ids=WAYS.keys())
def test_a_jobs_transcript_does_not_depend_on_its_neighbours(loaded: LoadedWhisper, parameters: dict[str, Any]) -> None:
    inputs = several(**parameters)
    alone = [write(loaded, [job_input])[0] for job_input in inputs]
    assert write(loaded, inputs) == alone
    assert write(loaded, inputs[::-1])[::-1] == alone
    assert len({files[0].body for files in alone}) == len(inputs)


def test_recordings_of_every_task_and_language_share_forward_passes(loaded: LoadedWhisper) -> None:
    inputs = [
        asked(recording(3, 1), language="de", task="translate", seed=1, temperature=0),
        asked(recording(2.5, 2), timestamps="word", condition_on_prev_tokens=False, seed=2, temperature=0),
    ]
    assert len({job_input.batch_shape() for job_input in inputs}) == 1
    assert write(loaded, inputs) == [write(loaded, [job_input])[0] for job_input in inputs]


def test_the_same_seed_gives_the_same_transcript_and_another_seed_another(loaded: LoadedWhisper) -> None:
    first, again, other = (write(loaded, [asked(recording(3, 1), seed=seed, temperature=1)]) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_the_files_are_those_that_the_family_announces(loaded: LoadedWhisper) -> None:
    job_input = asked(recording(3, 1), seed=1)
    [files] = write(loaded, [job_input])
    assert [file.extension for file in files] == ["txt", "srt", "vtt", "json"]
    assert len(files) == job_input.output_count() == len(FAMILIES[FamilyName.SPEECH_TO_TEXT].output_kinds)
    assert files[0].facts["seconds"] == pytest.approx(3, abs=0.01)


def test_a_window_is_decoded_as_transformers_decodes_it(loaded: LoadedWhisper, tmp_path: Path) -> None:
    save_whisper(tmp_path)
    reference = type(loaded.model).from_pretrained(tmp_path, local_files_only=True)
    tokens = loaded.tokens
    for seed in range(4):
        job_input = asked(recording(WINDOW_SECONDS, seed))
        samples = sound_of(loaded, job_input).samples()[0]
        window = Window(0, samples, (), tokens.languages["de"], tokens.tasks["transcribe"], (seed,))
        [heard] = hear(loaded, [window], 1, (0.0,), frozenset)
        features = loaded.features(samples, sampling_rate=16_000, return_tensors="pt")["input_features"]
        expected = reference.generate(
            features,
            language="de",
            task="transcribe",
            return_timestamps=True,
            temperature=0.0,
            logprob_threshold=-1.0,
            max_new_tokens=14,
            return_dict_in_generate=True,
            force_unique_generate_call=True,
        )
        written = expected.sequences[0].tolist()
        assert len(heard.tokens) > 3
        assert [token for token in written if token != tokens.end][3:] == list(heard.tokens)


def test_the_language_is_detected_when_it_is_not_given_and_said(loaded: LoadedWhisper) -> None:
    detected = document(write(loaded, [asked(recording(3, 1), seed=1)])[0])
    given = document(write(loaded, [asked(recording(3, 1), seed=1, language=detected["language"])])[0])

    assert detected["language"] in loaded.tokens.languages
    assert 0 < detected["language_probability"] <= 1
    assert given["language_probability"] is None
    assert given["segments"] == detected["segments"]


def test_times_are_in_order_and_within_the_recording(loaded: LoadedWhisper) -> None:
    for files in write(loaded, several(timestamps="word", temperature=0)):
        transcript = document(files)
        segments = transcript["segments"]
        assert segments
        assert all(0 <= each["start"] < each["end"] <= transcript["duration"] for each in segments)
        assert all(before["end"] <= after["start"] for before, after in itertools.pairwise(segments))
        for segment in segments:
            words = " ".join(word["word"] for word in segment["words"])
            assert "".join(words.split()) == "".join(segment["text"].split())
            for word in segment["words"]:
                assert segment["start"] <= word["start"] <= word["end"] <= segment["end"]


def test_progress_counts_the_seconds_heard_and_never_goes_back(loaded: LoadedWhisper) -> None:
    control = Steps()
    write(loaded, several(temperature=0), control)
    assert {total for _, total in control.said} == {6}
    assert [done for done, _ in control.said] == sorted(done for done, _ in control.said)
    assert len({done for done, _ in control.said}) >= 4
    assert control.said[-1] == (6, 6)


def test_who_watches_sees_the_transcript_grow(loaded: LoadedWhisper) -> None:
    control = Steps(watch=True)
    outputs = write(loaded, several(temperature=0), control)
    for member, files in enumerate(outputs):
        whole = "".join(files[0].body.decode().split())
        seen = ["".join(texts[member].split()) for texts in control.texts]
        assert seen[0] == ""
        assert all(whole.startswith(each) for each in seen)
        assert [len(each) for each in seen] == sorted(len(each) for each in seen)
    assert control.texts[-1][1]


def test_a_canceled_member_stops_and_leaves_the_others_untouched(loaded: LoadedWhisper) -> None:
    inputs = several(temperature=0)
    undisturbed = write(loaded, inputs)
    outputs = write(loaded, inputs, Steps(frozenset({1}), drop_at=3))
    assert outputs[1] == []
    assert [outputs[index] for index in (0, 2)] == [undisturbed[index] for index in (0, 2)]


def test_nothing_more_is_computed_when_every_member_is_canceled(loaded: LoadedWhisper) -> None:
    control = Steps(interrupt_at=3)
    with pytest.raises(ForwardBatchInterrupted):
        write(loaded, several(), control)
    assert len(control.said) == 3
    assert write(loaded, several(temperature=0)[:1])[0]


def test_a_silent_recording_gives_an_empty_transcript_and_says_why(loaded: LoadedWhisper) -> None:
    silence = sound_file("wav", np.zeros((1, 44_100 * 5), np.float32))
    [files] = write(loaded, [asked(silence, seed=1)])
    assert [file.body for file in files[:3]] == [b"", b"", b"WEBVTT\n"]
    assert files[0].facts["reason"] == "it is silent"
    assert document(files)["segments"] == []
    assert document(files)["duration"] == 5.0


def test_silence_around_speech_is_passed_over(loaded: LoadedWhisper) -> None:
    speech = np.random.default_rng(1).normal(size=(1, 44_100)).astype(np.float32) / 10
    silence = np.zeros((1, 3 * WINDOW_SECONDS * 44_100), np.float32)
    [files] = write(loaded, [asked(sound_file("wav", np.concatenate([silence, speech, silence], 1)), seed=1)])
    assert document(files)["duration"] == 13.0
    assert min(segment["start"] for segment in document(files)["segments"]) >= 2 * WINDOW_SECONDS


def test_where_the_model_says_that_nobody_speaks_nothing_is_written() -> None:
    def heard(no_speech: float, avg_logprob: float, ratio: float = 1.0) -> Heard:
        return Heard((1,), None, None, torch.zeros(1), avg_logprob, no_speech, ratio, 0.0)

    assert heard(0.9, -1.5).is_silence
    assert not heard(0.9, -1.5).is_doubtful
    assert not heard(0.9, -0.5).is_silence
    assert not heard(0.3, -1.5).is_silence
    assert heard(0.3, -1.5).is_doubtful
    assert heard(0.0, -0.1, ratio=3.0).is_doubtful
    assert not heard(0.0, -0.1).is_doubtful


def test_what_comes_out_unsure_is_decoded_again_at_higher_temperatures(loaded: LoadedWhisper) -> None:
    temperatures = {
        segment["temperature"] for files in write(loaded, several()) for segment in document(files)["segments"]
    }
    assert temperatures <= set(FALLBACK)
    assert max(temperatures) > 0


def test_what_was_heard_guides_what_is_heard_next_if_wanted(loaded: LoadedWhisper) -> None:
    guided, unguided = (
        document(write(loaded, [asked(recording(3.5, 1), temperature=0, condition_on_prev_tokens=guide)])[0])
        for guide in (True, False)
    )
    assert guided["segments"][0] == unguided["segments"][0]
    assert guided["segments"] != unguided["segments"]


@pytest.mark.parametrize("name", ["flac", "ogg-opus", "mp3", "m4a", "webm", "mp4"])
def test_any_sound_or_film_is_heard(loaded: LoadedWhisper, name: str) -> None:
    job_input = asked(recording(1.5, 1, name), seed=1, temperature=0)
    FAMILY.check(loaded, job_input)
    assert document(write(loaded, [job_input])[0])["duration"] == pytest.approx(1.5, abs=0.05)


@pytest.mark.parametrize(
    ("field", "parameters"),
    [("input.language", {"language": "french"}), ("input.audio", {"file": StoredFile("audio/mpeg", b"ID3 nothing")})],
)
def test_what_the_model_cannot_hear_is_refused_naming_the_field(
    loaded: LoadedWhisper, field: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(loaded, asked(**{"file": recording(1, 1), **parameters}))
    assert [problem.path for problem in refusal.value.problems] == [field]


def test_a_model_for_english_alone_takes_no_other_language_and_translates_nothing(english: LoadedWhisper) -> None:
    for field, parameters in (("input.language", {"language": "de"}), ("input.task", {"task": "translate"})):
        with pytest.raises(InputRefused) as refusal:
            FAMILY.check(english, asked(recording(1, 1), **parameters))
        assert [problem.path for problem in refusal.value.problems] == [field]
    FAMILY.check(english, asked(recording(1, 1), language="en"))
    transcript = document(write(english, [asked(recording(2.5, 1), timestamps="word", temperature=0)])[0])
    assert transcript["language"] == "en"
    assert transcript["segments"]


def test_a_long_recording_is_never_held_at_once(loaded: LoadedWhisper) -> None:
    held: list[int] = []
    long = asked(recording(40, 1, "flac"), temperature=0)

    def nothing(loaded: LoadedWhisper, windows: Sequence[Window], *others: Any) -> list[Heard]:
        held.extend(len(window.samples) for window in windows)
        return [Heard((), None, None, torch.zeros(1), 0.0, 0.0, 1.0, 0.0) for _ in windows]

    with patch("worker.families.speech_to_text.hear", nothing):
        [files] = write(loaded, [long])
    assert len(held) == 20
    assert max(held) == WINDOW_SECONDS * 16_000
    assert files[0].facts["reason"] == "nobody speaks in it"


def test_unloading_frees_the_model(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    write(loaded, [asked(recording(1, 1), temperature=0)])
    model = weakref.ref(loaded.model)
    del loaded
    gc.collect()
    assert model() is None
