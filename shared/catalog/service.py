"""Turn what a caller wrote into the typed, complete input that a model runs on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from shared.catalog import repository
from shared.catalog.families import FAMILIES
from shared.catalog.inputs.base import JobInput
from shared.catalog.models import Model, ModelState
from shared.catalog.token_bounds import TokenBounds
from shared.catalog.wording import problems_of
from shared.errors import FieldProblem, InputRefused

# The catalog changes by an operator's hand; every submission asks it.
_KNOWN_SECONDS = 1.0
_KNOWN_AT_MOST = 4096
_known: dict[tuple[UUID, str], tuple[Model, float]] = {}


def find_model(session: Session, workspace_id: UUID, name: str) -> Model:
    """The model of that name that the workspace may use, as of a moment ago.

    Raises ``InputRefused`` on ``model``, with what was likely meant.
    """
    key = (workspace_id, name)
    model, until = _known.get(key, (None, 0.0))
    if model is not None and time.monotonic() < until:
        return model
    model = repository.find_allowed(session, workspace_id, name)
    if model is not None:
        session.expunge(model)
        if len(_known) >= _KNOWN_AT_MOST:
            _known.clear()
        _known[key] = model, time.monotonic() + _KNOWN_SECONDS
        return model
    _known.pop(key, None)
    raise InputRefused.of("model", _unusable(session, workspace_id, name))


def _unusable(session: Session, workspace_id: UUID, name: str) -> str:
    """Why a workspace cannot use a model of that name."""
    known = [model.name for model in repository.allowed_models(session, workspace_id)]
    there = f"there are: {', '.join(known) or 'none yet'}"
    model = repository.find(session, name)
    if model is not None and model.state is ModelState.DISABLED:
        return f"the model {name!r} is out of use for now; {there}"
    if model is not None and model.state is ModelState.ENABLED:
        return f"this workspace may not use the model {name!r}; {there}"
    close = get_close_matches(name, known, n=1)
    return f"no model is called {name!r}; " + (f"did you mean {close[0]!r}?" if close else there)


def forget_models() -> None:
    """Ask the catalog itself for the next model: it has been replaced."""
    _known.clear()


def complete_input(model: Model, raw: Mapping[str, Any]) -> JobInput:
    """The family's input with the model's defaults filled in, its limits kept and a seed drawn.

    Raises ``InputRefused`` with every problem, each with the path of its field.
    """
    given = {name: value for name, value in raw.items() if value is not None}
    input_type = FAMILIES[model.family].input_type
    # The model's limits are the narrower ones: what they say of a field stands for what the family says of it.
    problems = _beyond_limits(model, given)
    try:
        job_input = input_type.model_validate({**input_type.applicable(model.defaults, given), **given})
    except ValidationError as error:
        named = {problem.path for problem in problems}
        problems += [problem for problem in problems_of(error, "input", input_type) if problem.path not in named]
    else:
        # Looked at once more as the type has read them: a number may have been sent as text.
        problems = _beyond_limits(model, job_input.model_dump()) or _beyond_context(model, job_input)
    if problems:
        raise InputRefused(problems) from None
    return job_input.with_seed()


def _beyond_limits(model: Model, values: Mapping[str, Any]) -> list[FieldProblem]:
    return [
        FieldProblem(f"input.{name}", problem)
        for name, bounds in model.limits.items()
        if (problem := _outside(values.get(name), bounds)) is not None
    ]


def _beyond_context(model: Model, job_input: JobInput) -> list[FieldProblem]:
    tokens = model.limits.get("prompt", {}).get("tokens")
    return job_input.beyond_context(TokenBounds.read(tokens)) if tokens else []


def input_schema(model: Model) -> dict[str, Any]:
    """JSON schema of this model's input: the family's, with the model's defaults and limits written in."""
    schema = FAMILIES[model.family].input_type.model_json_schema()
    for name, field in schema["properties"].items():
        if name in model.defaults:
            field["default"] = model.defaults[name]
        bounds = model.limits.get(name, {})
        for wanted, keyword in (
            ("minimum", "minimum"),
            ("maximum", "maximum"),
            ("multiple_of", "multipleOf"),
            ("one_of", "enum"),
        ):
            if wanted in bounds:
                field[keyword] = bounds[wanted]
    return schema


def _outside(value: Any, bounds: Mapping[str, Any]) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None  # Left out, or not a number: the input's type says so.
    if "minimum" in bounds and value < bounds["minimum"]:
        return f"this model takes {bounds['minimum']} at least, not {value}"
    if "maximum" in bounds and value > bounds["maximum"]:
        return f"this model takes {bounds['maximum']} at most, not {value}"
    if "multiple_of" in bounds and value % bounds["multiple_of"]:
        return f"this model takes multiples of {bounds['multiple_of']}, not {value}"
    if "one_of" in bounds and value not in bounds["one_of"]:
        return f"this model takes one of {', '.join(map(str, bounds['one_of']))}, not {value}"
    return None
