"""A form drawn from a JSON Schema: one field a property, and what was typed read back as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from shared.catalog.reference_text import is_reference, parse_reference, write_reference
from web.pages.schema_properties import Property, properties_of

PROMPT = "prompt"
SEED = "seed"
INPUT = "input."
_SENT = "file."
# The API's names are the field's terms; these are what a person who knows none of them reads.
_LABELS = {
    "num_inference_steps": "Steps",
    "guidance_scale": "Guidance",
    "true_cfg_scale": "True guidance",
    "max_sequence_length": "Longest prompt, in tokens",
    "image": "Picture",
    "target_image": "Second picture",
    "target_melody": "Second melody",
    "target_seed": "Second seed",
    "mask_image": "Mask",
    "control_image": "Control picture",
    "controlnet_conditioning_scale": "Control strength",
    "ip_adapter_image": "Style picture",
    "ip_adapter_scale": "Style strength",
    "num_images": "How many pictures",
    "num_pieces": "How many pieces",
    "num_sounds": "How many sounds",
    "condition_on_prev_tokens": "Guided by what came before",
    "num_videos": "How many clips",
    "num_frames": "Frames",
    "fps": "Frames a second",
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
    FILE = "file"
    FILES = "files"


_KIND_OF_TYPE = {
    "integer": FieldKind.INTEGER,
    "number": FieldKind.NUMBER,
    "boolean": FieldKind.YES_NO,
    "array": FieldKind.LINES,
}


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
    accepts: Sequence[str] = ()
    """Of a field for files: the media types it takes."""

    @property
    def html_name(self) -> str:
        """Its name in the form. Of the input's fields, it is the path that the API's errors use."""
        return self.prefix + self.name

    @property
    def file_name(self) -> str:
        """Under which a form sends the files themselves, where no script has sent them before."""
        return _SENT + self.name

    @property
    def is_file(self) -> bool:
        """Whether files are chosen for it. Its value is references, one a line."""
        return self.kind in (FieldKind.FILE, FieldKind.FILES)

    @property
    def is_written(self) -> bool:
        """Whether it is a text of any length."""
        return self.kind is FieldKind.LONG_TEXT

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
    found = sorted(properties_of(schema), key=lambda each: (each.name != PROMPT, each.name == SEED))
    fields = [replace(_field(each, values, problems), prefix=prefix) for each in found]
    return [each for each in fields if each.kind is not FieldKind.CHOICE or len(each.choices) > 1 or each.problems]


def read_input(schema: Mapping[str, Any], form: Mapping[str, str], prefix: str = INPUT) -> dict[str, Any]:
    """The JSON input that a filled form means. What is empty is left out; what is no number stays as typed.

    The input's own model judges it: this only turns text into JSON's types.
    """
    found: dict[str, Any] = {}
    for each in properties_of(schema):
        typed = form.get(prefix + each.name, "").replace("\r\n", "\n").replace("\0", "")
        kind = _kind(each)
        if typed.strip() or (each.required and kind is not FieldKind.FILE):
            _put(found, each.name, _parsed(kind, typed))
    return found


def typed_values(form: Mapping[str, str], prefix: str = INPUT) -> dict[str, str]:
    """What was typed, by field name."""
    return {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}


def values_of(job_input: Mapping[str, Any]) -> dict[str, str]:
    """A job's input as a form would have it typed."""
    values = {}
    for name, value in job_input.items():
        if isinstance(value, Mapping) and not is_reference(value):
            values.update({f"{name}.{inner}": typed for inner, typed in values_of(value).items()})
        elif value is not None:
            values[name] = _typed(value)
    return values


def label_of(name: str) -> str:
    """A field's name for people."""
    return _LABELS.get(name, name.replace("_", " ").replace(".", ": ").capitalize())


def _field(found: Property, values: Mapping[str, str], problems: Mapping[str, Sequence[str]]) -> FormField:
    kind, prop = _kind(found), found.schema
    return FormField(
        name=found.name,
        label=label_of(found.name),
        kind=kind,
        help=prop.get("description", ""),
        required=found.required,
        default=_typed(prop.get("default")),
        value=values.get(found.name, ""),
        minimum=_minimum(prop, kind),
        maximum=prop.get("maximum"),
        step=str(prop.get("multipleOf", 1 if kind is FieldKind.INTEGER else "any")),
        max_length=prop.get("maxLength"),
        choices=[str(choice) for choice in prop.get("enum", ())],
        examples=[example for example in prop.get("examples", ()) if isinstance(example, str)],
        problems=problems.get(found.name, ()),
        accepts=found.accepts,
    )


def _kind(found: Property) -> FieldKind:
    prop = found.schema
    if found.accepts:
        return FieldKind.FILES if found.is_list else FieldKind.FILE
    if "enum" in prop:
        return FieldKind.CHOICE
    of_type = _KIND_OF_TYPE.get(prop.get("type", ""))
    if of_type is not None:
        return of_type
    return FieldKind.LONG_TEXT if prop.get("maxLength", _LONG_TEXT + 1) > _LONG_TEXT else FieldKind.TEXT


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    """Set what stands at a dotted name."""
    *outer, last = name.split(".")
    for part in outer:
        found = found.setdefault(part, {})
    found[last] = value


def _minimum(prop: Mapping[str, Any], kind: FieldKind) -> float | None:
    if "minimum" in prop or kind is FieldKind.NUMBER:
        # A browser knows no open bounds; the server refuses the bound itself.
        lowest: float | None = prop.get("minimum", prop.get("exclusiveMinimum"))
        return lowest
    return None


def _parsed(kind: FieldKind, typed: str) -> Any:
    if kind is FieldKind.FILE:
        return parse_reference(typed) or typed
    if kind is FieldKind.FILES:
        return [parse_reference(line) or line for line in typed.split("\n") if line.strip()]
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
    if is_reference(value):
        return write_reference(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "\n".join(map(_typed, value))
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
