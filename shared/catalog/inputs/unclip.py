"""Input of a job for a model in stages: text to image embedding (prior), embedding to picture (decoder), enlarged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, Prompt
from shared.catalog.inputs.files import ImageFile
from shared.catalog.inputs.prompted import PromptedInput

_OF_THE_PRIOR = ("prior_num_inference_steps", "prior_guidance_scale")


class UnclipInput(PromptedInput):
    """A description to draw, or a picture to vary: one of the two. What is left out takes the model's defaults."""

    prompt: Prompt = Field(
        default="",
        max_length=MAX_PROMPT_CHARACTERS,
        description="What to draw.",
        examples=["a corgi playing a flame-throwing trumpet"],
    )
    image: ImageFile | None = Field(
        default=None,
        validate_default=True,
        description="Instead of a prompt: a picture to draw others like, of the same things in the same manner.",
    )
    num_images: int = Field(default=1, ge=1, le=16, description="How many pictures to draw.")
    width: int | None = Field(
        default=None, ge=16, le=4096, description="Pixels. Models that enlarge by themselves draw one size alone."
    )
    height: int | None = Field(
        default=None, ge=16, le=4096, description="Pixels. Models that enlarge by themselves draw one size alone."
    )
    prior_num_inference_steps: int | None = Field(
        default=None, ge=2, le=200, description="How many steps to take from the prompt to what the picture shows."
    )
    decoder_num_inference_steps: int | None = Field(
        default=None, ge=2, le=200, description="How many steps to take from that to the picture."
    )
    super_res_num_inference_steps: int | None = Field(
        default=None, ge=2, le=100, description="How many steps to take to enlarge the picture."
    )
    prior_guidance_scale: float | None = Field(
        default=None, ge=0, le=50, description="How closely what is shown follows the prompt."
    )
    decoder_guidance_scale: float | None = Field(
        default=None, ge=0, le=50, description="How closely the picture follows what is to be shown."
    )

    @field_validator("image")
    @classmethod
    def _a_prompt_or_an_image(cls, value: ImageFile | None, info: ValidationInfo) -> ImageFile | None:
        if "prompt" not in info.data:
            return value  # What is wrong with the prompt is told already.
        if value is not None and info.data["prompt"]:
            raise ValueError("a prompt is given too; give one of the two")
        if value is None and not info.data["prompt"]:
            raise ValueError("give a prompt to draw, or an image to vary")
        return value

    @field_validator(*_OF_THE_PRIOR)
    @classmethod
    def _an_image_needs_no_prior(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("image") is not None:
            raise ValueError("has no effect with an image: what it shows is not drawn from a prompt")
        return value

    @classmethod
    def applicable(cls, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """The model's defaults; with an image, those that a prompt goes through are of no use."""
        applicable = super().applicable(defaults, given)
        unused = {"prompt", *_OF_THE_PRIOR} if "image" in given else set()
        return {name: value for name, value in applicable.items() if name not in unused}

    def batch_shape(self) -> tuple[Any, ...]:
        """Prompts, pictures, seeds and how many are drawn may differ within a forward pass."""
        return (
            self.image is not None,
            self.width,
            self.height,
            self.prior_num_inference_steps,
            self.decoder_num_inference_steps,
            self.super_res_num_inference_steps,
            self.prior_guidance_scale,
            self.decoder_guidance_scale,
        )

    def output_count(self) -> int:
        return self.num_images
