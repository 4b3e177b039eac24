"""Subtitles: timed text cut into cues that can be read, as SubRip and as WebVTT (W3C, 2019)."""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

LINE_WIDTH = 42
"""Columns of a line; a character of East Asian width takes two. What broadcasters take for Latin script."""
LINES = 2
_SHORTEST_SECONDS = 0.001
_READABLE_SECONDS = 0.833
_WORD = re.compile(r"\s*\S+")
# What may not begin a line in Chinese and Japanese.
_CLOSING = frozenset("、。，．！？：；）」』】〉》〕…ー")


@dataclass(frozen=True, slots=True)
class TimedText:
    """Some text and when it is said, in seconds. White space before a word is part of the word's text."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown at once: ``lines`` without markup, from ``start`` to ``end`` seconds, which is later."""

    start: float
    end: float
    lines: tuple[str, ...]


def cues(spoken: Sequence[Sequence[TimedText]], duration: float = math.inf) -> list[Cue]:
    """One cue or more for each utterance, which comes as words with times of their own or as one text.

    Cues are in order, do not overlap, and none is empty. One that would flash by stays until it can be read, the next
    one comes, or the recording of ``duration`` seconds is over.
    """
    made: list[Cue] = []
    for utterance in spoken:
        pieces = [piece for timed in utterance for piece in _pieces(timed)]
        lines = _balanced(pieces)
        for first in range(0, len(lines), LINES):
            shown = lines[first : first + LINES]
            start = max(round(shown[0][0].start, 3), made[-1].end if made else 0.0)
            end = max(round(shown[-1][-1].end, 3), round(start + _SHORTEST_SECONDS, 3))
            made.append(Cue(start, end, tuple(_text(line) for line in shown)))
    return [_readable(cue, duration if after is None else after.start) for cue, after in zip_longest(made, made[1:])]


def subrip(shown: Sequence[Cue]) -> str:
    """An ``.srt``: counter, times with a decimal comma, lines, an empty line."""
    return "\n".join(
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n"
        + "".join(f"{line.replace('-->', '->')}\n" for line in cue.lines)
        for number, cue in enumerate(shown, start=1)
    )


def webvtt(shown: Sequence[Cue]) -> str:
    """A ``.vtt``: the signature, then cues whose text is escaped, so that none of it is markup or an arrow."""
    blocks = [
        f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n" + "".join(f"{_escaped(line)}\n" for line in cue.lines)
        for cue in shown
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _readable(cue: Cue, latest: float) -> Cue:
    return replace(cue, end=max(cue.end, min(round(cue.start + _READABLE_SECONDS, 3), round(latest, 3))))


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float, point: str) -> str:
    """``hours:minutes:seconds`` with milliseconds; hours have two digits or more."""
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{point}{milliseconds:03d}"


def _balanced(pieces: Sequence[TimedText]) -> list[list[TimedText]]:
    """Pieces gathered into as few lines as they fit, which are about equally full."""
    fewest = len(list(_filled(pieces, LINE_WIDTH)))
    narrowest = bisect_left(range(LINE_WIDTH), True, key=lambda width: len(list(_filled(pieces, width))) <= fewest)
    return list(_filled(pieces, narrowest))


def _filled(pieces: Sequence[TimedText], width: int) -> Iterator[list[TimedText]]:
    """Pieces gathered into lines that are as full as they may be."""
    line: list[TimedText] = []
    for piece in pieces:
        if line and _width(_text([*line, piece])) > width:
            yield line
            line = []
        line.append(piece)
    if line:
        yield line


def _text(line: Sequence[TimedText]) -> str:
    return " ".join("".join(piece.text for piece in line).split())


def _pieces(timed: TimedText) -> Iterator[TimedText]:
    """What a line may be broken between, each with its share of the time by its width."""
    texts = [part for word in _WORD.findall(timed.text) for part in _breakable(word)]
    whole = sum(map(_width, texts))
    seconds_a_column = (timed.end - timed.start) / whole if whole else 0.0
    at = timed.start
    for text in texts:
        end = at + _width(text) * seconds_a_column
        yield TimedText(at, end, text)
        at = end


def _breakable(word: str) -> list[str]:
    """A word as it is; between its characters where they are East Asian, or where it is wider than a line."""
    clusters = _clusters(word)
    if any(map(_is_wide, word)):
        runs = groupby(clusters, key=lambda cluster: any(map(_is_wide, cluster)))
        return [text for wide, run in runs for text in (run if wide else ("".join(run),))]
    return clusters if _width(word) > LINE_WIDTH else [word]


def _clusters(word: str) -> list[str]:
    """Characters with the marks and closing punctuation that belong to them, and the white space before them."""
    clusters: list[str] = []
    for character in word:
        belongs = unicodedata.category(character).startswith("M") or character in _CLOSING
        if clusters and (belongs or clusters[-1].isspace()):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _width(text: str) -> int:
    return sum(0 if unicodedata.category(each) == "Mn" else 1 + _is_wide(each) for each in text)
