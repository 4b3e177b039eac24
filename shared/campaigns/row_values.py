"""What a row's creatives show: its texts and pictures in each language, and what models make for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.batches.expansion import CellProblem, SourceDraft
from shared.batches.prompts import Draw
from shared.campaigns.buckets import Bucket
from shared.campaigns.columns import ColumnMap
from shared.campaigns.creatives import RowValues
from shared.campaigns.fields import Fields, ImageField
from shared.campaigns.pictures import FOUND, REFUSED
from shared.campaigns.prompting import Prompts
from shared.campaigns.sources import CopySource, ImageSource
from shared.campaigns.texts import TextReader
from shared.errors import InputRefused


@dataclass(slots=True)
class Reading:
    """One row while it is read: what was found in it so far."""

    cells: Mapping[str, str]
    draw: Draw
    seed: int | None
    """The row's own."""
    renewed: int
    """Other than 0 where a reviewer asked for other pictures and texts."""
    sources: dict[bytes, SourceDraft] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    drawn: dict[str, Mapping[Bucket | None, bytes]] = field(default_factory=dict)
    """Pictures of the row by field; they are the same in every language."""


class RowReader:
    """Reads rows of one campaign."""

    def __init__(
        self,
        fields: Fields,
        columns: ColumnMap,
        prompts: Prompts,
        texts: TextReader,
        images: Mapping[str, ImageSource],
        copy: Mapping[str, CopySource],
    ) -> None:
        self._fields = fields
        self._columns = columns
        self._prompts = prompts
        self._texts = texts
        self._images = images
        self._copy = copy
        self._writes: dict[str, frozenset[str]] = {}

    def read(self, reading: Reading, locale: str) -> RowValues:
        """What the row shows in a locale. What is wrong with it goes into the reading."""
        texts = self._texts.read(reading.cells, locale, self._written_in(locale))
        reading.problems += texts.problems
        values = RowValues(dict(texts.values))
        for name in texts.to_write:
            self._write(name, locale, reading, values)
        for image in self._fields.images.values():
            self._show(image, locale, reading, values)
        return values

    def _written_in(self, locale: str) -> frozenset[str]:
        if locale not in self._writes:
            self._writes[locale] = frozenset(name for name, source in self._copy.items() if source.writes(locale))
        return self._writes[locale]

    def _show(self, image: ImageField, locale: str, reading: Reading, values: RowValues) -> None:
        """The picture that a cell names, else the one that a model draws, else what is missing."""
        for column in self._columns.of(image.name, locale):
            if not reading.cells.get(column, "").strip():
                continue
            upload = reading.cells.get(FOUND + column)
            if upload:
                values.values[image.name] = {"upload": upload}
            else:
                reason = reading.cells.get(REFUSED + column) or "names a picture that is not there"
                reading.problems.append(CellProblem(column, "no_picture", reason))
            return
        if image.name in self._images:
            self._draw(image.name, reading, values)
        elif image.required:
            column = self._columns.heading(image.name)
            is_there = column in reading.cells
            code, reason = ("empty", "is empty") if is_there else ("missing_column", "there is no such column")
            reading.problems.append(CellProblem(column, code, f"{reason}, and the picture `{image.name}` is needed"))

    def _draw(self, name: str, reading: Reading, values: RowValues) -> None:
        if name not in reading.drawn:
            reading.drawn[name] = self._drafted(name, reading)
        values.drawn[name] = reading.drawn[name]

    def _drafted(self, name: str, reading: Reading) -> Mapping[Bucket | None, bytes]:
        """Keys of a field's picture by bucket; none where something is wrong."""
        prompt = self._prompts.of_image(name, reading.cells, reading.draw)
        if isinstance(prompt, CellProblem):
            reading.problems.append(prompt)
            return {}
        try:
            drafts = self._images[name].drafts(prompt.strip(), reading.seed, reading.renewed)
        except InputRefused as refused:
            reading.problems += self._refusals(name, refused)
            return {}
        reading.sources.update({draft.key: draft for draft in drafts.values()})
        return {bucket: draft.key for bucket, draft in drafts.items()}

    def _write(self, name: str, locale: str, reading: Reading, values: RowValues) -> None:
        prompt = self._prompts.of_copy(name, reading.cells, locale, reading.draw)
        if isinstance(prompt, CellProblem):
            reading.problems.append(prompt)
            return
        try:
            draft = self._copy[name].draft(prompt.strip(), locale, reading.seed, reading.renewed)
        except InputRefused as refused:
            reading.problems += self._refusals(name, refused)
            return
        reading.sources[draft.key] = draft
        values.written[name] = draft.key

    def _refusals(self, name: str, refused: InputRefused) -> list[CellProblem]:
        """What a model does not take, at the columns that it was made of."""
        columns = self._prompts.columns_of(name)
        return [
            CellProblem(columns, "invalid", f"`{name}`: `{problem.path}` {problem.message}")
            for problem in refused.problems
        ]
