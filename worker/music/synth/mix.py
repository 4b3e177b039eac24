"""Parts to a stereo mix: every note placed, a little room around it, levelled without clipping."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from worker.music.piece import Voice
from worker.music.score import Instrument, Note, Part, Score
from worker.music.synth.drums import STROKES
from worker.music.synth.tones import SAMPLE_RATE, TONES, Samples

Mixed = NDArray[np.float32]

_BLOCK = 1 << 17
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
    mix = np.zeros((2, frames), np.float32)
    sent = np.zeros((2, frames), np.float32)
    for part in score.parts:
        line = _line(part, score, frames)
        line *= _GAIN[part.voice] * _LEAD_TRIM.get(part.instrument, 1.0)
        for side, gain in enumerate(_panning(_PAN[part.voice])):
            mix[side] += gain * line
            sent[side] += _ROOM[part.voice] * gain * line
    _add_room(mix, sent)
    return _levelled(_faded(mix))


def _panning(position: float) -> tuple[float, float]:
    """Left and right gain of equal power together."""
    angle = (position + 1) * math.pi / 4
    return math.sqrt(2) * math.cos(angle), math.sqrt(2) * math.sin(angle)


def _line(part: Part, score: Score, frames: int) -> Mixed:
    """All notes of a part; equal notes are computed once."""
    line = np.zeros(frames, np.float32)
    known: dict[tuple[int, int], Samples] = {}
    for note in part.notes:
        key = (note.pitch, note.duration)
        if key not in known:
            known[key] = _sounded(part.instrument, note, score.seconds_a_sixteenth)
        begin = int(note.start * score.seconds_a_sixteenth * SAMPLE_RATE)
        sound = known[key][: frames - begin]
        line[begin : begin + len(sound)] += ((note.velocity / 100) ** 1.6 * sound).astype(np.float32)
    return line


def _sounded(instrument: Instrument, note: Note, seconds_a_sixteenth: float) -> Samples:
    if instrument is Instrument.DRUMS:
        return STROKES[note.pitch]()
    return TONES[instrument](note.pitch, note.duration * seconds_a_sixteenth)


def _add_room(mix: Mixed, sent: Mixed) -> None:
    """A small hall: noise that decays within a second and a half, another on each side (Moorer 1979).

    Convolved block by block (overlap-add), for the memory of a long piece's single transform would be a hundredfold.
    """
    frames = sent.shape[1]
    for side in range(2):
        response = _hall(90 + side)
        size = 2 * _BLOCK
        spectrum = np.fft.rfft(response, size)
        for begin in range(0, frames, _BLOCK):
            wet = np.fft.irfft(np.fft.rfft(sent[side, begin : begin + _BLOCK], size) * spectrum, size)
            heard = wet[: frames - begin].astype(np.float32)
            mix[side, begin : begin + len(heard)] += heard


def _hall(seed: int) -> Samples:
    """The impulse response: a gap before the first reflection, then decay; walls and air take the high end first."""
    length = min(int(1.5 * SAMPLE_RATE), _BLOCK)
    response = np.random.default_rng(seed).standard_normal(length) * np.exp(-np.arange(length) / SAMPLE_RATE / 0.28)
    response[: int(0.012 * SAMPLE_RATE)] = 0
    duller: Samples = np.convolve(response, np.ones(5) / 5, "same")
    return duller * (1.6 / math.sqrt(float(np.sum(duller**2))))


def _faded(mix: Mixed) -> Mixed:
    """Silence at the very end, reached without a click."""
    fade = int(0.5 * SAMPLE_RATE)
    mix[:, -fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return mix


def _levelled(mix: Mixed) -> Mixed:
    """To an even loudness: peaks are rounded off softly, never cut."""
    loudness = math.sqrt(float(np.mean(np.square(mix, dtype=np.float64))))
    if loudness == 0:
        return mix
    rounded: Mixed = _PEAK * np.tanh(mix * np.float32(_LOUDNESS / loudness / _PEAK))
    return rounded
