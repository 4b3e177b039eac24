"""Input of a text-to-image job."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, Prompt
from shared.catalog.inputs.prompted import PromptedInput


class TextToImageInput(PromptedInput):
    """A description and how to draw it. Sizes and steps left out take the model's defaults."""

    prompt: Prompt = Field(
        min_length=1,
        max_length=MAX_PROMPT_CHARACTERS,
        description="What to draw.",
        examples=["a calm teal ocean at dawn, backdrop for a skincare ad"],
    )
    negative_prompt: Prompt = Field(
        default="",
        max_length=MAX_PROMPT_CHARACTERS,
        description="What to keep out of the picture.",
    )
    width: int | None = Field(default=None, ge=16, le=4096, description="Pixels.")
    height: int | None = Field(default=None, ge=16, le=4096, description="Pixels.")
    num_inference_steps: int | None = Field(
        default=None,
        ge=1,
        le=200,
        description="More steps take longer and show more detail.",
    )
    guidance_scale: float | None = Field(
        default=None,
        ge=0,
        le=50,
        description="How closely the picture follows the prompt.",
    )
    max_sequence_length: int | None = Field(
        default=None, ge=1, le=512, description="How many tokens of the prompt a T5 encoder reads, where there is one."
    )
    num_images: int = Field(default=1, ge=1, le=16, description="How many pictures to draw.")

    def batch_shape(self) -> tuple[Any, ...]:
        return (self.width, self.height, self.num_inference_steps, self.guidance_scale, self.max_sequence_length)

    def output_count(self) -> int:
        return self.num_images
