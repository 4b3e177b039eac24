"""Speech as a media: a sound, and what was said of the text."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from worker.media.base import EncodedMedia
from worker.media.sound import SoundMedia


@dataclass(frozen=True, slots=True)
class SpeechMedia:
    """One voice: ``samples`` is ``(frames,)``; ``unspoken`` are the text's characters that the model cannot say."""

    samples: NDArray[np.float32]
    sample_rate: int
    characters: int
    unspoken: str

    def encode(self) -> EncodedMedia:
        """The sound's file."""
        sound = SoundMedia(self.samples[None], self.sample_rate).encode()
        facts = {**sound.facts, "characters": self.characters}
        return replace(sound, facts={**facts, "unspoken": self.unspoken} if self.unspoken else facts)
