"""From rows to creatives: each row in every template, size and locale, and what they share."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.batches.creation import custom_id
from shared.batches.expansion import CellProblem, Expanded
from shared.batches.jobs_expander import MAX_ID_CHARACTERS
from shared.batches.models import Batch
from shared.batches.prompts import Draw
from shared.campaigns.columns import ColumnMap
from shared.campaigns.creatives import Creatives
from shared.campaigns.cuts import cuts_of
from shared.campaigns.design.languages import problem_with_locale
from shared.campaigns.fields import fields_of
from shared.campaigns.pictures import FOUND, REFUSED, with_pictures
from shared.campaigns.prompting import Prompts
from shared.campaigns.row_values import Reading, RowReader
from shared.campaigns.sources import CopySource, ImageSource
from shared.campaigns.spec import CampaignSpec, models_of
from shared.campaigns.texts import TextReader
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.models import Model
from shared.errors import FieldProblem, InputRefused
from shared.tables.rows import Row

LOCALES = "locales"
"""A column that says, for its row, in which of the campaign's locales it is made."""
SEED = "seed"
_BETWEEN = re.compile(r"[\s,;|]+")


class CampaignExpander:
    """The creatives of a campaign."""

    keeps_rows = True

    def __init__(
        self, spec: CampaignSpec, models: Mapping[str, Model], workspace_id: UUID, columns: Collection[str]
    ) -> None:
        """``columns`` are the table's headings. Raises ``InputRefused`` for a template that cannot be placed."""
        self._spec = spec
        self._workspace_id = workspace_id
        kit = spec.brand_kit.read() if spec.brand_kit is not None else None
        layouts = {template.name: template.read() for template in spec.templates}
        self._fields = fields_of(layouts, spec.channel_limits)
        self._columns = ColumnMap(list(columns), spec.columns)
        self._images = {
            name: ImageSource(name, wish, models[str(wish.model)], kit, spec.seed) for name, wish in spec.images.items()
        }
        self._copy = {
            name: CopySource(name, wish, models[wish.model], kit, self._fields.texts[name].limits, spec.seed)
            for name, wish in spec.texts.items()
        }
        self._cuts = cuts_of(layouts, spec.sizes, spec.locales, kit, self._images)
        self._prompts = Prompts(spec.images, spec.texts, spec.wildcards, kit, columns)
        texts = TextReader(self._fields.texts, self._columns, kit)
        self._reader = RowReader(self._fields, self._columns, self._prompts, texts, self._images, self._copy)
        self._output = spec.output.model_dump(mode="json", exclude_none=True)
        self._picture_columns = frozenset(
            column for name in self._fields.images for column in self._columns.all_of(name)
        )

    @classmethod
    def of(cls, session: Session, batch: Batch, columns: Collection[str]) -> CampaignExpander:
        """The expander of a batch. Raises ``InputRefused`` where a model of it is no longer there."""
        spec = CampaignSpec.read(batch.spec)
        return cls(spec, models_of(session, batch.workspace_id, spec), batch.workspace_id, columns)

    @property
    def picture_columns(self) -> frozenset[str]:
        """Columns whose cells name pictures."""
        return self._picture_columns

    def check(self) -> None:
        """Raises ``InputRefused`` where settings name columns that are not there, or nothing fills a field."""
        problems = [*self._columns.problems(), *self._prompts.problems]
        chosen = {problem.path for problem in problems}
        for name in self._fields.required():
            made = name in self._images or name in self._copy
            if not made and not self._columns.all_of(name) and f"columns.{name}" not in chosen:
                ways = "`images`" if name in self._fields.images else "`copy`"
                message = f"no column fills the field `{name}`: name one in `columns`, or have it made by {ways}"
                problems.append(FieldProblem(f"columns.{name}", message))
        if problems:
            raise InputRefused(problems)

    def details(self) -> dict[str, Any]:
        """For the plan: of what there are how many, and in which sizes pictures are drawn."""
        buckets: dict[tuple[str, str], dict[str, None]] = {}
        for cut in self._cuts:
            for field, bucket in cut.buckets.items():
                drawn = f"{bucket.width}x{bucket.height}" if bucket is not None else "as the model draws"
                buckets.setdefault((field, drawn), {})[cut.size] = None
        spec = self._spec
        counts = {"templates": len(spec.templates), "sizes": len(spec.sizes), "locales": len(spec.locales)}
        drawings = [
            {"field": field, "model": self._images[field].wish.model, "drawn": drawn, "sizes": list(sizes)}
            for (field, drawn), sizes in buckets.items()
        ]
        return {"by": counts, "buckets": drawings}

    def prepare(self, session: Session, rows: Sequence[Row]) -> Sequence[Row]:
        """Look up the pictures that cells name."""
        if not self._picture_columns:
            return rows
        return with_pictures(session, self._workspace_id, rows, self._picture_columns)

    def expand(self, row: Row, changes: Mapping[str, Any] = {}) -> Expanded:
        """The row's creatives and what they share, or what is wrong with its cells."""
        cells = changed_cells(row.cells, changes.get("cells", {}))
        row = Row(row.number, cells)
        name = custom_id(row)
        problems: list[CellProblem] = []
        if len(name) > MAX_ID_CHARACTERS:
            message = f"has {len(name):,} characters; {MAX_ID_CHARACTERS} at most name a row"
            problems.append(CellProblem("custom_id" if cells.get("custom_id") else "id", "too_long", message))
        seed = self._row_seed(cells, problems)
        locales = self._row_locales(cells, problems)
        reading = Reading(cells, Draw(self._spec.seed, name), seed, int(changes.get("seed") or 0), problems=problems)
        values = {locale: self._reader.read(reading, locale) for locale in locales}
        if reading.problems:
            return Expanded(row, name, problems=list(dict.fromkeys(reading.problems)))
        return Expanded(row, name, Creatives(self._cuts, values, self._output), list(reading.sources.values()))

    def _row_seed(self, cells: Mapping[str, str], problems: list[CellProblem]) -> int | None:
        """The row's own seed, where it has one and something is made by it."""
        column = self._columns.column(SEED) if self._images or self._copy else None
        written = cells.get(column, "").strip() if column is not None else ""
        if not written:
            return None
        if written.isascii() and written.isdigit() and int(written) <= MAX_SEED:
            return int(written)
        problems.append(CellProblem(str(column), "invalid", f"must be a whole number from 0 to {MAX_SEED}"))
        return None

    def _row_locales(self, cells: Mapping[str, str], problems: list[CellProblem]) -> Sequence[str]:
        """The campaign's locales, or those of them that the row names."""
        column = self._columns.column(LOCALES)
        written = cells.get(column, "").strip() if column is not None else ""
        if not written:
            return self._spec.locales
        known = {locale.lower(): locale for locale in self._spec.locales}
        wanted: dict[str, None] = {}
        for each in filter(None, _BETWEEN.split(written)):
            locale = known.get(each.lower().replace("_", "-"))
            if locale is not None:
                wanted[locale] = None
                continue
            reason = problem_with_locale(each) or f"{each!r} is none of the campaign's: {', '.join(self._spec.locales)}"
            problems.append(CellProblem(str(column), "unknown_locale", reason))
        return list(wanted)


def changed_cells(cells: Mapping[str, str], changes: Mapping[str, str]) -> Mapping[str, str]:
    """A row as a reviewer changed it: the picture that a cell meant before is forgotten with it."""
    if not changes:
        return cells
    stale = {mark + column for column in changes for mark in (FOUND, REFUSED)}
    return {**{column: text for column, text in cells.items() if column not in stale}, **changes}
