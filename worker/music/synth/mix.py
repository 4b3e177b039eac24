"""Parts to a stereo mix: every note placed, a little room around it, levelled without clipping."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from worker.music.piece import Voice
from worker.music.score import Instrument, Note, Part, Score
from worker.music.synth.drums import STROKES
from worker.music.synth.tones import SAMPLE_RATE, TONES, Samples

_TAIL_SECONDS = 2.0
_PEAK = 0.89
"""A decibel below full scale."""
_LOUDNESS = 0.13
"""The root mean square to which a mix is raised, as far as its peaks allow."""
_GAIN = {Voice.MELODY: 0.62, Voice.HARMONY: 0.3, Voice.BASS: 0.62, Voice.DRUMS: 0.55}
_ROOM = {Voice.MELODY: 0.22, Voice.HARMONY: 0.26, Voice.BASS: 0.03, Voice.DRUMS: 0.08}
# From -1, left, to 1, right.
_PAN: Mapping[Voice, float] = {Voice.MELODY: 0.08, Voice.HARMONY: -0.18, Voice.BASS: 0.0, Voice.DRUMS: 0.05}
_LEAD_TRIM = {
    Instrument.SYNTH: 0.8,
    Instrument.MUSIC_BOX: 0.9,
    Instrument.GUITAR: 1.2,
    Instrument.PIANO: 1.1,
    Instrument.MARIMBA: 1.2,
    Instrument.HARP: 1.7,
    Instrument.PAD: 0.8,
}


def render(score: Score) -> NDArray[np.float32]:
    """The score as ``(2, frames)`` at 44.1 kHz, with two seconds to fade away in. Deterministic."""
    frames = int((score.seconds + _TAIL_SECONDS) * SAMPLE_RATE)
    mix = np.zeros((2, frames))
    sent = np.zeros((2, frames))
    for part in score.parts:
        line = _line(part, score, frames)
        spread = _GAIN[part.voice] * _LEAD_TRIM.get(part.instrument, 1.0) * line
        panned = np.stack([spread, spread]) * _panning(_PAN[part.voice])[:, None]
        mix += panned
        sent += _ROOM[part.voice] * panned
    mix += _room(sent)
    return _levelled(_faded(mix)).astype(np.float32)


def _panning(position: float) -> Samples:
    """Left and right gain of equal power together."""
    angle = (position + 1) * np.pi / 4
    gains: Samples = np.array([np.cos(angle), np.sin(angle)]) * np.sqrt(2)
    return gains


def _line(part: Part, score: Score, frames: int) -> Samples:
    """All notes of a part; equal notes are computed once."""
    line = np.zeros(frames)
    known: dict[tuple[int, int], Samples] = {}
    for note in part.notes:
        key = (note.pitch, note.duration)
        if key not in known:
            known[key] = _sounded(part.instrument, note, score.seconds_a_sixteenth)
        begin = int(note.start * score.seconds_a_sixteenth * SAMPLE_RATE)
        sound = known[key][: frames - begin]
        line[begin : begin + len(sound)] += (note.velocity / 100) ** 1.6 * sound
    return line


def _sounded(instrument: Instrument, note: Note, seconds_a_sixteenth: float) -> Samples:
    if instrument is Instrument.DRUMS:
        return STROKES[note.pitch]()
    return TONES[instrument](note.pitch, note.duration * seconds_a_sixteenth)


def _room(sent: Samples) -> Samples:
    """A small hall: noise that decays within a second and a half, another on each side (Moorer 1979)."""
    frames = sent.shape[1]
    length = int(1.5 * SAMPLE_RATE)
    time = np.arange(length) / SAMPLE_RATE
    size = 1 << (frames + length - 1).bit_length()
    wet = np.zeros_like(sent)
    for side in range(2):
        response = np.random.default_rng(90 + side).standard_normal(length) * np.exp(-time / 0.28)
        response[: int(0.012 * SAMPLE_RATE)] = 0
        # Walls and air take the high end first.
        response = np.convolve(response, np.ones(5) / 5, "same")
        response *= 1.6 / np.sqrt(np.sum(response**2))
        wet[side] = np.fft.irfft(np.fft.rfft(sent[side], size) * np.fft.rfft(response, size), size)[:frames]
    return wet


def _faded(mix: Samples) -> Samples:
    """Silence at the very end, reached without a click."""
    fade = int(0.5 * SAMPLE_RATE)
    mix[:, -fade:] *= np.linspace(1, 0, fade)
    return mix


def _levelled(mix: Samples) -> Samples:
    """To an even loudness: peaks are rounded off softly, never cut."""
    loudness = np.sqrt(np.mean(mix**2))
    if loudness == 0:
        return mix
    rounded: Samples = _PEAK * np.tanh(mix * (_LOUDNESS / loudness) / _PEAK)
    return rounded
