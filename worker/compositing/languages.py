"""What a language does to a text: its direction, its own forms of shared characters, where its lines may break."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from icu4py.breakers import LineBreaker

Direction = Literal["ltr", "rtl"]

_RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
_RTL_SCRIPTS = frozenset({"arab", "hebr", "syrc", "thaa", "nkoo"})
# The pack draws these places' characters as Taiwan does.
_TRADITIONAL = frozenset({"hant", "hk", "mo", "tw"})
_LEFT_TO_RIGHT_MARK = "\u200e"
_RIGHT_TO_LEFT_MARK = "\u200f"
_ZERO_WIDTH_SPACE = "\u200b"
_WORD_JOINER = "\u2060"
_THAI = "\u0e00-\u0e7f"
_EAST_ASIAN = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef"
_SPACELESS = re.compile(f"[{_THAI}{_EAST_ASIAN}]")
_CHARACTERS_TOGETHER = re.compile(f"(?<=[{_EAST_ASIAN}])(?=[{_EAST_ASIAN}])")
# Korean puts spaces between its words, and needs no dictionary.
_KOREAN = "ko"
_PHRASES = {"ja": "@lw=phrase", _KOREAN: ""}
# Letters that join, or hang from one line: space between them would tear a word.
_JOINED = (("\u0600", "\u08ff"), ("\u0900", "\u097f"), ("\ufb50", "\ufdff"), ("\ufe70", "\ufeff"))


def pango_language(tag: str) -> str:
    """The tag by which Pango and HarfBuzz choose a language's own forms."""
    parts = tag.lower().split("-")
    if parts[0] in {"zh", "yue"}:
        return "zh-tw" if _TRADITIONAL & set(parts[1:]) or parts[0] == "yue" else "zh-cn"
    return tag.lower()


def base_direction(text: str, tag: str, asked: Literal["auto", "ltr", "rtl"]) -> Direction:
    """Which way a text runs: as asked; by its language where that runs to the left; else by its first letter.

    An Arabic headline that begins with a brand in Latin letters is an Arabic headline.
    """
    if asked != "auto":
        return asked
    parts = tag.lower().split("-")
    if parts[0] in _RTL_LANGUAGES or _RTL_SCRIPTS & set(parts[1:]):
        return "ltr" if "latn" in parts[1:] else "rtl"
    strong = (unicodedata.bidirectional(character) for character in text)
    first = next((each for each in strong if each in {"L", "R", "AL"}), "L")
    return "ltr" if first == "L" else "rtl"


def directed(text: str, direction: Direction) -> str:
    """The text with a mark at the beginning of each paragraph, by which Pango takes its direction (UAX 9, P2)."""
    mark = _RIGHT_TO_LEFT_MARK if direction == "rtl" else _LEFT_TO_RIGHT_MARK
    return "\n".join(mark + paragraph for paragraph in text.split("\n"))


def joins(text: str) -> bool:
    """Whether letters of the text join, so that they cannot be spaced."""
    return any(first <= character <= last for character in text for first, last in _JOINED)


def with_break_opportunities(text: str, tag: str, *, by_phrase: bool) -> str:
    """The text with invisible characters that say where its lines may break, where spaces alone do not.

    Thai gets its words from ICU's dictionary. ``by_phrase`` keeps Japanese phrases and Korean words whole; without it
    their lines break between characters, as far as the rules for punctuation let them (UAX 14).
    """
    if not any(_SPACELESS.match(character) for character in text):
        return text
    language = tag.lower().split("-")[0]
    locale = language + (_PHRASES.get(language, "") if by_phrase else "")
    return "\n".join(_marked(paragraph, locale, by_phrase) for paragraph in text.split("\n"))


def has_phrases(tag: str) -> bool:
    """Whether a language's lines look better when they break between phrases than between any two characters."""
    return tag.lower().split("-")[0] in _PHRASES


def _marked(paragraph: str, locale: str, by_phrase: bool) -> str:
    if by_phrase and locale == _KOREAN:
        return _CHARACTERS_TOGETHER.sub(_WORD_JOINER, paragraph)
    pieces = list(LineBreaker(paragraph, locale)) if paragraph else []
    if by_phrase:
        pieces = [_CHARACTERS_TOGETHER.sub(_WORD_JOINER, piece) for piece in pieces]
    return "".join(
        piece + _ZERO_WIDTH_SPACE if _SPACELESS.match(piece[-1]) and piece is not pieces[-1] else piece
        for piece in pieces
    )
