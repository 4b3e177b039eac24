"""The pieces that the model learns from are whole, in key, and made of phrases that come again and come to an end."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from worker.music.grammar import PieceInProgress, Rules
from worker.music.piece import Piece, Voice
from worker.music.vocabulary import Vocabulary
from worker.starter.notes.dataset import collate, encoded, epoch_batches, pieces
from worker.starter.notes.evaluate import in_key_share, structure
from worker.starter.notes.styles import BASS, DRUMS, FILLS, HARMONY, STYLES

RULES = Rules(Vocabulary.standard())


@pytest.fixture(scope="module")
def composed() -> list[Piece]:
    return list(itertools.islice(pieces(11), 150))


def test_every_piece_is_one_that_the_grammar_can_write(composed: list[Piece]) -> None:
    in_key = [piece for piece in composed if in_key_share(piece) == 1]
    assert len(in_key) > 0.9 * len(composed)
    for piece in in_key:
        progress = PieceInProgress(RULES, len(piece.bars), {})
        for token in RULES.vocabulary.names(RULES.vocabulary.encode(piece))[1:-1]:
            progress.advance(token)
        assert progress.piece() == piece


def test_pieces_hang_together(composed: list[Piece]) -> None:
    figures = structure(composed)

    assert figures["ends_on_the_tonic_chord"] == 1
    assert figures["ends_on_the_tonic_note"] > 0.99
    assert figures["strong_beats_on_chord_tones"] > 0.95
    assert figures["bars_with_a_rhythm_heard_before"] > 0.35


def test_every_mood_key_and_lead_occurs(composed: list[Piece]) -> None:
    moods, keys, leads = (
        Counter(getattr(piece.attributes, name) for piece in composed) for name in ("mood", "key", "lead")
    )

    assert moods.keys() == STYLES.keys()
    assert len(keys) == 12
    assert len(leads) == 7


@pytest.mark.parametrize("pattern", [*HARMONY.values(), *BASS.values(), *DRUMS.values(), *FILLS])
def test_every_pattern_fills_a_bar(pattern: str) -> None:
    assert sum(map(int, pattern.split()[1::2])) == 16


def test_sad_pieces_are_slower_and_sparser_than_energetic_ones(composed: list[Piece]) -> None:
    sad, energetic = ([piece for piece in composed if piece.attributes.mood == mood] for mood in ("sad", "energetic"))

    assert max(piece.attributes.tempo for piece in sad) < min(piece.attributes.tempo for piece in energetic)
    assert structure(sad)["notes_a_bar"] < structure(energetic)["notes_a_bar"]


def test_the_same_seed_composes_the_same_pieces() -> None:
    first, again, other = (list(itertools.islice(pieces(seed), 5)) for seed in (1, 1, 2))

    assert first == again != other


def test_a_batch_holds_every_piece_once_and_pads_little() -> None:
    sequences = encoded(Vocabulary.standard(), 3, 80)

    batches = epoch_batches(sequences, 6_000, seed=1)

    assert sorted(index for batch in batches for index in batch) == list(range(80))
    assert batches == epoch_batches(sequences, 6_000, seed=1) != epoch_batches(sequences, 6_000, seed=2)
    ids, labels = collate(sequences, batches[0], padding=0)
    assert (labels == ids)[labels >= 0].all()
    assert int((labels >= 0).sum()) == sum(len(sequences[index]) for index in batches[0])


def test_the_voices_are_all_heard(composed: list[Piece]) -> None:
    for voice in Voice:
        heard = [event for piece in composed for bar in piece.bars for event in bar.voices[voice]]
        assert any("REST" not in event.name for event in heard)
