"""Sound as a media, encoded as 16-bit WAV."""

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
    """One sound: ``samples`` is ``(channels, frames)``, full scale at -1 and 1; ``sample_rate`` in hertz."""

    samples: NDArray[np.float32]
    sample_rate: int

    def encode(self) -> EncodedMedia:
        """Linear 16-bit PCM, the channels interleaved; what is beyond full scale is clipped."""
        channels, frames = self.samples.shape
        pcm = np.rint(np.clip(self.samples, -1.0, 1.0) * _FULL_SCALE).astype("<i2")
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(2)
            file.setframerate(self.sample_rate)
            file.writeframes(pcm.T.tobytes())
        facts = {
            "seconds": round(frames / self.sample_rate, 3),
            "channels": channels,
            "sample_rate": self.sample_rate,
        }
        return EncodedMedia(buffer.getvalue(), "audio/wav", "wav", facts)
