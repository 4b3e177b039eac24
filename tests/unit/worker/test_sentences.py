"""A text is cut where a reader takes breath."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.families.speech.sentences import LONGEST, Piece, pieces


def said(text: str) -> list[str]:
    return [piece.text for piece in pieces(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Hello there", ["Hello there"]),
        ("Hello! How are you? Fine.", ["Hello!", "How are you?", "Fine."]),
        ("He said “Stop!” Then he left.", ["He said “Stop!”", "Then he left."]),
        ("Ask Dr. Smith, e.g. J. R. Smith. He knows.", ["Ask Dr. Smith, e.g. J. R. Smith.", "He knows."]),
        ("It is 3.5 metres, i.e. long. Yes", ["It is 3.5 metres, i.e. long.", "Yes"]),
        ("Wait... for it. Now", ["Wait... for it.", "Now"]),
        ("all of it is small. even here", ["all of it is small.", "even here"]),
        ("今日は。元気ですか？はい", ["今日は。", "元気ですか？", "はい"]),
        ("One\n\nTwo\nThree", ["One", "Two", "Three"]),
        ("  \n ", []),
    ],
)
def test_a_text_is_cut_at_the_ends_of_its_sentences(text: str, sentences: list[str]) -> None:
    assert said(text) == sentences


def test_a_new_line_pauses_longer_than_a_sentence_and_the_end_not_at_all() -> None:
    sentence, line, end = pieces("One. Two.\nThree.")
    assert 0 < sentence.pause < line.pause
    assert end == Piece("Three.", 0.0)


def test_a_long_sentence_is_cut_at_a_clause_rather_than_at_a_word() -> None:
    clause = "and then the bread was baked in the oven until it was brown, "
    cut = said(clause * 12)
    assert all(piece.endswith(",") for piece in cut)
    assert len(cut) > 2


@given(st.text(max_size=2000))
def test_nothing_of_a_text_gets_lost_and_no_piece_is_too_long(text: str) -> None:
    cut = said(text)
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(0 < len(piece) <= LONGEST for piece in cut)
