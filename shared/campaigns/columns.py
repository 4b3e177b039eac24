"""Which columns of a table fill a template's field, in which language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from shared.errors import FieldProblem

_BETWEEN = re.compile(r"[\s\-]+")


class ColumnMap:
    """From fields to headings. ``Call to Action (pt-BR)`` is ``call_to_action`` in Brazilian Portuguese."""

    def __init__(self, columns: Sequence[str], chosen: Mapping[str, str]) -> None:
        """``chosen``: the columns of fields that are called otherwise."""
        self._headings: dict[str, str] = {}
        for column in columns:
            self._headings.setdefault(_plain(column), column)
        self._chosen = chosen
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, field: str, locale: str) -> tuple[str, ...]:
        """The columns that may fill a field in a locale: its own, its language's, then the plain one.

        A localised column is called ``headline.de``, ``headline_de`` or ``headline (de)``.
        """
        known = self._known.get((field, locale))
        if known is None:
            known = self._known[field, locale] = self._found(field, locale)
        return known

    def _found(self, field: str, locale: str) -> tuple[str, ...]:
        base = _plain(self._chosen.get(field, field))
        parts = _plain(locale).split("_")
        tags = ["_".join(parts[:length]) for length in range(len(parts), 0, -1)]
        names = [name for tag in tags for name in (f"{base}.{tag}", f"{base}_{tag}", f"{base}_({tag})")]
        found = [self._headings[name] for name in (*names, base) if name in self._headings]
        return tuple(dict.fromkeys(found))

    def heading(self, field: str) -> str:
        """What the column of a field is called, or would be."""
        written = self._chosen.get(field, field)
        return self._headings.get(_plain(written), written)

    def column(self, name: str) -> str | None:
        """The heading of that name, in any case."""
        return self._headings.get(_plain(name))

    def all_of(self, field: str) -> tuple[str, ...]:
        """Every column that fills a field in some language."""
        base = _plain(self._chosen.get(field, field))
        localised = re.compile(re.escape(base) + r"([._][a-z]{2,3}(_[a-z0-9]{2,8})*|_\([a-z]{2,3}(_[a-z0-9]{2,8})*\))?")
        return tuple(heading for plain, heading in self._headings.items() if localised.fullmatch(plain))

    def problems(self) -> list[FieldProblem]:
        """Columns that were chosen and are not there."""
        there = ", ".join(self._headings.values()) or "none"
        return [
            FieldProblem(f"columns.{field}", f"the table has no column {column!r}; there are: {there}")
            for field, column in self._chosen.items()
            if not self.all_of(field)
        ]


def _plain(heading: str) -> str:
    return _BETWEEN.sub("_", heading.strip().casefold())
