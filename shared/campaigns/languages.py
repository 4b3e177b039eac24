"""What a locale does to a creative: the side it begins at, its capital letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

LOCALE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
MAX_LOCALE_CHARACTERS = 35
_RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
_RTL_SCRIPTS = frozenset({"arab", "hebr", "syrc", "thaa", "nkoo"})
_DOTTED_I = frozenset({"tr", "az"})
_GREEK_TONOS = "\u0301"


def runs_to_the_left(locale: str) -> bool:
    """Whether a locale's text begins at the right."""
    language, *rest = locale.lower().split("-")
    return bool(_RTL_SCRIPTS & set(rest)) or (language in _RTL_LANGUAGES and "latn" not in rest)


def uppercased(locale: str) -> Callable[[str], str]:
    """Capital letters as the language writes them: Turkish keeps the dot of its i, Greek drops its accents."""
    language = locale.lower().split("-")[0]
    if language in _DOTTED_I:
        return lambda text: text.replace("i", "\u0130").replace("\u0131", "I").upper()
    if language == "el":
        return _greek_capitals
    return str.upper


def _greek_capitals(text: str) -> str:
    plain = unicodedata.normalize("NFD", text).replace(_GREEK_TONOS, "")
    return unicodedata.normalize("NFC", plain).upper()
