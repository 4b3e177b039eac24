"""What a locale does to a creative: the side it begins at, its capital letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from difflib import get_close_matches

from shared.catalog.inputs.languages import LANGUAGES

LOCALE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
MAX_LOCALE_CHARACTERS = 35
_RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
_RTL_SCRIPTS = frozenset({"arab", "hebr", "syrc", "thaa", "nkoo"})
_OTHERS = {"fil": "filipino", "ga": "irish", "ky": "kyrgyz", "or": "odia", "zu": "zulu", "xh": "xhosa", "rm": "romansh"}
_MISTAKEN = {"jp": "ja", "cn": "zh", "kr": "ko", "gr": "el", "ua": "uk", "dk": "da", "cz": "cs", "iw": "he"}
"""Countries and old codes that people write for languages."""
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


def language_name(locale: str) -> str:
    """A locale's language in English, as prompts say it: ``German``."""
    code = locale.lower().split("-")[0]
    return (LANGUAGES.get(code) or _OTHERS.get(code) or code).title()


def problem_with_locale(locale: str) -> str | None:
    """Why this is no locale; None for one such as ``de``, ``pt-BR``, ``zh-Hans``."""
    code = locale.lower().split("-")[0]
    if len(locale) <= MAX_LOCALE_CHARACTERS and LOCALE.fullmatch(locale) and (code in LANGUAGES or code in _OTHERS):
        return None
    if code in _MISTAKEN:
        return f"{locale!r} is no locale; did you mean {_MISTAKEN[code]!r}?"
    close = get_close_matches(code, [*LANGUAGES, *_OTHERS], n=1) if len(code) > 2 else []
    return f"{locale!r} is no locale" + (f"; did you mean {close[0]!r}?" if close else ": write de, pt-BR or zh-Hans")
