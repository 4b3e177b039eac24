"""Input of a job that lays pictures, shapes and exact text over one another: one finished asset."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.scene import MAX_LAYERS, Canvas, Part, SceneLayer

OutputFormat = Literal["png", "jpeg", "webp", "avif"]


class OutputFile(Part):
    """How the asset is stored."""

    format: OutputFormat = "png"
    quality: int = Field(default=90, ge=1, le=100, description="Of JPEG, WebP and AVIF.")
    max_bytes: int | None = Field(
        default=None,
        ge=1_000,
        le=100_000_000,
        description="The file is no larger: the quality goes down to 40 for it, a PNG's colours to a palette.",
    )


class CompositeInput(JobInput):
    """A scene, bottom to top, and how to store it. Nothing in it is left to chance."""

    seed: int | None = Field(default=0, ge=0, le=0, description="Always 0: the same scene gives the same file.")
    canvas: Canvas = Field(
        description="What is drawn upon: its size in pixels, its ground, where text may lie.",
        examples=[{"width": 1080, "height": 1080, "background": "#f4efe6"}],
    )
    layers: tuple[SceneLayer, ...] = Field(
        min_length=1,
        max_length=MAX_LAYERS,
        description="Shapes, pictures and texts, from the bottom to the top.",
        examples=[
            [
                {
                    "kind": "text",
                    "name": "headline",
                    "box": {"x": 80, "y": 80, "width": 920, "height": 240},
                    "text": "Slow mornings",
                    "size_max": 120,
                    "size_min": 48,
                }
            ]
        ],
    )
    output: OutputFile = Field(default=OutputFile(), description="The format of the file, its quality, its size.")

    @field_validator("seed")
    @classmethod
    def _always_zero(cls, _: int | None) -> int:
        return 0

    @model_validator(mode="after")
    def _each_name_once(self) -> CompositeInput:
        names = [layer.name for layer in self.layers]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"two layers are called {twice!r}")
        return self

    def batch_shape(self) -> tuple[Any, ...]:
        """Composites of one canvas are claimed together; each is drawn by itself."""
        return (self.canvas.width, self.canvas.height, self.output.format)
