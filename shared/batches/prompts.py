"""Prompt templates: ``{column}``, ``{red|green}``, ``__wildcard__``; a brace itself is doubled.

``{column}`` is the row's cell of that heading. Of ``{a|b|c}`` one is taken, which may hold columns, wildcards and
further alternatives. ``__name__`` is one of the wildcard's texts, taken as it is. ``{{`` and ``}}`` are braces, outside
of alternatives. What is taken is decided by the seed, the row's ``custom_id`` and the place in the template alone: the
same table gives the same texts, and a row that is added changes no other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from shared.batches.expansion import CellProblem

MAX_TEXT_CHARACTERS = 10_000
_DEEPEST = 10
_MOST_PARTS = 2_000
_TOKEN = re.compile(r"\{\{|\}\}|[{}|]|__[A-Za-z][A-Za-z0-9-]*__")


class TemplateError(ValueError):
    """A template that cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class _Cell:
    column: str


@dataclass(frozen=True, slots=True)
class _Choice:
    place: int
    options: tuple[tuple[_Part, ...], ...]


_Part = str | _Cell | _Choice


@dataclass(frozen=True, slots=True)
class Draw:
    """What decides every choice of a row."""

    seed: int
    custom_id: str

    def index(self, name: str, place: int, options: int) -> int:
        """One of ``options``, each as likely as the others."""
        decided_by = f"{self.seed}\0{self.custom_id}\0{name}\0{place}".encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.blake2b(decided_by, digest_size=8).digest()) % options


class PromptTemplate:
    """A template, read once. ``columns`` are the headings that it uses, in their order."""

    def __init__(
        self, name: str, source: str, columns: Collection[str], wildcards: Mapping[str, Sequence[str]]
    ) -> None:
        """Raises ``TemplateError``. ``name`` keeps the choices of two templates of one row apart."""
        self._name = name
        reader = _Reader(source, columns, wildcards)
        self._parts = reader.read()
        self.columns = tuple(dict.fromkeys(reader.used))

    @property
    def is_constant(self) -> bool:
        """Whether it gives the same text for every row."""
        return all(isinstance(part, str) for part in self._parts)

    def text(self, cells: Mapping[str, str], draw: Draw) -> str | CellProblem:
        """The text for a row."""
        pieces = list(self._pieces(self._parts, cells, draw))
        if sum(map(len, pieces)) > MAX_TEXT_CHARACTERS:
            message = f"makes a text of more than {MAX_TEXT_CHARACTERS:,} characters of `{self._name}`"
            return CellProblem(", ".join(self.columns), "too_long", message)
        return "".join(pieces)

    def _pieces(self, parts: Sequence[_Part], cells: Mapping[str, str], draw: Draw) -> Iterator[str]:
        for part in parts:
            if isinstance(part, str):
                yield part
            elif isinstance(part, _Cell):
                yield cells.get(part.column, "")
            else:
                taken = part.options[draw.index(self._name, part.place, len(part.options))]
                yield from self._pieces(taken, cells, draw)


class _Reader:
    """A recursive descent over the tokens of a template."""

    def __init__(self, source: str, columns: Collection[str], wildcards: Mapping[str, Sequence[str]]) -> None:
        self._source = source
        self._columns = columns
        self._wildcards = wildcards
        self._at = 0
        self._choices = 0
        self._count = 0
        self.used: list[str] = []

    def read(self) -> tuple[_Part, ...]:
        parts = self._parts(depth=0)
        if self._at < len(self._source):
            raise TemplateError(f"has a `}}` at character {self._at + 1} that nothing opened; write `}}}}` for a brace")
        return parts

    def _parts(self, depth: int) -> tuple[_Part, ...]:
        """Up to the end, or within braces to the next ``|`` or ``}``, which stays unread."""
        parts: list[_Part] = []
        while self._at < len(self._source):
            token = _TOKEN.search(self._source, self._at)
            if token is None:
                self._add(parts, self._source[self._at :])
                self._at = len(self._source)
                break
            self._add(parts, self._source[self._at : token.start()])
            self._at = token.start()
            if not self._take(parts, token[0], depth):
                break
        return tuple(parts)

    def _take(self, parts: list[_Part], found: str, depth: int) -> bool:
        """Read one token; whether the text goes on after it."""
        if found.startswith("__"):
            self._at += len(found)
            self._add(parts, self._wildcard(found[2:-2]))
        elif found in ("{{", "}}") and depth == 0:
            self._at += 2
            self._add(parts, found[0])
        elif found[0] == "{":
            self._at += 1
            self._add(parts, self._braces(depth + 1))
        elif found == "|" and depth == 0:
            self._at += 1
            self._add(parts, found)
        else:
            return False
        return True

    def _braces(self, depth: int) -> _Part:
        """``{column}`` or ``{a|b}``, from behind the opening brace."""
        begun = self._at
        if depth > _DEEPEST:
            raise TemplateError(f"has braces within braces more than {_DEEPEST} deep")
        end = re.compile(r"[{}|]").search(self._source, begun)
        if end is not None and end[0] == "}":
            self._at = end.end()
            return self._cell(self._source[begun : end.start()].strip(), begun)
        self._choices += 1
        place, options = self._choices, []
        while True:
            options.append(self._parts(depth))
            if self._at >= len(self._source):
                raise TemplateError(f"has a `{{` at character {begun} that nothing closes; write `{{{{` for a brace")
            self._at += 1
            if self._source[self._at - 1] == "}":
                break
        if len(options) == 1:
            raise TemplateError(f"has braces around other braces at character {begun} and nothing to choose from")
        return _Choice(place, tuple(options))

    def _cell(self, column: str, begun: int) -> _Cell:
        if not column:
            raise TemplateError(f"has empty braces at character {begun}; write `{{{{` and `}}}}` for braces")
        if column not in self._columns:
            close = get_close_matches(column, list(self._columns), n=1)
            hint = f"did you mean {{{close[0]}}}?" if close else f"it has: {', '.join(self._columns) or 'none'}"
            raise TemplateError(f"names the column {column!r}, which the table does not have; {hint}")
        self.used.append(column)
        return _Cell(column)

    def _wildcard(self, name: str) -> _Part:
        texts = self._wildcards.get(name)
        if not texts:
            known = ", ".join(f"__{each}__" for each in self._wildcards) or "none"
            raise TemplateError(f"names the wildcard __{name}__, which is not among `wildcards`; there are: {known}")
        self._choices += 1
        return _Choice(self._choices, tuple((text,) for text in texts))

    def _add(self, parts: list[_Part], part: _Part) -> None:
        if part == "":
            return
        self._count += 1
        if self._count > _MOST_PARTS:
            raise TemplateError(f"has more than {_MOST_PARTS:,} parts")
        parts.append(part)
