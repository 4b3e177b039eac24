"""A sound becomes a WAV that says what it is and holds what was made."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from numpy.typing import NDArray

from worker.media.sound import SoundMedia

RATE = 8_000


def decoded(body: bytes) -> tuple[wave._wave_params, NDArray[np.int16]]:
    """A WAV's parameters, and its samples as ``(frames, channels)``."""
    with wave.open(io.BytesIO(body)) as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return file.getparams(), frames.reshape(-1, file.getnchannels())


def sine(amplitude: float, channels: int = 2) -> NDArray[np.float32]:
    one = amplitude * np.sin(2 * np.pi * 440 * np.arange(RATE // 2) / RATE)
    return np.stack([one * (1 - 0.5 * channel) for channel in range(channels)]).astype(np.float32)


def test_a_wav_holds_every_channel_s_samples_in_their_order() -> None:
    samples = sine(0.5)
    parameters, frames = decoded(SoundMedia(samples, RATE).encode().body)

    assert (parameters.nchannels, parameters.sampwidth, parameters.framerate) == (2, 2, RATE)
    assert np.abs(frames.T / 32_767 - samples).max() <= 0.5 / 32_767 + 1e-7


def test_the_facts_say_seconds_channels_and_rate() -> None:
    encoded = SoundMedia(sine(0.5, channels=1), RATE).encode()

    assert encoded.facts == {"seconds": 0.5, "channels": 1, "sample_rate": RATE}
    assert (encoded.media_type, encoded.extension) == ("audio/wav", "wav")


def test_what_is_too_loud_is_turned_down_as_a_whole_and_not_clipped() -> None:
    _, frames = decoded(SoundMedia(sine(3.0), RATE).encode().body)

    assert np.abs(frames).max() == 32_767
    assert np.abs(frames[:, 0] - 2 * frames[:, 1]).max() <= 2, "the balance of the channels is kept"
    assert (np.abs(frames[:, 0]) >= 32_766).sum() < len(frames) / 50, "no plateau of clipped samples"


def test_a_quiet_sound_is_left_as_quiet_as_it_is() -> None:
    _, frames = decoded(SoundMedia(sine(0.01), RATE).encode().body)

    assert np.abs(frames).max() == round(0.01 * 32_767)


def test_the_same_sound_gives_the_same_bytes() -> None:
    assert SoundMedia(sine(0.5), RATE).encode().body == SoundMedia(sine(0.5), RATE).encode().body


def test_a_sound_of_no_numbers_is_an_error_and_not_a_file() -> None:
    with pytest.raises(ValueError, match="no numbers"):
        SoundMedia(np.full((1, 10), np.nan), RATE).encode()
