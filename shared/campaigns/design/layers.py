"""The layers of a layout, bottom to top: what each shows, where, and how it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from shared.campaigns.design.colors import Fill, Paintable
from shared.campaigns.design.lengths import Box, Distance, Length, Margin, Part, TypeSize, Unit
from shared.catalog.inputs.base import Prompt
from shared.catalog.inputs.scene import Fraction, LayerName

_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*|default")

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
FontRole = Literal["heading", "body"]
Literals = Annotated[
    dict[str, Annotated[Prompt, StringConstraints(min_length=1, max_length=2000)]],
    BeforeValidator(lambda given: {"default": given} if isinstance(given, str) else given),
]
"""A text, or texts by locale with one for all others: ``{"default": "Buy now", "de": "Jetzt kaufen"}``."""


class ShadowLook(Part):
    """A soft shadow of a layer's own outline."""

    color: Paintable = "#00000066"
    blur: Distance = Length(1.0, Unit.SHORTER)
    x: Distance = Length(0.0, Unit.SHORTER)
    y: Distance = Length(0.0, Unit.SHORTER)


class PlateLook(Part):
    """A coloured plate behind a text, as large as the text and its padding: a button, a tag."""

    fill: Fill
    padding_x: Margin = Length(1.5, Unit.SHORTER)
    padding_y: Margin = Length(1.0, Unit.SHORTER)
    radius: Margin = Length(0.0)


class TypeSizes(Part):
    """A text is set as large as it fits between the two."""

    max: TypeSize
    min: TypeSize


class BaseLayer(Part):
    """What every layer has."""

    name: LayerName
    box: Box = Box()
    area: Literal["canvas", "safe"] = Field(
        default="canvas", description="What the box is relative to: the whole canvas, or what is safe of it."
    )
    opacity: Fraction = 1.0
    hidden: bool = False
    when: FieldName | None = Field(default=None, description="Shown only where this field is filled.")
    mirror: bool = Field(default=True, description="Lies on the other side where the language runs to the left.")

    def fields(self) -> Iterator[tuple[str, str]]:
        """The fields of data that it shows, each with its kind."""
        yield from ()

    def paints(self) -> Iterator[str]:
        """Every colour in it, as written."""
        yield from _colors_in(self)


class PictureLook(BaseLayer):
    """How a picture lies in its box."""

    fit: Literal["cover", "contain"] = "cover"
    focus_x: Fraction | None = Field(
        default=None, description="With `cover`: what stays in view. Left out, what draws the eye."
    )
    focus_y: Fraction | None = None
    align_x: Fraction = Field(default=0.5, description="With `contain`: where in the box it lies.")
    align_y: Fraction = 0.5
    radius: Margin = Length(0.0)
    shadow: ShadowLook | None = None


class GeneratedLayer(PictureLook):
    """A picture that a model draws, once for all creatives that can share it; or one that a column names."""

    kind: Literal["generated"]
    field: FieldName
    mirror: bool = False

    def fields(self) -> Iterator[tuple[str, str]]:
        yield self.field, "image"


class ImageLayer(PictureLook):
    """A picture that a column names, such as a product's cut-out; or always the same upload."""

    kind: Literal["image"]
    field: FieldName | None = None
    upload: UUID | None = Field(default=None, description="Shown where the field is empty, or there is none.")
    fit: Literal["cover", "contain"] = "contain"
    trim: bool = Field(default=True, description="Cut off a transparent margin first.")

    def fields(self) -> Iterator[tuple[str, str]]:
        if self.field is not None:
            yield self.field, "image"

    @model_validator(mode="after")
    def _shows_something(self) -> ImageLayer:
        if self.field is None and self.upload is None:
            raise ValueError("has a `field`, or an `upload` that it always shows")
        return self


class TypeLook(BaseLayer):
    """How a text is set."""

    area: Literal["canvas", "safe"] = "safe"
    font: FontRole = "body"
    weight: int | None = Field(default=None, ge=100, le=900, description="Left out, that of the font's role.")
    size: TypeSizes
    color: Paintable = "#000000"
    line_height: float = Field(default=1.15, ge=0.7, le=3)
    letter_spacing: float = Field(default=0, ge=-0.2, le=1, description="In ems.")
    max_lines: int | None = Field(default=None, ge=1, le=100)
    align: Literal["start", "center", "end", "left", "right"] = "start"
    valign: Literal["top", "middle", "bottom"] = "top"
    case: Literal["as-written", "upper"] = "as-written"
    contrast: float | None = Field(
        default=None,
        ge=0,
        le=21,
        description="The least WCAG ratio against what is behind it. Left out: 4.5, and 3 for large type.",
    )
    scrim: Paintable | None = Field(
        default=None, description="Laid behind the text, as strong as it must be, where the contrast falls short."
    )
    plate: PlateLook | None = None
    shadow: ShadowLook | None = None


class TextLayer(TypeLook):
    """A text: from a column, generated, or always the same."""

    kind: Literal["text"]
    field: FieldName | None = None
    text: Literals | None = Field(default=None, description="Shown where the field is empty, or there is none.")

    def fields(self) -> Iterator[tuple[str, str]]:
        if self.field is not None:
            yield self.field, "text"

    @model_validator(mode="after")
    def _shows_something(self) -> TextLayer:
        if self.field is None and self.text is None:
            raise ValueError("has a `field`, or a `text` that it always shows")
        _check_literals(self.text)
        return self


class LabelLayer(TypeLook):
    """Says that artificial intelligence took part, in the creative's language, wherever anything was generated."""

    kind: Literal["ai-label"]
    text: Literals | None = Field(default=None, description="Instead of the words that come with the project.")
    always: bool = Field(default=False, description="Also where nothing in the creative was generated.")

    @model_validator(mode="after")
    def _has_a_text_for_everybody(self) -> LabelLayer:
        _check_literals(self.text)
        return self


class LogoLayer(BaseLayer):
    """The brand kit's logo, whole within its box and its clear space kept. Without a kit, nothing."""

    kind: Literal["logo"]
    variant: Literal["auto", "light", "dark"] = Field(
        default="auto", description="Drawn in light or in dark colours. `auto`: what is seen on `ground`."
    )
    ground: Paintable | None = Field(default=None, description="What is behind it; left out, the background.")
    area: Literal["canvas", "safe"] = "safe"
    align_x: Fraction = 0.5
    align_y: Fraction = 0.5
    mirror: bool = False


class ShapeLayer(BaseLayer):
    """A rectangle or an ellipse."""

    kind: Literal["shape"]
    form: Literal["rectangle", "ellipse"] = "rectangle"
    radius: Margin = Length(0.0)
    fill: Fill
    shadow: ShadowLook | None = None


class GradientLayer(BaseLayer):
    """A gradient over its box: a fade to a colour, a vignette. On some canvases it may be one colour."""

    kind: Literal["gradient"]
    fill: Fill


Layer = Annotated[
    GeneratedLayer | ImageLayer | TextLayer | LabelLayer | LogoLayer | ShapeLayer | GradientLayer,
    Field(discriminator="kind"),
]


def _check_literals(texts: dict[str, str] | None) -> None:
    if texts is None:
        return
    if "default" not in texts:
        raise ValueError("`text` by locale has a `default` for all others")
    strange = next((locale for locale in texts if not _LOCALE.fullmatch(locale)), None)
    if strange is not None:
        raise ValueError(f"{strange!r} is no locale such as de, pt-BR or zh-Hans")


def _colors_in(value: Any) -> Iterator[str]:
    if isinstance(value, Fill):
        yield from value.colors()
    elif isinstance(value, Part):
        for name in type(value).model_fields:
            inner = getattr(value, name)
            if name in {"color", "scrim", "ground"} and inner is not None:
                yield inner
            else:
                yield from _colors_in(inner)
