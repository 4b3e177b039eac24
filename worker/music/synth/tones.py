"""One note of every pitched instrument: ``(frames,)`` samples, about 1 at their loudest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from worker.music.score import Instrument

Samples = NDArray[np.float64]

SAMPLE_RATE = 44_100
_NYQUIST_MARGIN = 18_000.0


def frequency(pitch: int) -> float:
    """Hertz of a MIDI pitch in equal temperament, A4 at 440."""
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))


def _time(seconds: float) -> Samples:
    return np.arange(max(1, int(seconds * SAMPLE_RATE))) / SAMPLE_RATE


def _struck(seconds: float, attack: float, decay: float, release: float) -> tuple[Samples, Samples]:
    """Time and envelope of what rings by itself: a quick attack, an exponential decay, damped when it is let go."""
    time = _time(seconds + release)
    envelope = np.minimum(1.0, time / attack) * np.exp(-time / decay)
    return time, envelope * np.clip((seconds + release - time) / release, 0, 1) ** 1.5


def _held(seconds: float, attack: float, release: float) -> tuple[Samples, Samples]:
    """Time and envelope of what is blown or bowed: it swells, stays, and fades after its end."""
    time = _time(seconds + release)
    rise = np.sin(0.5 * np.pi * np.clip(time / min(attack, 0.6 * seconds), 0, 1)) ** 2
    fall = np.cos(0.5 * np.pi * np.clip((time - seconds) / release, 0, 1)) ** 2
    return time, rise * fall


def _partials(phase: Samples, strengths: Sequence[float], hertz: float) -> Samples:
    """Harmonics of a phase in cycles, as far as they can be heard without folding back."""
    sound = np.zeros_like(phase)
    for number, strength in enumerate(strengths, 1):
        if strength and number * hertz < _NYQUIST_MARGIN:
            sound += strength * np.sin(2 * np.pi * number * phase)
    return sound


def _vibrato(time: Samples, hertz: float, depth: float, rate: float, onset: float) -> Samples:
    """A phase whose pitch swings by ``depth`` (a share of it) once the note has settled."""
    swing = depth * np.clip((time - onset) / 0.3, 0, 1) * np.sin(2 * np.pi * rate * time)
    return np.cumsum(hertz * (1 + swing)) / SAMPLE_RATE


def _noise(frames: int, seed: int) -> Samples:
    return np.random.default_rng(seed).standard_normal(frames)


def _piano(pitch: int, seconds: float) -> Samples:
    """Slightly stretched partials, the higher ones shorter (Fletcher et al. 1962), and a hammer's knock."""
    hertz = frequency(pitch)
    time, envelope = _struck(seconds, 0.004, 2.6 * 2 ** ((60 - pitch) / 24), 0.25)
    sound = np.zeros_like(time)
    for number in range(1, 11):
        partial = hertz * number * np.sqrt(1 + 0.0004 * number**2)
        if partial < _NYQUIST_MARGIN:
            fade = np.exp(-time * (0.25 + 0.35 * number))
            sound += number**-1.25 * fade * np.sin(2 * np.pi * partial * time + number)
    knock = 0.12 * _noise(len(time), pitch) * np.exp(-time / 0.006)
    return 0.75 * envelope * (sound + knock)


def _flute(pitch: int, seconds: float) -> Samples:
    hertz = frequency(pitch)
    time, envelope = _held(seconds, 0.07, 0.12)
    tone = _partials(_vibrato(time, hertz, 0.004, 5.2, 0.25), (1.0, 0.28, 0.12, 0.03), hertz)
    breath = _noise_below(6, len(time), pitch) * (0.02 + 0.1 * np.exp(-time / 0.05))
    return 0.7 * envelope * (tone + breath)


def _noise_below(width: int, frames: int, seed: int) -> Samples:
    """Noise averaged over so many samples: the wider, the duller."""
    smooth: Samples = np.convolve(_noise(frames, seed), np.ones(width) / width, "same")
    return smooth


def _plucked(pitch: int, seconds: float, brightness: float, ring: float, release: float) -> Samples:
    """A string after Karplus and Strong (1983), computed period by period and read at the exact pitch."""
    hertz = frequency(pitch)
    time, envelope = _struck(seconds, 0.002, ring, release)
    period = 128
    string = _noise(period, 1000 + pitch)
    smoothing = np.array([(1 - brightness) / 2, brightness, (1 - brightness) / 2])
    string = np.convolve(np.tile(string, 3), smoothing, "same")[period : 2 * period]
    string -= string.mean()
    cycles = int(len(time) * hertz / SAMPLE_RATE) + 2
    turns = np.empty((cycles, period))
    # A string's high partials die sooner the higher it is tuned; in cycles that is about the same.
    for cycle in range(cycles):
        turns[cycle] = string
        string = 0.5 * (string + np.roll(string, 1)) if cycle % 2 else 0.5 * (string + np.roll(string, -1))
        string = 0.3 * turns[cycle] + 0.7 * string
    read = np.interp(time * hertz * period, np.arange(cycles * period), turns.ravel())
    note: Samples = 0.8 * envelope * read / max(1e-9, np.abs(read).max())
    return note


def _guitar(pitch: int, seconds: float) -> Samples:
    return _plucked(pitch, seconds, 0.5, 1.4, 0.12)


def _harp(pitch: int, seconds: float) -> Samples:
    return _plucked(pitch, seconds, 0.34, 1.8, 0.6)


def _music_box(pitch: int, seconds: float) -> Samples:
    """The partials of a clamped bar: 1, 6.27 and 17.5 times the lowest; here tamed, with an octave for body."""
    hertz = frequency(pitch)
    time, envelope = _struck(max(seconds, 0.5), 0.002, 0.9, 0.5)
    sound = np.sin(2 * np.pi * hertz * time) + 0.3 * np.exp(-time / 0.4) * np.sin(4 * np.pi * hertz * time)
    for ratio, strength, decay in ((6.27, 0.16, 0.1), (3.0, 0.08, 0.25)):
        if ratio * hertz < _NYQUIST_MARGIN:
            sound += strength * np.exp(-time / decay) * np.sin(2 * np.pi * ratio * hertz * time)
    return 0.7 * envelope * sound


def _synth(pitch: int, seconds: float) -> Samples:
    """Two saws a few cents apart whose brightness falls after the attack."""
    hertz = frequency(pitch)
    time, envelope = _held(seconds, 0.012, 0.1)
    sound = np.zeros_like(time)
    for detune in (-0.003, 0.003):
        for number in range(1, 16):
            partial = hertz * number * (1 + detune)
            if partial < _NYQUIST_MARGIN:
                cut = np.exp(-number * (0.1 + 0.22 * (1 - np.exp(-time / 0.25))))
                sound += cut * np.sin(2 * np.pi * partial * time) / number
    return 0.62 * envelope * sound


def _violin(pitch: int, seconds: float) -> Samples:
    hertz = frequency(pitch)
    time, envelope = _held(seconds, 0.09, 0.14)
    strengths = (1.0, 0.62, 0.48, 0.32, 0.26, 0.14, 0.12, 0.08, 0.05, 0.03)
    tone = _partials(_vibrato(time, hertz, 0.006, 5.8, 0.15), strengths, hertz)
    bow = 0.03 * _noise_below(4, len(time), 2000 + pitch)
    return 0.42 * envelope * (tone + bow)


def _marimba(pitch: int, seconds: float) -> Samples:
    """A bar tuned to 1, 4 and about 10 times its lowest partial."""
    hertz = frequency(pitch)
    time, envelope = _struck(max(seconds, 0.3), 0.002, 0.42 * 2 ** ((60 - pitch) / 36), 0.3)
    sound = np.sin(2 * np.pi * hertz * time)
    for ratio, strength, decay in ((3.93, 0.28, 0.09), (9.8, 0.1, 0.03)):
        if ratio * hertz < _NYQUIST_MARGIN:
            sound += strength * np.exp(-time / decay) * np.sin(2 * np.pi * ratio * hertz * time)
    return 0.85 * envelope * sound


def _pad(pitch: int, seconds: float) -> Samples:
    hertz = frequency(pitch)
    time, envelope = _held(seconds, 0.22, 0.5)
    strengths = (1.0, 0.4, 0.26, 0.12, 0.07, 0.03)
    voices = [_partials(time * hertz * (1 + detune), strengths, hertz) for detune in (-0.0018, 0.0, 0.0018)]
    note: Samples = 0.3 * envelope * np.sum(voices, axis=0)
    return note


def _electric_piano(pitch: int, seconds: float) -> Samples:
    """Frequency modulation (Chowning 1973): a soft tine and a bell that fades from the attack."""
    hertz = frequency(pitch)
    time, envelope = _struck(seconds, 0.003, 1.3, 0.18)
    bell = 0.5 * np.exp(-time / 0.12) * np.sin(2 * np.pi * min(14 * hertz, _NYQUIST_MARGIN) * time)
    body = 0.9 * np.exp(-time / 0.8) * np.sin(2 * np.pi * hertz * time)
    return 0.75 * envelope * (np.sin(2 * np.pi * hertz * time + body) + 0.25 * np.sin(2 * np.pi * hertz * time + bell))


def _bass(pitch: int, seconds: float) -> Samples:
    hertz = frequency(pitch)
    time, envelope = _struck(seconds, 0.006, 1.1, 0.08)
    sound = np.zeros_like(time)
    for number, strength in enumerate((1.0, 0.55, 0.3, 0.18, 0.1, 0.06), 1):
        sound += strength * np.exp(-time * 1.6 * (number - 1)) * np.sin(2 * np.pi * number * hertz * time)
    return 0.75 * envelope * sound


def _synth_bass(pitch: int, seconds: float) -> Samples:
    hertz = frequency(pitch)
    time, envelope = _held(seconds, 0.006, 0.05)
    sound = np.sin(2 * np.pi * hertz * time)
    for number in range(2, 14):
        cut = np.exp(-number * (0.12 + 0.5 * (1 - np.exp(-time / 0.09))))
        sound += 1.2 * cut * np.sin(2 * np.pi * number * hertz * time) / number
    return 0.75 * envelope * sound


TONES: Mapping[Instrument, Callable[[int, float], Samples]] = {
    Instrument.PIANO: _piano,
    Instrument.FLUTE: _flute,
    Instrument.GUITAR: _guitar,
    Instrument.MUSIC_BOX: _music_box,
    Instrument.SYNTH: _synth,
    Instrument.VIOLIN: _violin,
    Instrument.MARIMBA: _marimba,
    Instrument.PAD: _pad,
    Instrument.ELECTRIC_PIANO: _electric_piano,
    Instrument.HARP: _harp,
    Instrument.BASS: _bass,
    Instrument.SYNTH_BASS: _synth_bass,
}
