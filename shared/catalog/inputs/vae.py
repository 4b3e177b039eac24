"""Input of a job for a variational autoencoder: draw from the prior, reconstruct a picture, or walk between two."""

from __future__ import annotations

from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import ImageFile

_STEPS = 8


class VaeInput(JobInput):
    """Nothing but a seed, to draw new pictures; an image, to see what the model keeps of it; two, to walk between."""

    image: ImageFile | None = Field(
        default=None, description="A picture to encode and decode again. Left out, new pictures are drawn."
    )
    target_image: ImageFile | None = Field(
        default=None, description="With `image`: walk from that picture to this one, in even steps of the latents."
    )
    steps: int | None = Field(
        default=None,
        ge=2,
        le=32,
        description=f"How many pictures the walk has, both ends included. Left out: {_STEPS}.",
    )
    num_images: int = Field(default=1, ge=1, le=16, description="How many new pictures to draw.")
    temperature: float | None = Field(
        default=None,
        gt=0,
        le=2,
        description="Standard deviation of what is drawn, in units of the prior's: less is more typical. Left out: 1.",
    )

    @field_validator("target_image")
    @classmethod
    def _a_walk_begins_somewhere(cls, value: ImageFile | None, info: ValidationInfo) -> ImageFile | None:
        if value is not None and info.data.get("image", value) is None:
            raise ValueError("is where a walk from `image` ends; give that one too")
        return value

    @field_validator("steps")
    @classmethod
    def _only_for_walks(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and info.data.get("target_image", value) is None:
            raise ValueError("has no effect without a target_image to walk to")
        return value

    @field_validator("num_images", "temperature")
    @classmethod
    def _only_for_new_pictures(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value not in (None, 1) and info.data.get("image") is not None:
            raise ValueError("has no effect with an image: nothing is drawn at random")
        return value

    def batch_shape(self) -> tuple[Any, ...]:
        """Everything may differ: all that is decoded together is latents."""
        return ()

    def output_count(self) -> int:
        if self.target_image is not None:
            return self.steps or _STEPS
        return 1 if self.image is not None else self.num_images
