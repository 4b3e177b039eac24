"""Input of a text job: what a causal language model continues, and how.

The names and their meaning are those of ``transformers.GenerationConfig``. Fields are validated in the order in which
they stand, so that a later one can be judged by those before it and the error names the field to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, Prompt
from shared.catalog.inputs.prompted import PromptedInput

# White space is kept, for a line break is a stop string; control characters but tabs and line breaks are refused.
StopString = Annotated[
    str,
    StringConstraints(
        strip_whitespace=False,
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$",
    ),
]


class TextInput(PromptedInput):
    """A prompt and the decoding parameters. Those left out take the model's defaults."""

    prompt: Prompt = Field(
        min_length=1,
        max_length=MAX_PROMPT_CHARACTERS,
        description="What to continue.",
        examples=["Write a playful slogan for coffee by Zorvi"],
    )
    max_new_tokens: int | None = Field(
        default=None,
        ge=1,
        le=8192,
        description="How many tokens to write at most.",
    )
    max_length: int | None = Field(
        default=None,
        ge=2,
        le=131_072,
        description="How many tokens prompt and text may have together; instead of max_new_tokens.",
    )
    num_beams: int = Field(
        default=1,
        ge=1,
        le=16,
        description="More than 1 searches for the likeliest text with that many beams, and draws nothing at random.",
    )
    do_sample: bool | None = Field(
        default=None,
        description="Draw tokens at random, rather than take the likeliest. Left out: yes, unless there are beams.",
    )
    temperature: float | None = Field(
        default=None,
        gt=0,
        le=5,
        description="Higher is more surprising.",
    )
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
    repetition_penalty: float | None = Field(
        default=None,
        gt=0,
        le=10,
        description="Above 1 makes tokens of the prompt and the text less likely to come again.",
    )
    no_repeat_ngram_size: int | None = Field(
        default=None,
        ge=0,
        le=100,
        description="No sequence of this many tokens occurs twice; 0 allows any.",
    )
    stop: tuple[StopString, ...] = Field(
        default=(),
        max_length=8,
        description="The text ends before the first of these strings.",
        examples=[["\n\n"]],
    )

    @field_validator("max_length")
    @classmethod
    def _one_limit(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and info.data.get("max_new_tokens") is not None:
            raise ValueError("max_new_tokens is given too; give one of the two")
        return value

    @field_validator("do_sample")
    @classmethod
    def _beams_do_not_sample(cls, value: bool | None, info: ValidationInfo) -> bool | None:
        if value and info.data.get("num_beams", 1) > 1:
            raise ValueError("beam search draws nothing at random; set num_beams to 1 or leave do_sample out")
        return value

    @field_validator("temperature", "top_k", "top_p")
    @classmethod
    def _only_for_sampling(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is None:
            return value
        if info.data.get("num_beams", 1) > 1:
            raise ValueError("has no effect in beam search; set num_beams to 1 or leave it out")
        if info.data.get("do_sample") is False:
            raise ValueError("has no effect without sampling; set do_sample to true or leave it out")
        return value

    @field_validator("num_return_sequences")
    @classmethod
    def _enough_different_texts(cls, value: int, info: ValidationInfo) -> int:
        beams = info.data.get("num_beams", 1)
        if beams > 1 and value > beams:
            raise ValueError(f"{beams} beams give at most {beams} texts")
        if beams == 1 and info.data.get("do_sample") is False and value > 1:
            raise ValueError("without sampling and beams every text would be the same")
        return value

    @classmethod
    def applicable(cls, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """The model's limit yields to the caller's other one; its way of drawing tokens to a caller who draws none."""
        overruled = {"max_new_tokens"} if "max_length" in given else set()
        if given.get("do_sample") is False or given.get("num_beams", 1) != 1:
            overruled |= {"do_sample", "temperature", "top_k", "top_p"}
        applicable = super().applicable(defaults, given)
        return {name: value for name, value in applicable.items() if name not in overruled}

    @property
    def samples(self) -> bool:
        """Whether tokens are drawn at random."""
        return self.num_beams == 1 and self.do_sample is not False

    def batch_shape(self) -> tuple[Any, ...]:
        """Prompts, seeds, stop strings and, but for beams, the number of texts may differ within a forward pass."""
        return (
            self.max_new_tokens,
            self.max_length,
            self.num_beams,
            self.samples,
            self.temperature,
            self.top_k,
            self.top_p,
            self.repetition_penalty,
            self.no_repeat_ngram_size,
            self.num_return_sequences if self.num_beams > 1 else None,
        )

    def output_count(self) -> int:
        return self.num_return_sequences
