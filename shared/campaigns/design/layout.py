"""A template: a documented layout in JSON that serves every canvas, language and brand.

``docs/guides/templates.md`` describes it. Layers lie one over another, bottom to top, in boxes relative to the canvas;
``overrides`` change layers on canvases of one class (``story``, ``leaderboard``) or of one size (``728x90``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from shared.campaigns.design.colors import Paintable, Role, role_of
from shared.campaigns.design.fonts import FontChoice
from shared.campaigns.design.layers import BaseLayer, FieldName, FontRole, GeneratedLayer, Layer
from shared.campaigns.design.lengths import Length, Margin, Part
from shared.campaigns.design.sizes import ASPECTS, Size
from shared.catalog.inputs.scene import MAX_LAYERS, MAX_TEXT_CHARACTERS, Color
from shared.catalog.wording import problems_of
from shared.errors import FieldProblem, InputRefused

CANVAS = "canvas"
"""What overrides call that which is no layer: the background and the safe area."""
_SIZE = re.compile(r"[1-9]\d{1,4}x[1-9]\d{1,4}")
_IN_LAYER = re.compile(r"layers\.(\d+)(\.|$)")
_LAYER = TypeAdapter[Layer](Layer)
_KINDS: Mapping[str, type[BaseLayer]] = {
    str(get_args(kind.model_fields["kind"].annotation)[0]): kind for kind in get_args(get_args(Layer)[0])
}


class TemplateField(Part):
    """What a row has to say, or a model: shown by one layer or more."""

    name: FieldName
    kind: Literal["text", "image"]
    required: bool = Field(default=True, description="A row in which it is empty is left out, and its cell named.")
    help: str = Field(default="", max_length=300, description="For whoever fills in the table.")
    max_characters: int | None = Field(default=None, ge=1, le=MAX_TEXT_CHARACTERS, description="Of a text.")
    example: str | None = Field(default=None, max_length=MAX_TEXT_CHARACTERS)

    @model_validator(mode="after")
    def _characters_are_of_texts(self) -> Self:
        if self.kind == "image" and self.max_characters is not None:
            raise ValueError("`max_characters` is for texts")
        return self


class SafeMargins(Part):
    """What text, logo and label keep clear of; a platform's own margins count as well, whichever is larger."""

    left: Margin = Length(0.0)
    top: Margin = Length(0.0)
    right: Margin = Length(0.0)
    bottom: Margin = Length(0.0)


class CanvasLook(Part):
    """What lies below all layers, and what is kept clear."""

    background: Paintable = "#ffffff"
    safe: SafeMargins = SafeMargins()


class Layout(Part):
    """A template. Complete by itself: every colour and font that it uses by role has a fallback in it."""

    version: Literal[1]
    title: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    description: str = Field(default="", max_length=1000)
    palette: dict[Role, Color] = Field(
        default_factory=dict, description="Colours by role, where the brand kit has none: `primary`, `on-primary`."
    )
    fonts: dict[FontRole, FontChoice] = Field(default_factory=dict)
    fields: tuple[TemplateField, ...] = Field(default=(), max_length=40)
    canvas: CanvasLook = CanvasLook()
    layers: tuple[Layer, ...] = Field(min_length=1, max_length=MAX_LAYERS)
    overrides: dict[str, dict[str, dict[str, Any]]] = Field(
        default_factory=dict, description="By class or size, then by layer: what differs there."
    )

    def field(self, name: str) -> TemplateField:
        """A declared field. Raises ``KeyError``."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def canvas_on(self, size: Size) -> CanvasLook:
        """Background and safe area on one canvas."""
        changes = [self.overrides[key][CANVAS] for key in size.keys if CANVAS in self.overrides.get(key, {})]
        return _changed(self.canvas, changes, CanvasLook.model_validate) if changes else self.canvas

    def layers_on(self, size: Size) -> list[Layer]:
        """The layers that are drawn on one canvas, bottom to top. Raises ``InputRefused``."""
        keys = [key for key in size.keys if key in self.overrides]
        placed = []
        for layer in self.layers:
            changes = [self.overrides[key][layer.name] for key in keys if layer.name in self.overrides[key]]
            try:
                changed = _changed(layer, changes, _LAYER.validate_python) if changes else layer
            except ValidationError as error:
                raise InputRefused(problems_of(error, f"{layer.name} at {size.name}")) from error
            if not changed.hidden:
                placed.append(changed)
        return placed

    def generated_fields(self) -> list[str]:
        """The fields whose pictures a model draws, unless a column has them."""
        return list(dict.fromkeys(layer.field for layer in self.layers if isinstance(layer, GeneratedLayer)))


def read_layout(given: Mapping[str, Any], prefix: str = "") -> Layout:
    """A layout from its JSON. Raises ``InputRefused`` with every problem and its path, from ``prefix`` on."""
    try:
        layout = Layout.model_validate(given)
    except ValidationError as error:
        problems = list(_misread(given, error))
    else:
        problems = [*_disagreements(layout), *_override_problems(layout)]
        if not problems:
            return layout
    begin = f"{prefix}." if prefix else ""
    raise InputRefused([FieldProblem(f"{begin}{problem.path}", problem.message) for problem in problems])


def _misread(given: Mapping[str, Any], error: ValidationError) -> Iterator[FieldProblem]:
    """What cannot be read; of a layer as its own kind says it."""
    bad_layers: set[int] = set()
    layers = given.get("layers")
    for problem in problems_of(error, model=Layout):
        found = _IN_LAYER.match(problem.path)
        if found is not None:
            bad_layers.add(int(found[1]))
        elif problem.path != "layers" or not isinstance(layers, list) or not 0 < len(layers) <= MAX_LAYERS:
            # Layers that cannot be read are not counted: a list of nothing else would be called empty.
            yield problem
    for index in sorted(bad_layers):
        layer = given["layers"][index]
        kind = str(layer.get("kind")) if isinstance(layer, Mapping) else ""
        if kind not in _KINDS:
            yield FieldProblem(f"layers.{index}.kind", f"must be one of {', '.join(_KINDS)}")
            continue
        try:
            _KINDS[kind].model_validate(layer)
        except ValidationError as own:
            yield from problems_of(own, f"layers.{index}", _KINDS[kind])


def _disagreements(layout: Layout) -> Iterator[FieldProblem]:
    """What does not belong together."""
    declared = {field.name: field.kind for field in layout.fields}
    shown = {name for layer in layout.layers for name, _ in layer.fields()}
    for index, field in enumerate(layout.fields):
        if field.name not in shown:
            yield FieldProblem(f"fields.{index}.name", f"no layer shows the field {field.name!r}")
        if any(field.name == other.name for other in layout.fields[:index]):
            yield FieldProblem(f"fields.{index}.name", f"two fields are called {field.name!r}")
    for index, layer in enumerate(layout.layers):
        path = f"layers.{index}"
        if layer.name == CANVAS or any(layer.name == other.name for other in layout.layers[:index]):
            yield FieldProblem(f"{path}.name", f"{layer.name!r} is taken: give each layer a name of its own")
        for name, kind in layer.fields():
            if declared.get(name) != kind:
                yield FieldProblem(f"{path}.field", f"`fields` declares no {kind} field called {name!r}")
        if layer.when is not None and layer.when not in declared:
            yield FieldProblem(f"{path}.when", f"`fields` declares no field called {layer.when!r}")
        yield from _unknown_roles(layout, layer.paints(), path)
    yield from _unknown_roles(layout, [layout.canvas.background], "canvas.background")


def _unknown_roles(layout: Layout, paints: Iterable[str], path: str) -> Iterator[FieldProblem]:
    for role in dict.fromkeys(filter(None, map(role_of, paints))):
        if role not in layout.palette:
            yield FieldProblem(path, f"uses brand.{role}, for which `palette` has no fallback")


def _override_problems(layout: Layout) -> Iterator[FieldProblem]:
    """What is wrong with what differs on some canvases."""
    layers = {layer.name: layer for layer in layout.layers}
    for key, changes in layout.overrides.items():
        if key not in ASPECTS and not _SIZE.fullmatch(key):
            yield FieldProblem(f"overrides.{key}", f"must be a size such as 728x90, or {', '.join(ASPECTS)}")
            continue
        for name, change in changes.items():
            path = f"overrides.{key}.{name}"
            if name != CANVAS and name not in layers:
                yield FieldProblem(path, f"no layer is called {name!r}; there are: {', '.join(layers)}")
                continue
            yield from _change_problems(layout, layers.get(name), change, path)


def _change_problems(layout: Layout, layer: Layer | None, change: dict[str, Any], path: str) -> Iterator[FieldProblem]:
    fixed = next((name for name in ("name", "kind", "field") if name in change), None)
    if fixed is not None:
        yield FieldProblem(f"{path}.{fixed}", "is the same on every canvas")
        return
    try:
        if layer is None:
            _changed(layout.canvas, [change], CanvasLook.model_validate)
            return
        changed = _changed(layer, [change], _LAYER.validate_python)
    except ValidationError as error:
        # The path of a changed layer begins with its kind.
        for problem in problems_of(error):
            inner = problem.path if layer is None else problem.path.removeprefix(layer.kind).removeprefix(".")
            yield FieldProblem(f"{path}.{inner}".removesuffix("."), problem.message)
        return
    yield from _unknown_roles(layout, changed.paints(), path)


def _changed(part: Any, changes: Sequence[Mapping[str, Any]], read: Any) -> Any:
    """A part with changes merged into what was written of it (RFC 7396: null is as if it were left out)."""
    merged = part.model_dump(mode="json", exclude_unset=True)
    for change in changes:
        merged = _merged(merged, change)
    return read(merged)


def _merged(target: Any, patch: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping) and name != "fill":
            result[name] = _merged(result.get(name), value)
        else:
            # A colour and a gradient are alternatives: one of them replaces the other.
            result[name] = value
    return result
