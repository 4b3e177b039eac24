"""The texts of a row in one language, each looked at: what they say, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from shared.batches.copy_rules import banned_word, missing_word
from shared.batches.expansion import CellProblem
from shared.campaigns.columns import ColumnMap
from shared.campaigns.design.brand_kits import BrandKitSpec
from shared.campaigns.fields import TextField
from shared.typography.coverage import missing_characters, named

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NAMED = 3
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Texts:
    """What a row says in a language."""

    values: dict[str, str] = field(default_factory=dict)
    to_write: list[str] = field(default_factory=list)
    """Fields whose text a model writes."""
    problems: list[CellProblem] = field(default_factory=list)


class TextReader:
    """Reads the texts of rows. The same text is looked at once, however many rows and languages say it."""

    def __init__(self, fields: Mapping[str, TextField], columns: ColumnMap, kit: BrandKitSpec | None) -> None:
        self._fields = fields
        self._columns = columns
        self._kit = kit
        self._covered: set[str] = set()
        self._known: dict[tuple[str, str], tuple[str, str] | None] = {}

    def read(self, cells: Mapping[str, str], locale: str, written: Collection[str]) -> Texts:
        """The texts in a locale; ``written`` are the fields that a model writes in it where the row says nothing."""
        texts = Texts()
        for name, text_field in self._fields.items():
            column, value = self._cell(cells, name, locale)
            if value:
                found = self._problem(text_field, value, locale, is_copy=name in written)
                if found is not None:
                    texts.problems.append(CellProblem(column, *found))
                texts.values[name] = value
            elif name in written:
                texts.to_write.append(name)
            elif text_field.required:
                texts.problems.append(self._missing(name, locale, cells))
        return texts

    def _cell(self, cells: Mapping[str, str], name: str, locale: str) -> tuple[str, str]:
        """The nearest column that says something, and what."""
        for column in self._columns.of(name, locale):
            value = cells.get(column, "").strip()
            if value:
                return column, value
        return "", ""

    def _missing(self, name: str, locale: str, cells: Mapping[str, str]) -> CellProblem:
        heading = self._columns.heading(name)
        there = [column for column in self._columns.of(name, locale) if column in cells]
        if there:
            return CellProblem(there[0], "empty", f"is empty, and `{name}` is needed in {locale}")
        return CellProblem(heading, "missing_column", f"there is no such column, and `{name}` is needed in {locale}")

    def _problem(self, text_field: TextField, value: str, locale: str, *, is_copy: bool) -> tuple[str, str] | None:
        """The code and the message of what is wrong with a text, if anything."""
        key = text_field.name, value
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = next(self._everywhere(text_field, value), None)
        found = self._known[key]
        if found is not None or self._kit is None:
            return found
        reason = banned_word(value, self._kit.banned(locale))
        if reason is not None:
            return "banned_word", reason
        reason = missing_word(value, self._kit.required(locale)) if is_copy else None
        return None if reason is None else ("required_word", reason)

    def _everywhere(self, text_field: TextField, value: str) -> Iterator[tuple[str, str]]:
        """What is wrong with a text in any language."""
        reason = text_field.too_long(value)
        if reason is not None:
            yield "too_long", reason
        control = _CONTROL.search(value)
        if control is not None:
            yield "control_character", f"contains the control character U+{ord(control[0]):04X}, which is not text"
        if not self._covered.issuperset(value):
            missing = missing_characters(value)
            if missing:
                names = ", ".join(named(character) for character in missing[:_NAMED])
                more = f", and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
                yield "missing_character", f"no font of the pack has {names}{more}"
            else:
                self._covered.update(value)
