"""Input of an image-to-text job: the picture to be put into words, and how.

The names and their meaning are those of ``transformers.GenerationConfig``. Fields are validated in the order in which
they stand, so that a later one can be judged by those before it and the error names the field to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, Prompt
from shared.catalog.inputs.files import ImageFile
from shared.catalog.inputs.prompted import PromptedInput

_OF_SAMPLING = ("do_sample", "temperature", "top_p")


class ImageToTextInput(PromptedInput):
    """A picture, perhaps with how its caption begins, or with what is asked of it."""

    prompt: Prompt = Field(
        default="",
        max_length=MAX_PROMPT_CHARACTERS,
        validate_default=True,
        description="How the caption begins or, for models that answer, what to say of the picture. Some take none.",
        examples=["a photo of"],
    )
    image: ImageFile = Field(description="The picture to describe.")
    max_new_tokens: int | None = Field(default=None, ge=1, le=2048, description="How many tokens to write at most.")
    num_beams: int = Field(
        default=1,
        ge=1,
        le=16,
        description="More than 1 searches for the likeliest caption with that many beams, and draws nothing at random.",
    )
    do_sample: bool | None = Field(
        default=None,
        description="Draw tokens at random, rather than take the likeliest. Left out: with temperature or top_p.",
    )
    temperature: float | None = Field(default=None, gt=0, le=5, description="Higher is more surprising.")
    top_p: float | None = Field(
        default=None, gt=0, le=1, description="Draw from the likeliest tokens that make up this probability."
    )
    num_captions: int = Field(default=1, ge=1, le=16, description="How many captions to write.")

    @field_validator("do_sample")
    @classmethod
    def _beams_do_not_sample(cls, value: bool | None, info: ValidationInfo) -> bool | None:
        if value and info.data.get("num_beams", 1) > 1:
            raise ValueError("beam search draws nothing at random; set num_beams to 1 or leave do_sample out")
        return value

    @field_validator("temperature", "top_p")
    @classmethod
    def _only_for_sampling(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is None:
            return value
        if info.data.get("num_beams", 1) > 1:
            raise ValueError("has no effect in beam search; set num_beams to 1 or leave it out")
        if info.data.get("do_sample") is False:
            raise ValueError("has no effect without sampling; set do_sample to true or leave it out")
        return value

    @field_validator("num_captions")
    @classmethod
    def _enough_different_captions(cls, value: int, info: ValidationInfo) -> int:
        beams = info.data.get("num_beams", 1)
        if beams > 1 and value > beams:
            raise ValueError(f"{beams} beams give at most {beams} captions")
        if beams == 1 and value > 1 and not _samples(info.data):
            raise ValueError("every caption would be the same; set do_sample to true, or num_beams to as many")
        return value

    @classmethod
    def applicable(cls, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """The model's way of choosing tokens yields to the caller's."""
        overruled: set[str] = set()
        if given.get("do_sample") is False or given.get("num_beams", 1) != 1:
            overruled.update(_OF_SAMPLING)
        elif any(given.get(name) for name in _OF_SAMPLING):
            overruled.add("num_beams")
        applicable = super().applicable(defaults, given)
        return {name: value for name, value in applicable.items() if name not in overruled}

    @property
    def samples(self) -> bool:
        """Whether tokens are drawn at random."""
        return _samples(self.model_dump(include={"num_beams", *_OF_SAMPLING}))

    def batch_shape(self) -> tuple[Any, ...]:
        """Pictures, prompts, seeds and, but for beams, the number of captions may differ within a forward pass."""
        return (
            self.max_new_tokens,
            self.num_beams,
            self.samples,
            self.temperature,
            self.top_p,
            self.num_captions if self.num_beams > 1 else None,
        )

    def output_count(self) -> int:
        return self.num_captions


def _samples(values: Mapping[str, Any]) -> bool:
    if values.get("num_beams", 1) > 1:
        return False
    asked = values.get("do_sample")
    return asked if asked is not None else any(values.get(name) is not None for name in ("temperature", "top_p"))
