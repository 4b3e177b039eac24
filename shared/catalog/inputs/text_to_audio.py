"""Input of a text-to-audio job: a description of music or of a sound, and how to make it.

There are two kinds of model: those that write a sound token by token, and those that denoise it in steps. What only the
other kind understands is refused: here where both kinds are asked for, by the model where it is the wrong one.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, Prompt
from shared.catalog.inputs.prompted import PromptedInput

_OF_TOKENS = ("temperature", "top_k")


class TextToAudioInput(PromptedInput):
    """A description and how to make its sound. What is left out takes the model's defaults."""

    prompt: Prompt = Field(
        min_length=1,
        max_length=MAX_PROMPT_CHARACTERS,
        description="What to hear.",
        examples=["warm acoustic guitar over soft brushed drums, for a coffee advertisement"],
    )
    seconds: float | None = Field(default=None, ge=0.1, le=600, description="How long the sound is.")
    guidance_scale: float | None = Field(
        default=None, ge=0, le=50, description="How closely the sound follows the prompt."
    )
    temperature: float | None = Field(
        default=None,
        gt=0,
        le=5,
        description="Of models that write tokens, such as MusicGen: higher is more surprising.",
    )
    top_k: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="Of models that write tokens, such as MusicGen: draw from the k likeliest only.",
    )
    num_inference_steps: int | None = Field(
        default=None,
        ge=1,
        le=500,
        description="Of models that denoise, such as Stable Audio: more steps take longer and sound cleaner.",
    )
    negative_prompt: Prompt = Field(
        default="",
        max_length=MAX_PROMPT_CHARACTERS,
        description="Of models that denoise, such as Stable Audio: what to keep out of the sound.",
    )
    num_sounds: int = Field(default=1, ge=1, le=8, description="How many sounds to make.")

    @field_validator("num_inference_steps", "negative_prompt")
    @classmethod
    def _of_one_kind_of_model(cls, value: Any, info: ValidationInfo) -> Any:
        if value and (others := [name for name in _OF_TOKENS if info.data.get(name) is not None]):
            raise ValueError(f"is for models that denoise, {others[0]} for models that write tokens; none does both")
        return value

    def batch_shape(self) -> tuple[Any, ...]:
        """Prompts and seeds may differ; a model that denoises starts differently without a negative prompt."""
        return (
            self.seconds,
            self.guidance_scale,
            self.temperature,
            self.top_k,
            self.num_inference_steps,
            bool(self.negative_prompt),
        )

    def output_count(self) -> int:
        return self.num_sounds
