"""Input of a text job: what a causal language model continues, and how."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, JobInput, Prompt


class TextInput(JobInput):
    """A prompt and the decoding parameters. Those left out take the model's defaults."""

    prompt: Prompt = Field(
        min_length=1,
        max_length=MAX_PROMPT_CHARACTERS,
        description="What to continue.",
        examples=["Write a playful slogan for coffee by Zorvi"],
    )
    max_new_tokens: int | None = Field(default=None, ge=1, le=8192, description="How many tokens to write at most.")
    temperature: float | None = Field(default=None, gt=0, le=5, description="Higher is more surprising.")
    top_k: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="Draw from the k likeliest tokens only.",
    )
    top_p: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Draw from the likeliest tokens that make up this probability.",
    )
    num_return_sequences: int = Field(default=1, ge=1, le=16, description="How many texts to write.")

    def batch_shape(self) -> tuple[Any, ...]:
        return (self.max_new_tokens, self.temperature, self.top_k, self.top_p)

    def output_count(self) -> int:
        return self.num_return_sequences
