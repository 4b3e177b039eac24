"""What the text-to-audio family promises, for a model that writes tokens and for one that denoises."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.catalog.families import FamilyName
from shared.catalog.inputs.text_to_audio import TextToAudioInput
from shared.errors import ForwardBatchInterrupted, InputRefused
from tests.conformance.step_controls import Steps
from tests.conformance.tiny.sounds import HOP, LATENTS, RATE, save_musicgen, save_stable_audio
from worker.families.audio.musicgen import MusicGen
from worker.families.audio.stable_audio import StableAudio
from worker.families.base import Device, ModelRef
from worker.families.text_to_audio import LoadedSoundModel, TextToAudio
from worker.media.base import Media
from worker.media.sound import SoundMedia

FAMILY = TextToAudio()
SECONDS = 0.4
STEPS = 3
PROMPTS = ("rain", "a slow waltz on an old piano", "birds", "drums and a bright lead")
# Sums of another batch size round elsewhere. A token is the same or another one, which is heard.
TOLERANCE = 2e-5
DENOISES = {"denoising"}


def load(folder: Path) -> LoadedSoundModel:
    return FAMILY.load(ModelRef("tests/sounds", FamilyName.TEXT_TO_AUDIO, "1", folder), Device())


@pytest.fixture(scope="module", params=["tokens", "denoising"])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LoadedSoundModel:
    save = save_stable_audio if request.param in DENOISES else save_musicgen
    return load(save(tmp_path_factory.mktemp(request.param)))


@pytest.fixture(scope="module")
def musicgen(tmp_path_factory: pytest.TempPathFactory) -> LoadedSoundModel:
    return load(save_musicgen(tmp_path_factory.mktemp("musicgen")))


@pytest.fixture(scope="module")
def stable_audio(tmp_path_factory: pytest.TempPathFactory) -> LoadedSoundModel:
    return load(save_stable_audio(tmp_path_factory.mktemp("stable-audio")))


def wanted(loaded: LoadedSoundModel, prompt: str = PROMPTS[0], seed: int = 1, **fields: Any) -> TextToAudioInput:
    steps = {"num_inference_steps": STEPS} if isinstance(loaded.model, StableAudio) else {}
    return TextToAudioInput(**{"prompt": prompt, "seed": seed, "seconds": SECONDS, **steps, **fields})


def make(loaded: LoadedSoundModel, *inputs: TextToAudioInput, control: Steps | None = None) -> list[list[Media]]:
    return FAMILY.generate(loaded, inputs, control or Steps())


def samples(media: Media) -> NDArray[np.floating[Any]]:
    assert isinstance(media, SoundMedia)
    return media.samples


def same(first: Media, second: Media) -> bool:
    return bool(np.abs(samples(first) - samples(second)).max() <= TOLERANCE)


def test_each_folder_is_read_by_the_library_that_wrote_it(
    musicgen: LoadedSoundModel, stable_audio: LoadedSoundModel
) -> None:
    assert isinstance(musicgen.model, MusicGen)
    assert isinstance(stable_audio.model, StableAudio)


def test_a_sound_has_the_length_that_was_asked_for_and_the_model_s_rate(loaded: LoadedSoundModel) -> None:
    ((sound,),) = make(loaded, wanted(loaded))
    encoded = sound.encode()
    channels = 2 if isinstance(loaded.model, StableAudio) else 1

    assert encoded.facts == {"seconds": SECONDS, "channels": channels, "sample_rate": RATE}
    with wave.open(io.BytesIO(encoded.body)) as file:
        assert file.getparams()[:4] == (channels, 2, RATE, round(SECONDS * RATE))
    assert samples(sound).std() > 0


def test_a_stereo_codec_gives_two_channels(tmp_path: Path) -> None:
    stereo = load(save_musicgen(tmp_path, channels=2))

    ((sound,), (other,)) = make(stereo, wanted(stereo), wanted(stereo, PROMPTS[1], 2))

    assert samples(sound).shape == (2, round(SECONDS * RATE))
    assert np.abs(samples(sound)[0] - samples(sound)[1]).max() > 0
    ((alone,),) = make(stereo, wanted(stereo, PROMPTS[1], 2))
    assert same(alone, other)


def test_the_same_seed_makes_the_same_sound_and_another_seed_another(loaded: LoadedSoundModel) -> None:
    (first,), (again,), (other,) = (make(loaded, wanted(loaded, seed=seed))[0] for seed in (7, 7, 8))

    assert first.encode().body == again.encode().body
    assert not same(first, other)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1)])
def test_a_job_s_sound_does_not_depend_on_its_neighbours(loaded: LoadedSoundModel, order: tuple[int, ...]) -> None:
    together = make(loaded, *(wanted(loaded, PROMPTS[index], index) for index in order))

    for index, (sound,) in zip(order, together, strict=True):
        ((alone,),) = make(loaded, wanted(loaded, PROMPTS[index], index))
        assert same(alone, sound)


def test_sound_k_of_seed_s_is_sound_0_of_seed_s_plus_k(loaded: LoadedSoundModel) -> None:
    several, _ = make(loaded, wanted(loaded, PROMPTS[1], 5, num_sounds=3), wanted(loaded))
    ((third,),) = make(loaded, wanted(loaded, PROMPTS[1], 7))

    assert len(several) == 3
    assert same(several[2], third)


def test_the_prompt_is_heard_the_more_the_higher_the_guidance(loaded: LoadedSoundModel) -> None:
    def heard(guidance: float) -> float:
        (first,), (second,) = (
            make(loaded, wanted(loaded, prompt, 3, guidance_scale=guidance))[0] for prompt in PROMPTS[:2]
        )
        return float(np.abs(samples(first) - samples(second)).mean())

    assert heard(8.0) > heard(1.0)


def test_what_shapes_the_draw_changes_the_sound(musicgen: LoadedSoundModel, stable_audio: LoadedSoundModel) -> None:
    for loaded, fields in (
        (musicgen, {"temperature": 0.2}),
        (musicgen, {"top_k": 2}),
        (stable_audio, {"num_inference_steps": 5}),
        (stable_audio, {"negative_prompt": "hiss"}),
    ):
        ((plain,),), ((shaped,),) = make(loaded, wanted(loaded)), make(loaded, wanted(loaded, **fields))
        assert not same(plain, shaped), fields


@pytest.mark.parametrize(
    ("fields", "path"),
    [({"num_inference_steps": 9}, "num_inference_steps"), ({"negative_prompt": "hiss"}, "negative_prompt")],
)
def test_a_model_that_writes_tokens_refuses_what_is_for_denoising(
    musicgen: LoadedSoundModel, fields: dict[str, Any], path: str
) -> None:
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(musicgen, wanted(musicgen, **fields))
    assert [problem.path for problem in refusal.value.problems] == [f"input.{path}"]


@pytest.mark.parametrize("fields", [{"temperature": 0.9}, {"top_k": 50}])
def test_a_model_that_denoises_refuses_what_is_for_tokens(
    stable_audio: LoadedSoundModel, fields: dict[str, Any]
) -> None:
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(stable_audio, TextToAudioInput(prompt="rain", **fields))
    assert [problem.path for problem in refusal.value.problems] == [f"input.{name}" for name in fields]


def test_a_sound_may_be_as_long_as_the_model_makes_and_no_longer(loaded: LoadedSoundModel) -> None:
    longest = LATENTS * HOP / RATE if isinstance(loaded.model, StableAudio) else 2.0
    FAMILY.check(loaded, wanted(loaded, seconds=longest))
    ((sound,),) = make(loaded, wanted(loaded, seconds=longest))
    assert samples(sound).shape[1] == round(longest * RATE)

    with pytest.raises(InputRefused, match=r"input.seconds: this model makes (0.8|2) seconds at most"):
        FAMILY.check(loaded, wanted(loaded, seconds=longest + 0.1))


def test_a_prompt_that_would_be_cut_is_refused(loaded: LoadedSoundModel) -> None:
    with pytest.raises(InputRefused, match=r"input.prompt: is \d+ tokens long; this model reads 48 at most"):
        FAMILY.check(loaded, wanted(loaded, prompt="rain on a roof " * 10))


def test_progress_counts_every_step_up_to_the_total(loaded: LoadedSoundModel) -> None:
    control = Steps()
    make(loaded, wanted(loaded), wanted(loaded, PROMPTS[1], 2), control=control)

    assert control.counted_to_the_end()


def test_a_dropped_member_has_no_sound_and_its_neighbour_the_same_as_ever(loaded: LoadedSoundModel) -> None:
    dropped, (kept,) = make(
        loaded, wanted(loaded), wanted(loaded, PROMPTS[1], 2), control=Steps(frozenset({0}), drop_at=2)
    )
    ((alone,),) = make(loaded, wanted(loaded, PROMPTS[1], 2))

    assert dropped == []
    assert same(alone, kept)


def test_an_interrupted_batch_stops_at_that_step_and_leaves_the_model_usable(loaded: LoadedSoundModel) -> None:
    control = Steps(interrupt_at=2)
    with pytest.raises(ForwardBatchInterrupted):
        make(loaded, wanted(loaded), control=control)

    assert control.said[-1][0] == 2
    assert len(make(loaded, wanted(loaded))[0]) == 1


def test_longer_and_more_sounds_fill_a_batch_sooner(loaded: LoadedSoundModel) -> None:
    one, several = (FAMILY.max_batch(loaded, wanted(loaded, num_sounds=count)) for count in (1, 8))

    assert one >= 8 * several > 0
