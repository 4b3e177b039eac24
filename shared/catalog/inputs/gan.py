"""Input of a job for a generative adversarial network: draw pictures, or walk from one seed's picture to another's."""

from __future__ import annotations

from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from shared.catalog.inputs.base import MAX_SEED, JobInput

_STEPS = 8


class GanInput(JobInput):
    """A seed, and how freely to draw from it."""

    target_seed: int | None = Field(
        default=None, ge=0, le=MAX_SEED, description="Walk from the seed's picture to this seed's, in even steps."
    )
    steps: int | None = Field(
        default=None,
        ge=2,
        le=32,
        description=f"How many pictures the walk has, both ends included. Left out: {_STEPS}.",
    )
    num_images: int = Field(default=1, ge=1, le=16, description="How many pictures to draw.")
    truncation: float | None = Field(
        default=None,
        gt=0,
        le=4,
        description="Draw no latent number farther from 0 than this: less is more typical and less varied. "
        "Left out: any.",
    )

    @field_validator("steps")
    @classmethod
    def _only_for_walks(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and info.data.get("target_seed", value) is None:
            raise ValueError("has no effect without a target_seed to walk to")
        return value

    @field_validator("num_images")
    @classmethod
    def _only_for_draws(cls, value: int, info: ValidationInfo) -> int:
        if value > 1 and info.data.get("target_seed") is not None:
            raise ValueError("has no effect on a walk to a target_seed; say how many `steps` it has")
        return value

    def batch_shape(self) -> tuple[Any, ...]:
        """Everything may differ: all that is drawn together is latents."""
        return ()

    def output_count(self) -> int:
        return self.num_images if self.target_seed is None else self.steps or _STEPS
