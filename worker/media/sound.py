"""Sound as a media: PCM in a RIFF WAVE file."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from worker.media.base import EncodedMedia

_FULL_SCALE = 32_767


@dataclass(frozen=True, slots=True)
class SoundMedia:
    """One sound: ``samples`` is ``(channels, frames)`` with full scale at -1 and 1; ``sample_rate`` in hertz."""

    samples: NDArray[np.floating]
    sample_rate: int

    def encode(self) -> EncodedMedia:
        """A WAV of 16 bits. What is louder than full scale is turned down as a whole, never clipped."""
        channels, frames = self.samples.shape
        samples = self.samples.astype(np.float64)
        peak = float(np.abs(samples).max(initial=0.0))
        if not np.isfinite(peak):
            raise ValueError("the sound has samples that are no numbers")
        pcm = np.rint(samples * (_FULL_SCALE / max(1.0, peak))).astype("<i2")
        file = io.BytesIO()
        with wave.open(file, "wb") as written:
            written.setnchannels(channels)
            written.setsampwidth(2)
            written.setframerate(self.sample_rate)
            written.writeframes(np.ascontiguousarray(pcm.T).tobytes())
        facts = {
            "seconds": round(frames / self.sample_rate, 3),
            "channels": channels,
            "sample_rate": self.sample_rate,
        }
        return EncodedMedia(file.getvalue(), "audio/wav", "wav", facts)
