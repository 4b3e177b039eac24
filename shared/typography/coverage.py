"""Which characters the font pack has. ``make fonts`` writes ``coverage.json``."""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("coverage.json")
# They steer how others are drawn, and are not drawn themselves.
_INVISIBLE = frozenset("\n\r\t\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
_DIRECTIONS = ("\u202a", "\u202e"), ("\u2066", "\u2069")
_VARIATIONS = "\ufe00", "\ufe0f"


def missing_characters(text: str) -> list[str]:
    """The characters of a text that no font of the pack has, each once, in the order of the text."""
    composed = unicodedata.normalize("NFC", text)
    return [character for character in dict.fromkeys(composed) if not is_covered(character)]


def is_covered(character: str) -> bool:
    """Whether the pack can draw a character, or need not."""
    if character in _INVISIBLE or any(first <= character <= last for first, last in (*_DIRECTIONS, _VARIATIONS)):
        return True
    firsts, lasts = _ranges()
    index = bisect_right(firsts, ord(character)) - 1
    return index >= 0 and ord(character) <= lasts[index]


def named(character: str) -> str:
    """A character as a person can find it: ``U+1F9FF 🧿 NAZAR AMULET``."""
    return f"U+{ord(character):04X} {character} {unicodedata.name(character, '')}".rstrip()


@cache
def _ranges() -> tuple[list[int], list[int]]:
    ranges = json.loads(_FILE.read_text("ascii"))
    return [first for first, _ in ranges], [last for _, last in ranges]
