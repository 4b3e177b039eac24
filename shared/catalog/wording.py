"""What is wrong with a field, in words for whoever filled it in: Pydantic's own are written for programmers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shared.errors import FieldProblem

_LONGEST_ECHO = 40
_INSTANT = "must be an instant as RFC 3339 writes it, such as 2026-12-24T18:00:00Z"

_SENTENCES: Mapping[str, str] = {
    "missing": "is missing",
    "int_type": "must be a whole number{but}",
    "int_parsing": "must be a whole number{but}",
    "int_from_float": "must be a whole number{but}",
    "int_parsing_size": "must be a smaller number",
    "float_type": "must be a number{but}",
    "float_parsing": "must be a number{but}",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false{but}",
    "bool_parsing": "must be true or false{but}",
    "string_type": "must be text{but}",
    "dict_type": "must be a JSON object{but}",
    "model_type": "must be a JSON object{but}",
    "list_type": "must be a list{but}",
    "tuple_type": "must be a list{but}",
    "uuid_type": "must be an id{but}",
    "uuid_parsing": "must be an id{but}",
    "timezone_aware": "must say its time zone, such as 2026-12-24T18:00:00Z",
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
}
_WITH_BOUNDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda bounds: f"must be {_number(bounds['ge'])} at least{{but}}",
    "greater_than": lambda bounds: f"must be above {_number(bounds['gt'])}{{but}}",
    "less_than_equal": lambda bounds: f"must be {_number(bounds['le'])} at most{{but}}",
    "less_than": lambda bounds: f"must be below {_number(bounds['lt'])}{{but}}",
    "literal_error": lambda bounds: f"must be {bounds['expected'].replace(chr(39), '')}{{but}}",
    "string_too_short": lambda bounds: _at_least(bounds["min_length"], "character"),
    "string_too_long": lambda bounds: f"must have {bounds['max_length']} characters at most",
    "too_short": lambda bounds: _at_least(bounds["min_length"], "item"),
    "too_long": lambda bounds: f"must have {bounds['max_length']} items at most, not {bounds['actual_length']}",
}


def problems_of(error: ValidationError, prefix: str = "", model: type[BaseModel] | None = None) -> list[FieldProblem]:
    """Pydantic's errors as our own: dotted paths and plain sentences.

    With the ``model`` that refused, a misspelt name comes with what was likely meant.
    """
    problems = []
    for detail in error.errors(include_url=False):
        path = ".".join([prefix, *map(str, detail["loc"])] if prefix else map(str, detail["loc"]))
        problems.append(FieldProblem(path or "body", _sentence(detail, model)))
    return problems


def _sentence(detail: ErrorDetails, model: type[BaseModel] | None) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return "is not a field of this input" + _meant(str(detail["loc"][-1]), _fields_at(model, detail["loc"][:-1]))
    if kind in _WITH_BOUNDS:
        sentence = _WITH_BOUNDS[kind](detail.get("ctx", {}))
    elif kind in _SENTENCES:
        sentence = _SENTENCES[kind]
    else:
        message = detail["msg"].removeprefix("Value error, ")
        return message[:1].lower() + message[1:]
    return sentence.replace("{but}", _but(detail["input"]))


def _but(given: Any) -> str:
    """What was sent instead, where that is short enough to be recognised."""
    if isinstance(given, bool | int | float | str) and len(echo := repr(given)) <= _LONGEST_ECHO:
        return f", not {echo.lower() if isinstance(given, bool) else echo}"
    return ""


def _meant(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _fields_at(model: type[BaseModel] | None, path: Sequence[int | str]) -> Sequence[str]:
    """The names that are known at a place inside of a model."""
    for part in path:
        field = model.model_fields.get(str(part)) if model and isinstance(part, str) else None
        if field is not None:
            model = _model_in(field.annotation)
    return list(model.model_fields) if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)


def _number(bound: float) -> str:
    return str(int(bound)) if float(bound).is_integer() else str(bound)


def _at_least(count: int, unit: str) -> str:
    return "must not be empty" if count == 1 else f"must have {count} {unit}s at least"
