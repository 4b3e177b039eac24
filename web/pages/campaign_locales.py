"""The locales that a campaign's form offers, and the columns that a table has in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LOCALES: Mapping[str, tuple[str, str]] = {
    "en": ("English", "English"),
    "de": ("German", "Deutsch"),
    "fr": ("French", "Français"),
    "es": ("Spanish", "Español"),
    "it": ("Italian", "Italiano"),
    "pt-BR": ("Portuguese", "Português (Brasil)"),
    "nl": ("Dutch", "Nederlands"),
    "pl": ("Polish", "Polski"),
    "cs": ("Czech", "Čeština"),
    "sv": ("Swedish", "Svenska"),
    "tr": ("Turkish", "Türkçe"),
    "el": ("Greek", "Ελληνικά"),
    "ru": ("Russian", "Русский"),
    "uk": ("Ukrainian", "Українська"),
    "ar": ("Arabic", "العربية"),
    "he": ("Hebrew", "עברית"),
    "hi": ("Hindi", "हिन्दी"),
    "th": ("Thai", "ไทย"),
    "zh-Hans": ("Chinese, simplified", "简体中文"),
    "zh-Hant": ("Chinese, traditional", "繁體中文"),
    "ja": ("Japanese", "日本語"),
    "ko": ("Korean", "한국어"),
}
"""By BCP 47 tag: the name in English, and in the language itself."""
_KNOWN = {each.lower(): each for each in (*LOCALES, "pt", "zh")}
_LOCALISED = re.compile(r"(?P<base>.+?)(?:[._](?P<tag>[A-Za-z]{2}(?:-[A-Za-z]{2,4})?)| \((?P<inner>[A-Za-z-]{2,7})\))")


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """A column as a form offers it: without its locales."""

    name: str
    locales: Sequence[str]
    """Those that it is there in, ``headline.de``; none where it is there for all of them."""
    first: str
    """The heading of the first such column of the table, for its sample."""

    @property
    def label(self) -> str:
        """``headline (en, de)``."""
        return f"{self.name} ({', '.join(self.locales)})" if self.locales else self.name


def named_columns(headings: Iterable[str]) -> list[NamedColumn]:
    """The columns of a table, those of one name in several locales together."""
    found: dict[str, list[tuple[str, str]]] = {}
    for heading in headings:
        base, locale = split(heading)
        found.setdefault(base, []).append((locale, heading))
    return [NamedColumn(name, [locale for locale, _ in those if locale], those[0][1]) for name, those in found.items()]


def split(heading: str) -> tuple[str, str]:
    """``("headline", "de")`` of ``headline.de``, ``headline_de`` and ``headline (de)``; else no locale."""
    match = _LOCALISED.fullmatch(heading)
    locale = _KNOWN.get((match["tag"] or match["inner"]).lower()) if match else None
    return (match["base"], locale) if match and locale else (heading, "")


def locales_in(headings: Iterable[str]) -> list[str]:
    """The locales that some column is in, in their order."""
    return list(dict.fromkeys(locale for _, locale in map(split, headings) if locale))


def likely(headings: Sequence[str]) -> list[str]:
    """The locales that a table is probably for: those of its columns, and English where some have none."""
    there = locales_in(headings)
    plain = set(headings) & {split(heading)[0] for heading in headings if split(heading)[1]}
    return there if there and not plain else list(dict.fromkeys(["en", *there]))


def in_words(locale: str) -> str:
    """``German`` for ``de``; a tag that nobody listed as it is written."""
    return LOCALES.get(locale, (locale, ""))[0]
