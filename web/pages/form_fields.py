"""A form drawn from a JSON Schema: one field a property, and what was typed read back as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

PROMPT = "prompt"
SEED = "seed"
INPUT = "input."
# The API's names are the field's terms; these are what a person who knows none of them reads.
_LABELS = {
    "num_inference_steps": "Steps",
    "guidance_scale": "Guidance",
    "num_images": "How many pictures",
    "num_return_sequences": "How many texts",
    "max_new_tokens": "Longest text, in tokens",
    "max_length": "Longest prompt and text, in tokens",
    "num_beams": "Beams",
    "do_sample": "Draw at random",
    "no_repeat_ngram_size": "Never repeat so many tokens",
    "stop": "Stop at",
    "run_after": "Begin in, minutes",
    "expires_after": "Give up unless begun in, minutes",
    "reuse": "Reuse",
}
_LONG_TEXT = 200


class FieldKind(StrEnum):
    """How a field is drawn."""

    LONG_TEXT = "long_text"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. ``value`` is what was typed, or nothing: then the default, shown as a placeholder, holds."""

    name: str
    label: str
    kind: FieldKind
    help: str
    required: bool
    default: str
    value: str
    minimum: float | None = None
    maximum: float | None = None
    step: str = "any"
    max_length: int | None = None
    choices: Sequence[str] = ()
    examples: Sequence[str] = ()
    problems: Sequence[str] = field(default=())
    prefix: str = INPUT

    @property
    def html_name(self) -> str:
        """Its name in the form. Of the input's fields, it is the path that the API's errors use."""
        return self.prefix + self.name

    @property
    def bounds(self) -> str:
        """``1 to 100``, for the help text."""
        if self.minimum is None or self.maximum is None or self.kind is FieldKind.CHOICE or self.name == SEED:
            return ""
        bounds = f"{_typed(self.minimum)} to {_typed(self.maximum)}"
        return f"{bounds}, in steps of {self.step}" if self.step not in ("any", "1") else bounds


def fields_of(
    schema: Mapping[str, Any],
    values: Mapping[str, str],
    problems: Mapping[str, Sequence[str]],
    prefix: str = INPUT,
) -> list[FormField]:
    """The fields of an input, the prompt first and the seed last. Values and problems go by the field's name.

    What leaves no choice is no field.
    """
    required = schema.get("required", ())
    # Files are named by ids, which nobody types.
    typed = [name for name, prop in schema["properties"].items() if _flat(prop).get("type") != "object"]
    names = sorted(typed, key=lambda name: (name != PROMPT, name == SEED))
    fields = [
        replace(_field(name, _flat(schema["properties"][name]), name in required, values, problems), prefix=prefix)
        for name in names
    ]
    return [each for each in fields if each.kind is not FieldKind.CHOICE or len(each.choices) > 1 or each.problems]


def read_input(schema: Mapping[str, Any], form: Mapping[str, str], prefix: str = INPUT) -> dict[str, Any]:
    """The JSON input that a filled form means. What is empty is left out; what is no number stays as typed.

    The input's own model judges it: this only turns text into JSON's types.
    """
    found: dict[str, Any] = {}
    for name, raw_property in schema["properties"].items():
        typed = form.get(prefix + name, "").replace("\r\n", "\n").replace("\0", "")
        if typed.strip() or name in schema.get("required", ()):
            found[name] = _parsed(_kind(_flat(raw_property)), typed)
    return found


def typed_values(form: Mapping[str, str], prefix: str = INPUT) -> dict[str, str]:
    """What was typed, by field name."""
    return {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}


def values_of(job_input: Mapping[str, Any]) -> dict[str, str]:
    """A job's input as a form would have it typed."""
    return {name: _typed(value) for name, value in job_input.items() if value is not None}


def label_of(name: str) -> str:
    """A field's name for people."""
    return _LABELS.get(name, name.replace("_", " ").capitalize())


def _field(
    name: str,
    prop: Mapping[str, Any],
    required: bool,
    values: Mapping[str, str],
    problems: Mapping[str, Sequence[str]],
) -> FormField:
    kind = _kind(prop)
    return FormField(
        name=name,
        label=label_of(name),
        kind=kind,
        help=prop.get("description", ""),
        required=required,
        default=_typed(prop.get("default")),
        value=values.get(name, ""),
        minimum=_minimum(prop, kind),
        maximum=prop.get("maximum"),
        step=str(prop.get("multipleOf", 1 if kind is FieldKind.INTEGER else "any")),
        max_length=prop.get("maxLength"),
        choices=[str(choice) for choice in prop.get("enum", ())],
        examples=[example for example in prop.get("examples", ()) if isinstance(example, str)],
        problems=problems.get(name, ()),
    )


def _flat(prop: Mapping[str, Any]) -> dict[str, Any]:
    """A property without its ``null``; what stands beside ``anyOf`` is the model's own and wins."""
    given = [option for option in prop.get("anyOf", ()) if option.get("type") != "null"]
    return {**(given[0] if given else {}), **{key: value for key, value in prop.items() if key != "anyOf"}}


def _kind(prop: Mapping[str, Any]) -> FieldKind:
    if "enum" in prop:
        return FieldKind.CHOICE
    match prop.get("type"):
        case "integer":
            return FieldKind.INTEGER
        case "number":
            return FieldKind.NUMBER
        case "boolean":
            return FieldKind.YES_NO
        case "array":
            return FieldKind.LINES
    return FieldKind.LONG_TEXT if prop.get("maxLength", _LONG_TEXT + 1) > _LONG_TEXT else FieldKind.TEXT


def _minimum(prop: Mapping[str, Any], kind: FieldKind) -> float | None:
    if "minimum" in prop or kind is FieldKind.NUMBER:
        # A browser knows no open bounds; the server refuses the bound itself.
        lowest: float | None = prop.get("minimum", prop.get("exclusiveMinimum"))
        return lowest
    return None


def _parsed(kind: FieldKind, typed: str) -> Any:
    if kind is FieldKind.LINES:
        return [line for line in typed.split("\n") if line]
    if kind is FieldKind.YES_NO:
        return {"yes": True, "no": False}.get(typed, typed)
    if kind in (FieldKind.INTEGER, FieldKind.NUMBER, FieldKind.CHOICE):
        return _number(typed)
    return typed


def _number(typed: str) -> int | float | str:
    with suppress(ValueError):
        return int(typed)
    with suppress(ValueError):
        number = float(typed)
        # JSON has no word for the others.
        return number if math.isfinite(number) else typed
    return typed


def _typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "\n".join(map(str, value))
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
