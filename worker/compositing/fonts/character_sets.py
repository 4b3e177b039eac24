"""Which characters the font pack has, script by script: what advertising in these languages is written with."""

from __future__ import annotations

from collections.abc import Iterable


def _ranges(*ranges: tuple[int, int]) -> frozenset[int]:
    return frozenset(code for first, last in ranges for code in range(first, last + 1))


PUNCTUATION = _ranges((0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x20C0))
"""What every font may bring, so that a sentence in one script keeps one face."""

EUROPEAN = PUNCTUATION | _ranges(
    (0x100, 0x24F),
    (0x2B9, 0x2DD),
    (0x300, 0x36F),
    (0x370, 0x3FF),
    (0x400, 0x52F),
    (0x1E00, 0x1EFF),
    (0x1F00, 0x1FFF),
    (0x2000, 0x209C),
    (0x2100, 0x218B),
    (0x2212, 0x2212),
    (0x2248, 0x2248),
    (0x2260, 0x2265),
    (0x25CC, 0x25CC),
    (0xFB00, 0xFB06),
)
"""Latin with Vietnamese and African letters, Greek with its old accents, Cyrillic."""

ARABIC = PUNCTUATION | _ranges((0x600, 0x6FF), (0x750, 0x77F), (0x200C, 0x200F), (0xFDF2, 0xFDF2), (0xFDFC, 0xFDFC))
HEBREW = PUNCTUATION | _ranges((0x590, 0x5FF), (0x200C, 0x200F), (0x25CC, 0x25CC), (0xFB1D, 0xFB4F))
DEVANAGARI = PUNCTUATION | _ranges((0x900, 0x97F), (0x1CD0, 0x1CF9), (0xA830, 0xA839), (0xA8E0, 0xA8FF))
DEVANAGARI |= _ranges((0x200C, 0x200D), (0x25CC, 0x25CC))
THAI = PUNCTUATION | _ranges((0xE00, 0xE5B), (0x200B, 0x200D), (0x25CC, 0x25CC))

SYMBOLS = _ranges((0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x24FF), (0x25A0, 0x27BF), (0x2900, 0x297F))
"""Arrows, mathematics, stars, ticks and crosses."""


def _decoded(codec: str, leads: Iterable[int], trails: Iterable[int]) -> frozenset[int]:
    """What the two-byte codes of a national standard stand for."""
    trails = tuple(trails)
    decoded = (bytes((lead, trail)).decode(codec, errors="ignore") for lead in leads for trail in trails)
    return frozenset(ord(character) for character in decoded if len(character) == 1)


_EUC = range(0xA1, 0xFF)
_CJK_SIGNS = _ranges((0x3000, 0x303F), (0x3040, 0x30FF), (0x3100, 0x312F), (0x31F0, 0x31FF), (0x3220, 0x3243))
_CJK_SIGNS |= _ranges((0x3280, 0x33FF), (0xFE30, 0xFE4F), (0xFF01, 0xFF9F), (0xFFE0, 0xFFE6))

SIMPLIFIED = _decoded("gb2312", range(0xB0, 0xF8), _EUC)
"""GB 2312, levels 1 and 2: 6,763 characters."""
TRADITIONAL = _decoded("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *_EUC))
"""Big5, level 1: the 5,401 that are used often."""
JAPANESE = _decoded("euc_jp", range(0xB0, 0xF5), _EUC)
"""JIS X 0208, levels 1 and 2: 6,355 characters."""
HANGUL = _decoded("euc_kr", range(0xB0, 0xC9), _EUC) | _ranges((0x3131, 0x318E))
"""KS X 1001: 2,350 syllables."""
_STANDARD_SIGNS = (
    _decoded("gb2312", range(0xA1, 0xAA), _EUC)
    | _decoded("euc_jp", range(0xA1, 0xA9), _EUC)
    | _decoded("euc_kr", range(0xA1, 0xAD), _EUC)
)
CJK_SIGNS = frozenset(code for code in _CJK_SIGNS | _STANDARD_SIGNS if code >= 0x2000)
CJK = PUNCTUATION | CJK_SIGNS | SIMPLIFIED | TRADITIONAL | JAPANESE | HANGUL

SKIN_TONES = _ranges((0x1F3FB, 0x1F3FF))
"""Left out: they would make the pictographs three times as many."""
