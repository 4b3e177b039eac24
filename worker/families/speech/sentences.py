"""A text as it is said: sentence by sentence, with pauses between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 300
"""Characters of a piece. Speech models were trained on sentences, and a longer one takes memory with its square."""
_SENTENCE_PAUSE = 0.35
_CLAUSE_PAUSE = 0.15
_PARAGRAPH_PAUSE = 0.7
# A sentence's end with the quotes and brackets that close there; East Asian ones need no space behind them.
_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[”’」』）]*)")
_CLAUSE = re.compile(r"[,;:，；：、—–]\s*|\s+")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:\w|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|No|vs|etc|e\.g|i\.e|approx|bzw|z\.B|usw)\.$")


@dataclass(frozen=True, slots=True)
class Piece:
    """What is said in one breath, and how many seconds of silence follow."""

    text: str
    pause: float


def pieces(text: str) -> list[Piece]:
    """The text in pieces of at most ``LONGEST`` characters, each on one line and none empty."""
    found: list[Piece] = []
    for line in text.splitlines():
        sentences = [part for sentence in _sentences(" ".join(line.split())) for part in _breaths(sentence)]
        if sentences:
            found += [*sentences[:-1], Piece(sentences[-1].text, _PARAGRAPH_PAUSE)]
    return [*found[:-1], Piece(found[-1].text, 0.0)] if found else []


def _sentences(line: str) -> Iterator[str]:
    begin, has_capitals = 0, not line.islower()
    for end in _END.finditer(line):
        after = line[end.end() :].lstrip()[:1]
        if (has_capitals and after.islower()) or _ABBREVIATION.search(line[begin : end.end()]):
            continue
        yield line[begin : end.end()].strip()
        begin = end.end()
    if rest := line[begin:].strip():
        yield rest


def _breaths(sentence: str) -> Iterator[Piece]:
    """A sentence whole or, when it is too long, up to its last clause or word that fits."""
    while len(sentence) > LONGEST:
        breaks = [found.end() for found in _CLAUSE.finditer(sentence, 0, LONGEST)]
        clauses = [at for at in breaks if not sentence[:at].rstrip()[-1].isalnum() and at > LONGEST // 3]
        at = (clauses or breaks or [LONGEST])[-1]
        yield Piece(sentence[:at].strip(), _CLAUSE_PAUSE)
        sentence = sentence[at:].strip()
    if sentence:
        yield Piece(sentence, _SENTENCE_PAUSE)
