"""Whisper's timestamp tokens become utterances, and say where to listen next."""

from __future__ import annotations

from worker.families.whisper.segments import TimestampTokens, utterances

FIRST = 1000
TIMES = TimestampTokens(FIRST, 0.02)
WINDOW = 30.0


def at(seconds: float) -> int:
    return FIRST + round(seconds / 0.02)


def heard(*tokens: int, window: float = WINDOW) -> tuple[list[tuple[float, float, list[int]]], float]:
    found, moved = utterances(tokens, TIMES, window)
    return [(round(each.start, 6), round(each.end, 6), TIMES.text(each.tokens)) for each in found], round(moved, 6)


def test_each_pair_of_timestamps_is_an_utterance_and_a_lone_last_one_ends_the_window() -> None:
    tokens = (at(0), 1, 2, at(3.2), at(3.5), 3, at(6))
    assert heard(*tokens) == ([(0.0, 3.2, [1, 2]), (3.5, 6.0, [3])], WINDOW)


def test_an_utterance_cut_off_by_the_windows_end_is_heard_again_in_the_next() -> None:
    tokens = (at(0), 1, at(3.2), at(3.2), 2, at(20), at(20), 3, 4)
    assert heard(*tokens) == ([(0.0, 3.2, [1]), (3.2, 20.0, [2])], 20.0)


def test_a_pair_at_the_very_end_says_where_the_next_utterance_begins() -> None:
    assert heard(at(0.4), 1, at(12), at(12)) == ([(0.4, 12.0, [1])], 12.0)


def test_text_without_a_pair_is_one_utterance_and_the_window_is_done() -> None:
    assert heard(at(0), 1, 2, at(8)) == ([(0.0, 8.0, [1, 2])], WINDOW)
    assert heard(at(1), 1, 2) == ([(1.0, WINDOW, [1, 2])], WINDOW)
    assert heard(1, 2) == ([(0.0, WINDOW, [1, 2])], WINDOW)


def test_a_short_last_window_bounds_every_time() -> None:
    assert heard(at(0), 1, at(29), window=4.5) == ([(0.0, 4.5, [1])], 4.5)
    assert heard(at(0), 1, at(8), at(8), 2, window=4.5) == ([(0.0, 4.5, [1])], 4.5)


def test_utterances_without_text_or_length_are_none() -> None:
    assert heard(at(0), at(0)) == ([], 0.2)
    assert heard(at(5), 1, at(5), at(5), at(7)) == ([], 5.0)
    assert heard() == ([], WINDOW)


def test_listening_always_moves_on() -> None:
    assert heard(at(0), 1, at(0.02), at(0.02), 2)[1] == 0.2
