"""The settings of a batch of jobs, complete: what its rows are made into."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from shared.batches.prompts import PromptTemplate, TemplateError
from shared.batches.request import BatchRequest
from shared.catalog.families import FAMILIES
from shared.catalog.service import find_model
from shared.errors import FieldProblem, InputRefused

OVERRIDE = "input."
"""Begins the heading of a column that stands for a field of the input."""


class JobsSpec(BaseModel):
    """Model, input with templates in it, and what decides their choices."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    input: dict[str, Any]
    wildcards: dict[str, list[str]]
    seed: int

    @classmethod
    def of(cls, request: BatchRequest) -> JobsSpec:
        """What a request says of it."""
        return cls(model=request.model, input=request.input, wildcards=request.wildcards, seed=request.seed)

    def check(self, session: Session, workspace_id: UUID) -> None:
        """Raises ``InputRefused`` for a model or a field of its input that there is not."""
        model = find_model(session, workspace_id, self.model)
        fields = FAMILIES[model.family].input_type.model_fields
        unknown = [name for name in self.input if name not in fields]
        if unknown:
            known = ", ".join(fields)
            raise InputRefused(
                [FieldProblem(f"input.{name}", f"is no field of it; there are: {known}") for name in unknown]
            )

    def check_columns(self, columns: Sequence[str]) -> None:
        """Raises ``InputRefused`` naming every template that names a column or wildcard that there is not."""
        self.templates(columns)

    def templates(self, columns: Collection[str]) -> Mapping[tuple[str, ...], PromptTemplate]:
        """Every text of the input as a template, by its place in it. Raises ``InputRefused``."""
        found: dict[tuple[str, ...], PromptTemplate] = {}
        problems: list[FieldProblem] = []
        for place, source in _texts(self.input, ()):
            path = ".".join(("input", *place))
            try:
                found[place] = PromptTemplate(path, source, columns, self.wildcards)
            except TemplateError as error:
                problems.append(FieldProblem(path, str(error)))
        if problems:
            raise InputRefused(problems)
        return found


def _texts(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in a JSON value, with where it stands."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, (*place, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*place, str(index)))
