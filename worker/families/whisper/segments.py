"""From the tokens that Whisper writes for one window to utterances with times, and to where the next window begins.

Timestamp tokens stand around each utterance; two in a row are one utterance's end and the next one's beginning
(Radford et al. 2022, arXiv:2212.04356, sections 2.3 and 3.8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_LEAST_ADVANCE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said between two times, in seconds from where the window begins; ``tokens`` with the timestamps."""

    start: float
    end: float
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TimestampTokens:
    """What timestamp tokens mean: ``first`` is 0 seconds, each next one ``seconds`` later."""

    first: int
    seconds: float

    def is_one(self, token: int) -> bool:
        """Whether the token is a timestamp."""
        return token >= self.first

    def time(self, token: int) -> float:
        """Seconds from where the window begins."""
        return (token - self.first) * self.seconds

    def text(self, tokens: Sequence[int]) -> list[int]:
        """The tokens that are none."""
        return [token for token in tokens if token < self.first]


def utterances(
    tokens: Sequence[int], timestamps: TimestampTokens, window_seconds: float
) -> tuple[list[Utterance], float]:
    """The utterances of a window, and by how many seconds to move on.

    ``tokens`` end before the end-of-text token. An utterance that is cut off by the window's end is left out, and the
    next window begins where the last whole one ends. Utterances without text or without length are left out.
    """
    marks = [timestamps.is_one(token) for token in tokens]
    borders = [index for index, pair in enumerate(pairwise(marks), start=1) if all(pair)]
    if not borders:
        start = timestamps.time(tokens[0]) if tokens else 0.0
        last = next((timestamps.time(token) for token in reversed(tokens) if timestamps.is_one(token)), 0.0)
        end = last if last > max(start, 0.0) else window_seconds
        return _spoken([_Slice(0, len(tokens), start, end)], tokens, timestamps, window_seconds), window_seconds
    # A lone timestamp at the end says that nothing is said after it; a pair, that the next utterance begins there.
    whole = marks[-2:] == [False, True]
    if whole:
        borders.append(len(tokens))
    begin, slices = 0, []
    for border in borders:
        slices.append(_Slice(begin, border, timestamps.time(tokens[begin]), timestamps.time(tokens[border - 1])))
        begin = border
    moved = window_seconds if whole else timestamps.time(tokens[borders[-1] - 1])
    return (
        _spoken(slices, tokens, timestamps, window_seconds),
        min(max(moved, _LEAST_ADVANCE_SECONDS), window_seconds),
    )


@dataclass(frozen=True, slots=True)
class _Slice:
    begin: int
    stop: int
    start: float
    end: float


def _spoken(
    slices: Sequence[_Slice], tokens: Sequence[int], timestamps: TimestampTokens, window_seconds: float
) -> list[Utterance]:
    found = []
    for each in slices:
        start, end = max(each.start, 0.0), min(each.end, window_seconds)
        spoken = tuple(tokens[each.begin : each.stop])
        if start < end and timestamps.text(spoken):
            found.append(Utterance(start, end, spoken))
    return found
