"""What the synthesizer plays can be heard, is in tune, and never clips."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.worker.music.pieces import short_piece
from worker.music.arrangement import DRUM_KEYS, arrange
from worker.music.piece import Voice
from worker.music.score import Instrument, Note, Part, Score
from worker.music.synth import SAMPLE_RATE, render
from worker.music.synth.drums import STROKES
from worker.music.synth.tones import TONES


def one_part(voice: Voice, instrument: Instrument, *notes: Note, bars: int = 1) -> Score:
    return Score("", 120, "C", "major", bars, ("C",) * bars, (Part(voice, instrument, notes),))


def loudness(sound: NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))


@pytest.mark.parametrize("instrument", TONES, ids=lambda each: each.value)
def test_every_instrument_plays_in_tune(instrument: Instrument) -> None:
    sound = TONES[instrument](57, 1.0)  # A3, 220 Hz
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 18))
    hertz = np.fft.rfftfreq(1 << 18, 1 / SAMPLE_RATE)
    near = (hertz > 200) & (hertz < 240)

    fundamental = float(hertz[near][spectrum[near].argmax()])

    assert abs(1200 * np.log2(fundamental / 220)) < 6, "cents"
    assert spectrum[near].max() > 0.2 * spectrum.max(), "the fundamental is what is heard"


@pytest.mark.parametrize("instrument", TONES, ids=lambda each: each.value)
@pytest.mark.parametrize("pitch", [28, 97])
def test_no_note_is_silent_or_far_too_loud_and_all_end_without_a_click(instrument: Instrument, pitch: int) -> None:
    sound = TONES[instrument](pitch, 0.15)

    assert 0.2 < np.abs(sound).max() < 1.6
    assert np.abs(sound[-20:]).max() < 0.02


def test_there_is_a_stroke_for_every_drum_that_can_be_written() -> None:
    keys = {key for part in DRUM_KEYS.values() for key in part}

    assert keys <= STROKES.keys()
    assert all(np.abs(stroke()).max() > 0.05 for stroke in STROKES.values())


def test_a_mix_is_stereo_level_and_below_full_scale() -> None:
    sound = render(arrange(short_piece()))

    assert sound.shape == (2, int((2 * 4 * 60 / 120 + 2) * SAMPLE_RATE))
    assert 0.3 < np.abs(sound).max() < 0.9
    assert 0.08 < loudness(sound) < 0.16
    assert loudness(sound[0] - sound[1]) > 0.05 * loudness(sound), "wide"
    assert np.abs(sound[:, -10:]).max() < 1e-3, "it fades away"


def test_sixteen_loud_notes_at_once_do_not_clip() -> None:
    notes = [Note(0, 16, pitch, 127) for pitch in range(48, 64)]

    assert np.abs(render(one_part(Voice.MELODY, Instrument.SYNTH, *notes))).max() < 0.9


def test_a_note_sounds_when_it_is_written() -> None:
    sound = render(one_part(Voice.MELODY, Instrument.MARIMBA, Note(8, 4, 60, 90)))
    begin = int(8 * 60 / 120 / 4 * SAMPLE_RATE)

    assert loudness(sound[:, : begin - 100]) < 1e-6
    assert loudness(sound[:, begin : begin + 4_000]) > 0.1


def test_the_same_score_gives_the_same_samples() -> None:
    score = arrange(short_piece(lead="violin"))

    assert np.array_equal(render(score), render(score))


def test_a_score_without_a_note_is_silence() -> None:
    assert not render(Score("", 120, "C", "major", 1, ("C",), ())).any()
