"""The drum kit: one stroke of each, by its General MIDI key."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from worker.music.synth.tones import SAMPLE_RATE, Samples


def _time(seconds: float) -> Samples:
    return np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _hiss(frames: int, seed: int, lowest: float) -> Samples:
    """White noise without what is below ``lowest`` hertz."""
    noise = np.random.default_rng(seed).standard_normal(frames)
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(frames, 1 / SAMPLE_RATE)
    return np.fft.irfft(spectrum * np.clip((hertz - lowest) / lowest, 0, 1), frames)


def _swept(seconds: float, start: float, end: float, glide: float, decay: float) -> Samples:
    """A skin: a sine that falls from ``start`` to ``end`` hertz."""
    time = _time(seconds)
    phase = end * time + (start - end) * glide * (1 - np.exp(-time / glide))
    return np.sin(2 * np.pi * phase) * np.exp(-time / decay) * np.clip((seconds - time) / 0.02, 0, 1)


def _kick() -> Samples:
    sound = 1.1 * _swept(0.38, 160, 48, 0.035, 0.13)
    time = _time(0.38)
    return sound + 0.12 * _hiss(len(time), 1, 2_000) * np.exp(-time / 0.003)


def _snare() -> Samples:
    time = _time(0.28)
    skin = 0.5 * _swept(0.28, 240, 180, 0.02, 0.07)
    return skin + 0.32 * _hiss(len(time), 2, 1_200) * np.exp(-time / 0.075)


def _cymbal(seconds: float, decay: float, seed: int, level: float, lowest: float = 6_000) -> Samples:
    time = _time(seconds)
    return level * _hiss(len(time), seed, lowest) * np.exp(-time / decay) * np.clip((seconds - time) / 0.02, 0, 1)


def _shaker() -> Samples:
    time = _time(0.12)
    return 0.22 * _hiss(len(time), 7, 5_000) * np.minimum(1, time / 0.025) * np.exp(-time / 0.035)


STROKES: Mapping[int, Callable[[], Samples]] = {
    36: _kick,
    38: _snare,
    42: lambda: _cymbal(0.09, 0.022, 3, 0.22, 7_000),
    46: lambda: _cymbal(0.4, 0.12, 4, 0.18, 6_500),
    49: lambda: _cymbal(1.6, 0.5, 5, 0.3, 3_500),
    50: lambda: 0.8 * _swept(0.35, 210, 150, 0.04, 0.12),
    45: lambda: 0.9 * _swept(0.42, 150, 95, 0.05, 0.15),
    70: _shaker,
}
