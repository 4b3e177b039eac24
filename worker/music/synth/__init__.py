"""A small software synthesizer: scores to stereo sound, with numpy alone and the same samples every time."""

from __future__ import annotations

from worker.music.synth.mix import render
from worker.music.synth.tones import SAMPLE_RATE

__all__ = ["SAMPLE_RATE", "render"]
