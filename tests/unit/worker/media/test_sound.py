"""A sound's file says what was made, sample for sample."""

from __future__ import annotations

import io
import wave

import numpy as np

from worker.media.sound import SoundMedia


def test_a_sound_becomes_a_wav_with_its_channels_rate_and_samples() -> None:
    left = np.linspace(-1, 1, 801, dtype=np.float32)
    media = SoundMedia(np.stack([left, left / 2]), 8000)

    encoded = media.encode()

    assert (encoded.media_type, encoded.extension) == ("audio/wav", "wav")
    assert encoded.facts == {"seconds": 0.1, "channels": 2, "sample_rate": 8000}
    with wave.open(io.BytesIO(encoded.body)) as file:
        assert file.getparams()[:4] == (2, 2, 8000, 801)
        read = np.frombuffer(file.readframes(801), "<i2").reshape(-1, 2).T / 32_767
    assert np.abs(read - media.samples).max() < 1 / 32_767
    assert media.encode().body == encoded.body


def test_what_is_too_loud_is_clipped_and_never_wraps_around() -> None:
    body = SoundMedia(np.array([[1.5, -1.5]], np.float32), 8000).encode().body
    assert np.frombuffer(body[-4:], "<i2").tolist() == [32_767, -32_767]
