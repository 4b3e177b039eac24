"""From a row to its job: templates filled in, fields that columns override, the whole input checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.batches.creation import custom_id
from shared.batches.expansion import CellProblem, Expanded, ItemDraft, PlainItem, SourceValue
from shared.batches.jobs_spec import OVERRIDE, JobsSpec
from shared.batches.prompts import Draw, PromptTemplate
from shared.catalog.inputs.base import MAX_SEED, JobInput
from shared.catalog.inputs.files import file_fields
from shared.catalog.models import Model
from shared.catalog.service import complete_input
from shared.errors import InputRefused
from shared.jobs import files
from shared.tables.rows import Row

MAX_ID_CHARACTERS = 200


class JobsExpander:
    """One job a row."""

    keeps_rows = False
    picture_columns: frozenset[str] = frozenset()

    def __init__(self, spec: JobsSpec, model: Model, workspace_id: UUID, columns: Collection[str]) -> None:
        """Raises ``InputRefused`` for a template that names a column that there is not."""
        self._spec = spec
        self._model = model
        self._workspace_id = workspace_id
        self._templates = spec.templates(columns)
        self._overrides = [column for column in columns if column.startswith(OVERRIDE)]
        self._completed: dict[int, JobInput | list[CellProblem]] = {}
        self._reading: frozenset[int] = frozenset()

    def details(self) -> Mapping[str, Any]:
        """One job a row: nothing besides."""
        return {"by": {}, "buckets": []}

    def prepare(self, session: Session, rows: Sequence[Row]) -> Sequence[Row]:
        """Complete the rows' inputs, and look whether the files that they name are there."""
        self._completed = {row.number: self._complete(row) for row in rows}
        named = {
            number: job_input
            for number, job_input in self._completed.items()
            if isinstance(job_input, JobInput) and file_fields(job_input)
        }
        self._reading = frozenset(named)
        found = files.resolve_all(session, self._workspace_id, list(named.values())) if named else []
        for number, resolved in zip(named, found, strict=True):
            if isinstance(resolved, InputRefused):
                self._completed[number] = list(self._cell_problems(resolved))
        return rows

    def expand(self, row: Row, changes: Mapping[str, Any] = {}) -> Expanded:  # noqa: ARG002 (jobs have none)
        """The row's job, or what is wrong with its cells."""
        name = custom_id(row)
        completed = self._completed[row.number]
        if not isinstance(completed, JobInput):
            return Expanded(row, name, problems=completed)
        plain = None if row.number in self._reading else PlainItem(self._model, completed)
        return Expanded(row, name, items=(ItemDraft(None, None, None, (), partial(self._request, completed), plain),))

    def _request(self, completed: JobInput, _: Mapping[bytes, SourceValue]) -> dict[str, Any]:
        return {"model": self._spec.model, "input": completed.model_dump(mode="json", exclude_none=True)}

    def _complete(self, row: Row) -> JobInput | list[CellProblem]:
        """The whole input of the row's job, its seed included; or what is wrong."""
        name = custom_id(row)
        if len(name) > MAX_ID_CHARACTERS:
            message = f"has {len(name):,} characters; {MAX_ID_CHARACTERS} at most name a row"
            return [CellProblem("custom_id" if row.cells.get("custom_id") else "id", "too_long", message)]
        draw = Draw(self._spec.seed, name)
        values = dict(self._filled(self._spec.input, (), row.cells, draw))
        problems = [value for value in _leaves(values) if isinstance(value, CellProblem)]
        if problems:
            return problems
        for column in self._overrides:
            if row.cells.get(column, "").strip():
                values[column.removeprefix(OVERRIDE)] = _read(row.cells[column].strip())
        values.setdefault("seed", _seed(draw))
        try:
            return complete_input(self._model, values)
        except InputRefused as refused:
            return list(self._cell_problems(refused))

    def _filled(self, value: Any, place: tuple[str, ...], cells: Mapping[str, str], draw: Draw) -> Any:
        if isinstance(value, str):
            return self._templates[place].text(cells, draw)
        if isinstance(value, Mapping):
            return {name: self._filled(inner, (*place, name), cells, draw) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner, (*place, str(index)), cells, draw) for index, inner in enumerate(value)]
        return value

    def _cell_problems(self, refused: InputRefused) -> Iterator[CellProblem]:
        """Each problem with the columns that its field was made of."""
        for problem in refused.problems:
            place = tuple(problem.path.split(".")[1:])
            columns = self._columns_of(place)
            about = "" if columns and problem.path in columns else f"`{problem.path}` "
            yield CellProblem(", ".join(columns), "invalid", f"{about}{problem.message}")

    def _columns_of(self, place: tuple[str, ...]) -> Sequence[str]:
        override = OVERRIDE + (place[0] if place else "")
        if override in self._overrides:
            return [override]
        used: list[PromptTemplate] = [
            template
            for where, template in self._templates.items()
            if where[: len(place)] == place or place[: len(where)] == where
        ]
        return list(dict.fromkeys(column for template in used for column in template.columns))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _read(text: str) -> Any:
    """A cell that stands for a field: a list or an object as JSON, anything else as its text."""
    if text[0] not in "[{":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _seed(draw: Draw) -> int:
    """The seed of a row that has none of its own: the same whenever the table is sent again."""
    digest = hashlib.blake2b(f"{draw.seed}\0{draw.custom_id}\0seed".encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest()) % (MAX_SEED + 1)
