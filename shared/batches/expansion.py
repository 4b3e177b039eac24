"""What one row of a table is made into: the contract between the batch machine and a kind of batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from shared.batches.states import SourceKind
from shared.catalog.inputs.base import JobInput
from shared.catalog.models import Model
from shared.tables.rows import Row


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with one cell of a row; the row is left out for it."""

    column: str
    """Its heading; empty where it is the whole row."""
    code: str
    """Stable, such as ``missing`` or ``too_long``."""
    message: str
    """For people: what is wrong, with the value where that is short."""


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A picture or a text that items need, generated once a key."""

    key: bytes
    """SHA-256 of everything that decides it."""
    kind: SourceKind
    request: dict[str, Any]
    """``{"model": ..., "input": ..., "rules": {...}}``: the input complete with its seed; rules only for texts."""


@dataclass(frozen=True, slots=True)
class SourceValue:
    """A source that can be used."""

    kind: SourceKind
    job_id: UUID | None
    """Of an image: it is used as ``{"job": id, "output": 0}``, whether it has run or not."""
    text: str | None
    """Of a text: what was accepted."""


@dataclass(frozen=True, slots=True)
class PlainItem:
    """A job that needs nothing but its model."""

    model: Model
    job_input: JobInput


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One thing to make of a row."""

    template: str | None
    size: str | None
    locale: str | None
    sources: tuple[bytes, ...]
    """Keys of what it needs; all of them are among the row's sources."""
    build: Callable[[Mapping[bytes, SourceValue]], dict[str, Any]]
    """``{"model": ..., "input": ...}``, given the value of each source. Raises ``InputRefused``."""
    complete: PlainItem | None = None
    """The same, checked already, where it reads no files: such items are accepted in a third of the time."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """Everything that a row comes to. A row with problems is made into nothing."""

    row: Row
    custom_id: str
    items: Sequence[ItemDraft] = ()
    sources: Sequence[SourceDraft] = ()
    problems: Sequence[CellProblem] = ()


class Expander(Protocol):
    """A kind of batch with its settings: from rows to items. One is made for each batch that is worked on."""

    @property
    def keeps_rows(self) -> bool:
        """Whether the rows are kept with the batch, to make items anew without the table."""
        ...

    @property
    def picture_columns(self) -> frozenset[str]:
        """Columns whose cells may be an https address of a picture.

        The worker fetches it and adds ``@column``, or ``!column`` where it could not.
        """
        ...

    def details(self) -> Mapping[str, Any]:
        """For the plan: ``by``, what a row is multiplied by, and ``buckets``, in which sizes pictures are drawn."""
        ...

    def prepare(self, session: Session, rows: Sequence[Row]) -> Sequence[Row]:
        """Look up what cells name, once for many rows; may add cells called ``@column`` that hold upload ids,
        or ``!column`` that say why there is none."""
        ...

    def expand(self, row: Row, changes: Mapping[str, Any] = {}) -> Expanded:
        """What a prepared row comes to: pure. ``changes`` are an item's: ``{"cells": {column: text}, "seed": 7}``."""
        ...
