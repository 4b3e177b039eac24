"""The layers of a composite, as they are drawn: in pixels, bottom to top, with everything decided.

A template says where things go on any canvas (``shared/campaigns/design/layout.py``); a scene is what it came to on
one. All lengths are pixels of the canvas, with the origin at its top left; colours are sRGB as ``#rrggbb`` or
``#rrggbbaa``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.catalog.inputs.base import Prompt
from shared.catalog.inputs.files import ImageFile, TextFile
from shared.storage.formats import MAX_PIXELS

MAX_SIDE = 12_000
MAX_TEXT_CHARACTERS = 2_000
MAX_LAYERS = 60
# Beyond this a layer lies nowhere near any canvas.
_FURTHEST = 4 * MAX_SIDE

Color = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?$", to_lower=True)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
"""BCP 47, such as ``ar``, ``zh-Hans``, ``pt-BR``."""
LayerName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Fraction = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """A part of a scene. Frozen and strict about names."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Box(Part):
    """A rectangle. It may reach beyond the canvas, which cuts it off."""

    x: int = Field(ge=-_FURTHEST, le=_FURTHEST)
    y: int = Field(ge=-_FURTHEST, le=_FURTHEST)
    width: int = Field(ge=1, le=MAX_SIDE * 2)
    height: int = Field(ge=1, le=MAX_SIDE * 2)


class Stop(Part):
    """A colour at a place of a gradient."""

    at: Fraction
    color: Color


class Solid(Part):
    """One colour."""

    kind: Literal["solid"] = "solid"
    color: Color


class Linear(Part):
    """A gradient along a line through the middle of what it fills."""

    kind: Literal["linear"] = "linear"
    angle: float = Field(default=180, ge=0, le=360, description="Degrees as in CSS: 0 upwards, 90 to the right.")
    stops: tuple[Stop, ...] = Field(min_length=2, max_length=8)


class Radial(Part):
    """A gradient from the middle of what it fills to its corners."""

    kind: Literal["radial"] = "radial"
    stops: tuple[Stop, ...] = Field(min_length=2, max_length=8)


Paint = Annotated[Solid | Linear | Radial, Field(discriminator="kind")]


class Shadow(Part):
    """A soft shadow behind a layer, of its own outline."""

    color: Color = "#00000066"
    blur: float = Field(default=0, ge=0, le=400, description="Pixels: the standard deviation of the blur.")
    x: int = Field(default=0, ge=-2000, le=2000)
    y: int = Field(default=0, ge=-2000, le=2000)


class Layer(Part):
    """What every layer has."""

    name: LayerName
    box: Box
    opacity: Fraction = 1.0


class ShapeLayer(Layer):
    """A rectangle or an ellipse, filled."""

    kind: Literal["shape"] = "shape"
    form: Literal["rectangle", "ellipse"] = "rectangle"
    radius: int = Field(default=0, ge=0, le=MAX_SIDE, description="Of a rectangle's corners.")
    paint: Paint
    shadow: Shadow | None = None


class ImageLayer(Layer):
    """A picture: generated, uploaded, a product's cut-out, a logo."""

    kind: Literal["image"] = "image"
    image: ImageFile
    fit: Literal["cover", "contain"] = Field(
        default="cover", description="Fill the box and crop what is over, or lie whole within it."
    )
    focus_x: Fraction | None = Field(
        default=None, description="What stays in view when it is cropped. Left out, what draws the eye."
    )
    focus_y: Fraction | None = None
    align_x: Fraction = Field(default=0.5, description="With `contain`: where in the box it lies.")
    align_y: Fraction = 0.5
    trim: bool = Field(default=False, description="Cut off a transparent margin first.")
    radius: int = Field(default=0, ge=0, le=MAX_SIDE)
    shadow: Shadow | None = None


class Plate(Part):
    """A coloured plate behind a text, as large as the text and its padding."""

    paint: Paint
    padding_x: int = Field(default=0, ge=0, le=2000)
    padding_y: int = Field(default=0, ge=0, le=2000)
    radius: int = Field(default=0, ge=0, le=2000)


class TextLayer(Layer):
    """A text that is set as large as it fits between two sizes. One that does not fit is an error, never cut off."""

    kind: Literal["text"] = "text"
    text: Prompt | None = Field(default=None, max_length=MAX_TEXT_CHARACTERS)
    text_file: TextFile | None = Field(default=None, description="Instead of `text`: what another job writes.")
    language: LanguageTag = "en"
    direction: Literal["auto", "ltr", "rtl"] = "auto"
    family: str = Field(default="Noto Sans", max_length=80, description="A family of the font pack.")
    weight: int = Field(default=400, ge=100, le=900)
    color: Color = "#000000"
    size_max: float = Field(ge=4, le=2000, description="Pixels of an em.")
    size_min: float = Field(ge=4, le=2000)
    line_height: float = Field(default=1.15, ge=0.7, le=3)
    letter_spacing: float = Field(default=0, ge=-0.2, le=1, description="In ems.")
    max_lines: int | None = Field(default=None, ge=1, le=100)
    align: Literal["start", "center", "end", "left", "right"] = "start"
    valign: Literal["top", "middle", "bottom"] = "top"
    contrast: float = Field(
        default=0, ge=0, le=21, description="The least WCAG contrast ratio against what is behind it; 0: not measured."
    )
    scrim: Color | None = Field(
        default=None, description="Laid behind the text, as strong as it must be, where the contrast falls short."
    )
    plate: Plate | None = None
    shadow: Shadow | None = None

    @model_validator(mode="after")
    def _one_text_and_an_order_of_sizes(self) -> TextLayer:
        if (self.text is None) == (self.text_file is None):
            raise ValueError("has `text` or `text_file`, one of the two")
        if self.size_min > self.size_max:
            raise ValueError("`size_min` is larger than `size_max`")
        return self


SceneLayer = Annotated[ShapeLayer | ImageLayer | TextLayer, Field(discriminator="kind")]


class Canvas(Part):
    """What is drawn upon."""

    width: int = Field(ge=16, le=MAX_SIDE)
    height: int = Field(ge=16, le=MAX_SIDE)
    background: Color = "#ffffff"
    safe: Box | None = Field(default=None, description="Every text must lie within it.")
    dpi: int | None = Field(default=None, ge=36, le=1200, description="Dots an inch, written into the file for print.")

    @model_validator(mode="after")
    def _not_too_many_pixels(self) -> Canvas:
        if self.width * self.height > MAX_PIXELS:
            raise ValueError(f"has {self.width * self.height:,} pixels; {MAX_PIXELS:,} at most are drawn")
        return self
