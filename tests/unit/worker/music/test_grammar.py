"""Whatever is drawn from what the grammar allows, a whole piece comes out."""

from __future__ import annotations

import random

import pytest

from tests.unit.worker.music.pieces import RULES, events, short_piece, write
from worker.music.grammar import PieceInProgress
from worker.music.piece import Piece, Voice
from worker.music.theory import MODES, chord_tones, pitch_classes
from worker.music.vocabulary import HOLD, REST


def drawn(seed: int, progress: PieceInProgress) -> Piece:
    """A piece drawn at random from what is allowed."""
    rng = random.Random(seed)
    while not progress.finished:
        progress.advance(progress.rules.vocabulary.tokens[rng.choice(progress.allowed())])
    return progress.piece()


@pytest.mark.parametrize("seed", range(20))
def test_any_walk_through_the_grammar_is_a_whole_piece_with_full_bars(seed: int) -> None:
    piece = drawn(seed, PieceInProgress(RULES, 5, {}))

    assert len(piece.bars) == 5
    for bar in piece.bars:
        assert {voice: sum(event.duration for event in bar.voices[voice]) for voice in Voice} == dict.fromkeys(
            Voice, 16
        )


@pytest.mark.parametrize("mode", MODES)
def test_every_note_and_chord_is_in_the_key_that_was_asked_for(mode: str) -> None:
    inside = pitch_classes(mode)

    piece = drawn(3, PieceInProgress(RULES, 8, {"MODE": f"MODE_{mode}"}))

    assert piece.attributes.mode == mode
    for bar in piece.bars:
        _, root, quality = bar.chord.split("_")
        assert inside.issuperset(chord_tones(int(root), quality))
        names = [event.name for event in bar.voices[Voice.MELODY] if event.name not in (REST, HOLD)]
        assert {int(name.removeprefix("NOTE_")) % 12 for name in names} <= inside


def test_attributes_that_are_asked_for_are_written_and_the_others_free() -> None:
    wanted = {"MOOD": "MOOD_sad", "KEY": "KEY_Eb", "TEMPO": "TEMPO_72", "LEAD": "LEAD_music box"}

    pieces = [drawn(seed, PieceInProgress(RULES, 2, wanted)).attributes for seed in range(12)]

    assert {(each.mood, each.key, each.tempo, each.lead) for each in pieces} == {("sad", "Eb", 72, "music box")}
    assert len({each.mode for each in pieces}) > 1


def test_a_given_melody_stands_as_it_was_given_even_out_of_key() -> None:
    given = [events("NOTE_1 6 REST 2 NOTE_6 8"), events("HOLD 16")]

    piece = drawn(1, PieceInProgress(RULES, 4, {"MODE": "MODE_major"}, given))

    assert [bar.voices[Voice.MELODY] for bar in piece.bars[:2]] == given


def test_a_note_is_held_over_a_bar_line_only_where_one_sounds() -> None:
    for seed in range(30):
        sounding = False
        for bar in drawn(seed, PieceInProgress(RULES, 4, {})).bars:
            for at, event in enumerate(bar.voices[Voice.MELODY]):
                assert event.name != HOLD or (at == 0 and sounding)
                sounding = event.name != REST


def test_the_grammar_reads_back_what_the_vocabulary_writes() -> None:
    piece = short_piece()
    progress = PieceInProgress(RULES, 2, {})

    write(progress, piece)

    assert progress.finished
    assert progress.piece() == piece


def test_what_is_not_allowed_is_refused_and_changes_nothing() -> None:
    progress = PieceInProgress(RULES, 1, {})

    with pytest.raises(ValueError, match="may not come here"):
        progress.advance("DUR_4")
    with pytest.raises(ValueError, match="not finished"):
        progress.piece()
    assert progress.allowed() == RULES.kind("MOOD")


def test_voices_are_counted_down_to_none() -> None:
    progress, left = PieceInProgress(RULES, 3, {}), []
    rng = random.Random(5)
    while not progress.finished:
        left.append(progress.voices_left)
        progress.advance(RULES.vocabulary.tokens[rng.choice(progress.allowed())])

    assert left == sorted(left, reverse=True)
    assert (left[0], progress.voices_left) == (12, 0)
