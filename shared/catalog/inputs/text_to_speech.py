"""Input of a text-to-speech job: what to say, and how."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, Prompt
from shared.catalog.inputs.prompted import PromptedInput


class TextToSpeechInput(PromptedInput):
    """A text and a voice. What is left out is as the model's makers set it."""

    prompt: Prompt = Field(
        min_length=1,
        max_length=MAX_PROMPT_CHARACTERS,
        description="What to say. Sentences are spoken one by one, with a pause between; at a new line it is longer.",
        examples=["Good morning! The bakery is open, and the bread is still warm."],
    )
    speaker: int | None = Field(
        default=None,
        ge=0,
        le=9999,
        description="Whose voice, where the model has several: a number from 0. Left out, the first.",
    )
    speaking_rate: float | None = Field(
        default=None, ge=0.25, le=4, description="How fast: 2 is twice as fast as 1, which is the usual."
    )
    noise_scale: float | None = Field(
        default=None, ge=0, le=2, description="How much the voice varies from one time to another; 0 not at all."
    )
    noise_scale_duration: float | None = Field(
        default=None, ge=0, le=2, description="How much its rhythm varies from one time to another; 0 not at all."
    )

    def batch_shape(self) -> tuple[Any, ...]:
        """Nothing stands in the way of running jobs one after another."""
        return ()
