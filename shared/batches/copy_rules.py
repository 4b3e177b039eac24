"""What a generated text must keep to: characters, words, language; and how a model's answer is tidied before.

Rules are JSON: ``{"max_characters": 60, "counting": "characters", "required": [...], "banned": [...],
"language": "de"}``, each of them optional.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

Counting = Literal["characters", "weighted", "sms"]
"""``weighted``: wide characters count twice, as Google Ads and X count. ``sms``: one message of GSM 03.38 has 160
characters, one with any other character 70 of them."""

_SMS_CHARACTERS, _SMS_OTHERS = 160, 70
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")
_OPENING, _CLOSING = "\"'“‘„‚«‹「『《〈", "\"'”’“‘»›」』》〉"
_HANGING = (",", ";", ":", "-", "–", "—", "(", "،", "、", "，", "；")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।]+[\"'”’»」』)]*(?=\s|$)|[。！？]+[」』]*")
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff"
_IS_SPACELESS = re.compile(f"[{_SPACELESS}]")
_SCRIPTS: Mapping[str, str] = {
    "Latn": "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff",
    "Cyrl": "\u0400-\u052f\u1c80-\u1c8f",
    "Grek": "\u0370-\u03ff\u1f00-\u1fff",
    "Arab": "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "Hebr": "\u0590-\u05ff\ufb1d-\ufb4f",
    "Deva": "\u0900-\u097f",
    "Thai": "\u0e00-\u0e7f",
    "Hani": "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "Jpan": "\u3005-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff",
    "Kore": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
}
_SCRIPT_NAMES: Mapping[str, str] = {
    "Latn": "Latin",
    "Cyrl": "Cyrillic",
    "Grek": "Greek",
    "Arab": "Arabic",
    "Hebr": "Hebrew",
    "Deva": "Devanagari",
    "Thai": "Thai",
    "Hani": "Chinese",
    "Jpan": "Japanese",
    "Kore": "Korean",
}
_LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "kk", "ky", "tg", "mn", "tt", "ba"), "Cyrl"),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "sd", "ckb", "ug"), "Arab"),
    **dict.fromkeys(("he", "yi", "iw"), "Hebr"),
    **dict.fromkeys(("hi", "mr", "ne", "sa"), "Deva"),
    **dict.fromkeys(("zh", "yue"), "Hani"),
    "el": "Grek",
    "th": "Thai",
    "ja": "Jpan",
    "ko": "Kore",
}
# Written in other scripts, of which nothing is known here, or in two.
_UNCHECKED = frozenset({"am", "bn", "gu", "hy", "ka", "km", "kn", "lo", "ml", "my", "pa", "si", "ta", "te", "bo", "sr"})
# A brand's name may be in another script than the sentence around it.
_LEAST_SHARE = 0.5


def check_copy(text: str, rules: Mapping[str, Any]) -> str | None:
    """Why a text breaks its rules, in a few words; None when it keeps to all of them."""
    if not text.strip():
        return "is empty"
    return (
        _too_long(text, rules.get("max_characters"), rules.get("counting", "characters"))
        or banned_word(text, tuple(rules.get("banned", ())))
        or missing_word(text, tuple(rules.get("required", ())))
        or (wrong_script(text, rules["language"]) if rules.get("language") else None)
    )


def tidied(text: str, rules: Mapping[str, Any] | None = None) -> str:
    """A model's answer as copy: its first paragraph, without the quotes around it.

    Where it is longer than the rules let it be, or breaks off at a comma or a dash, it ends with its last whole
    sentence that fits; where it has none, it stays as it is.
    """
    lines = [line.strip() for line in text.strip().splitlines()]
    tidy = _without_quotes(" ".join(next((line for line in lines if line), "").split()))
    limit, counting = (rules or {}).get("max_characters"), (rules or {}).get("counting", "characters")
    fits = limit is None or length_of(tidy, counting) <= limit
    if fits and not tidy.endswith(_HANGING):
        return tidy
    for end in reversed([found.end() for found in _SENTENCE_END.finditer(tidy)]):
        if limit is None or length_of(tidy[:end], counting) <= limit:
            return _without_quotes(tidy[:end])
    return tidy


def length_of(text: str, counting: Counting = "characters") -> int:
    """Characters of a text, as a channel counts them."""
    composed = unicodedata.normalize("NFC", text)
    if counting == "weighted":
        return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in composed)
    if counting == "sms":
        if all(character in _GSM or character in _GSM_TWICE for character in composed):
            return sum(2 if character in _GSM_TWICE else 1 for character in composed)
        units = len(composed.encode("utf-16-le", "surrogatepass")) // 2
        return -(-units * _SMS_CHARACTERS // _SMS_OTHERS)
    return len(composed)


def banned_word(text: str, words: Sequence[str]) -> str | None:
    """Says which banned word a text has, whatever its case and width; words count as whole words."""
    pattern = _any_of(tuple(words))
    found = pattern.search(_folded(text)) if pattern is not None else None
    if found is None:
        return None
    return f"says {next(word for word in words if _folded(word) == found[0])!r}, which is banned"


def missing_word(text: str, words: Sequence[str]) -> str | None:
    """Says which required word a text lacks."""
    folded = _folded(text)
    for word in words:
        pattern = _any_of((word,))
        if pattern is not None and not pattern.search(folded):
            return f"does not say {word!r}, which is required"
    return None


def wrong_script(text: str, language: str) -> str | None:
    """Says so where most letters are of another script than the language is written in. Coarse, cheap, and certain."""
    code, *subtags = language.split("-")
    script = next((tag.title() for tag in subtags if len(tag) == 4), None) or _LANGUAGES.get(code.lower(), "Latn")
    script = {"Hans": "Hani", "Hant": "Hani"}.get(script, script)
    if code.lower() in _UNCHECKED or script not in _SCRIPTS:
        return None
    letters = [character for character in text if character.isalpha()]
    own = sum(1 for _ in _script(script).finditer("".join(letters)))
    if not letters or own >= _LEAST_SHARE * len(letters):
        return None
    return f"is not written in {_SCRIPT_NAMES[script]} script, as {language} is"


def _too_long(text: str, limit: int | None, counting: Counting) -> str | None:
    length = 0 if limit is None else length_of(text, counting)
    return f"has {length} characters of {limit}" if limit is not None and length > limit else None


def _without_quotes(text: str) -> str:
    stripped = text.strip()
    while len(stripped) > 1 and stripped[0] in _OPENING and stripped[-1] in _CLOSING:
        stripped = stripped[1:-1].strip()
    # One that nothing answers.
    if stripped[:1] in set(_OPENING) and not any(mark in stripped[1:] for mark in _CLOSING):
        stripped = stripped[1:].lstrip()
    return stripped


@lru_cache(1024)
def _script(name: str) -> re.Pattern[str]:
    return re.compile(f"[{_SCRIPTS[name]}]")


def _folded(text: str) -> str:
    plain = "".join(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf")
    return " ".join(plain.casefold().split())


@lru_cache(4096)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Any of these words, whole; within scripts that put no spaces between words, anywhere."""
    folded = sorted({_folded(word) for word in words if word.strip()}, key=len, reverse=True)
    if not folded:
        return None
    return re.compile("|".join(_as_a_word(word) for word in folded))


def _as_a_word(word: str) -> str:
    before = "" if _IS_SPACELESS.match(word[0]) or not word[0].isalnum() else r"(?<!\w)"
    after = "" if _IS_SPACELESS.match(word[-1]) or not word[-1].isalnum() else r"(?!\w)"
    return f"{before}{re.escape(word)}{after}"
