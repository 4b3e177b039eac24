"""A piano roll shows what is played, where it is played."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.worker.music.pieces import short_piece
from worker.music.arrangement import arrange
from worker.music.piano_roll import COLOURS, draw
from worker.music.piece import Voice
from worker.music.score import Instrument, Note, Part, Score


def score_of(*notes: Note, bars: int = 2) -> Score:
    part = Part(Voice.MELODY, Instrument.PIANO, notes)
    return Score("Happy", 120, "C", "major", bars, ("C",) * bars, (part,))


def places(pixels: NDArray[np.uint8], voice: Voice) -> NDArray[np.intp]:
    """Rows and columns below the heading that have the colour of a voice."""
    away = np.abs(pixels[90:].astype(int) - COLOURS[voice]).sum(axis=2)
    return np.argwhere(away < 40)


def test_later_is_further_right_and_higher_is_further_up() -> None:
    early_low = places(draw(score_of(Note(0, 8, 60, 100), Note(0, 1, 80, 1))), Voice.MELODY).mean(axis=0)
    late_low = places(draw(score_of(Note(16, 8, 60, 100), Note(0, 1, 80, 1))), Voice.MELODY).mean(axis=0)
    early_high = places(draw(score_of(Note(0, 8, 79, 100), Note(0, 1, 80, 1), Note(0, 1, 60, 1))), Voice.MELODY)

    assert late_low[1] > early_low[1] + 50
    assert early_high.mean(axis=0)[0] < early_low[0] - 50


def test_longer_is_wider() -> None:
    short, long = (np.ptp(places(draw(score_of(Note(0, length, 60, 100))), Voice.MELODY)[:, 1]) for length in (4, 16))

    assert long == pytest.approx(4 * short, rel=0.1)


def test_every_voice_that_plays_has_its_colour_and_no_other() -> None:
    score = arrange(short_piece())
    silent = replace(score, parts=tuple(part for part in score.parts if part.voice is not Voice.BASS))

    assert all(len(places(draw(score), part.voice)) > 20 for part in score.parts)
    assert len(places(draw(silent), Voice.BASS)) == 0


def test_the_longest_piece_is_still_a_picture_that_fits_a_screen() -> None:
    height, width, channels = draw(score_of(Note(0, 4, 36, 90), Note(4, 4, 96, 90), bars=32)).shape

    assert channels == 3
    assert (width, height) < (1800, 1000)


def test_the_same_score_gives_the_same_pixels() -> None:
    assert np.array_equal(draw(arrange(short_piece())), draw(arrange(short_piece())))
