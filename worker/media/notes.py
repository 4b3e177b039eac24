"""A piece of music as media: its notes, its sound and its picture, all made from the score when they are encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from worker.media.base import EncodedMedia
from worker.media.image import ImageMedia
from worker.media.sound import SoundMedia
from worker.music import piano_roll
from worker.music.midi_writing import midi_file
from worker.music.score import Score
from worker.music.synth import SAMPLE_RATE, render


@dataclass(frozen=True, slots=True)
class MidiMedia:
    """The notes, as a Standard MIDI File."""

    score: Score

    def encode(self) -> EncodedMedia:
        score = self.score
        facts: dict[str, Any] = {
            "seconds": round(score.seconds, 3),
            "bars": score.bars,
            "tempo": score.tempo,
            "key": f"{score.key} {score.mode}",
            "notes": sum(len(part.notes) for part in score.parts),
        }
        return EncodedMedia(midi_file(score), "audio/midi", "mid", facts)


@dataclass(frozen=True, slots=True)
class PlayedMedia:
    """The score as the project's own synthesizer plays it."""

    score: Score

    def encode(self) -> EncodedMedia:
        return SoundMedia(render(self.score), SAMPLE_RATE).encode()


@dataclass(frozen=True, slots=True)
class PianoRollMedia:
    """The score as a picture."""

    score: Score

    def encode(self) -> EncodedMedia:
        return ImageMedia(piano_roll.draw(self.score)).encode()
