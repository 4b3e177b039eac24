"""Any sound or film gives its samples, at the rate asked for; what is damaged or absurd is refused by its field."""

from __future__ import annotations

import io
import wave
from typing import Any

import numpy as np
import pytest

from shared.catalog.inputs.files import StoredFile
from shared.errors import InputRefused
from tests.unit.worker.media.sound_files import RECIPES, silent_film, sound_file, tone
from worker.media.sound_decoding import SlidingSound, SoundSource

RATE = 16_000


def source(file: StoredFile, channels: int = 1, max_seconds: float = 60) -> SoundSource:
    return SoundSource(file, "input.audio", RATE, channels, max_seconds)


def pcm(values: np.ndarray[Any, Any], rate: int, channels: int = 1) -> StoredFile:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(values.astype("<i2").tobytes())
    return StoredFile("audio/wav", buffer.getvalue())


def refusal(of: SoundSource) -> str:
    with pytest.raises(InputRefused) as refused:
        of.seconds()
    assert [problem.path for problem in refused.value.problems] == ["input.audio"]
    return refused.value.problems[0].message


@pytest.mark.parametrize("name", RECIPES)
def test_every_format_gives_the_sound_that_went_in(name: str) -> None:
    recipe = RECIPES[name]
    samples = source(sound_file(name, tone(1.5, recipe.rate)), channels=2).samples()

    assert samples.dtype == np.float32
    assert samples.shape == (2, pytest.approx(1.5 * RATE, abs=0.03 * RATE))
    # Away from the ends, where encoders fade in and out, it is the sine that it was.
    steady = samples[:, RATE // 4 : RATE // 4 + RATE]
    loudest = np.abs(np.fft.rfft(steady)).argmax(axis=1)
    assert loudest.tolist() == [440, 440]
    # The encoder of MP3 takes a twentieth off.
    assert steady.std(axis=1) == pytest.approx([0.354, 0.177], rel=0.06)


@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if recipe.lossless])
def test_a_lossless_file_gives_back_its_samples(name: str) -> None:
    recipe = RECIPES[name]
    original = tone(0.5, recipe.rate)
    decoded = SoundSource(sound_file(name, original), "input.audio", recipe.rate, 2, 60).samples()
    assert np.abs(decoded - original).max() <= 1 / 32_767


def test_channels_are_mixed_to_one_without_clipping() -> None:
    loud = np.full((2, 4000), 0.9, np.float32)
    assert source(sound_file("wav", loud)).samples().max() == pytest.approx(0.9, abs=0.02)
    assert source(sound_file("wav", np.full((6, 4000), 0.9, np.float32))).samples().max() <= 1.0


@pytest.mark.parametrize("name", ["mp4", "webm"])
def test_times_in_a_films_sound_are_times_in_the_film(name: str) -> None:
    samples = source(sound_file(name, tone(0.5, RECIPES[name].rate), begins=1.2)).samples()[0]
    assert np.flatnonzero(np.abs(samples) > 0.05)[0] / RATE == pytest.approx(1.2, abs=0.03)


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("damage", ["empty", "beginning", "random"])
def test_a_damaged_file_is_refused_by_its_field(name: str, damage: str) -> None:
    whole = sound_file(name, tone(0.3, RECIPES[name].rate))
    body = {"empty": b"", "beginning": whole.body[:40], "random": np.random.default_rng(1).bytes(5000)}[damage]
    assert refusal(source(StoredFile(whole.media_type, body)))


@pytest.mark.parametrize("name", ["mp3", "m4a"])
def test_a_file_of_which_much_cannot_be_decoded_is_refused(name: str) -> None:
    whole = sound_file(name, tone(3, RECIPES[name].rate))
    third = len(whole.body) // 3
    body = whole.body[:third] + np.random.default_rng(1).bytes(third) + whole.body[2 * third :]
    assert "damaged" in refusal(source(StoredFile(whole.media_type, body)))


def test_a_film_without_sound_and_a_sound_without_samples_are_refused() -> None:
    assert refusal(source(silent_film())) == "has no sound track"
    assert refusal(source(pcm(np.zeros(0), RATE))) == "has no sound that could be decoded"
    assert refusal(source(StoredFile("image/png", b"\x89PNG"))) == "is image/png, which holds no sound"


def test_a_playlist_is_never_followed() -> None:
    playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n"
    assert "damaged" in refusal(source(StoredFile("audio/mpeg", playlist)))


def test_sound_that_lasts_too_long_is_refused_before_it_is_all_held() -> None:
    hour = pcm(np.zeros(3600 * 1000), 1000)
    assert refusal(source(hour, max_seconds=2)) == "lasts longer than 2 seconds"
    blocks = source(hour, max_seconds=2).blocks()
    assert next(blocks).shape[1] <= 2 * RATE


@pytest.mark.parametrize("rate", [1, 900, 1_000_000])
def test_a_sample_rate_that_is_none_is_refused(rate: int) -> None:
    assert f"at {rate} Hz" in refusal(source(pcm(np.zeros(8), rate)))


def test_samples_that_are_not_numbers_are_refused() -> None:
    broken = tone(0.2, 22_050)
    broken[0, 100] = np.nan
    assert refusal(source(sound_file("wav-float", broken))) == "has samples that are not numbers"


def test_a_window_slides_over_the_sound_and_forgets_what_is_behind_it() -> None:
    values = np.arange(30_000)
    whole = source(pcm(values, RATE)).samples()[0]
    sliding = SlidingSound(source(pcm(values, RATE)))

    for start in (0, 100, 100, 9_000, 29_000):
        assert np.array_equal(sliding.window(start, 5_000), whole[start : start + 5_000])
    assert len(sliding.window(40_000, 5_000)) == 0
    with pytest.raises(ValueError, match="forgotten"):
        sliding.window(0, 10)
