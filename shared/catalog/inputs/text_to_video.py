"""Input of a text-to-video job: a description, a picture to set in motion, or both.

Fields are validated in the order in which they stand, so that the error names the field to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import Field, ValidationInfo, field_validator

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, Prompt
from shared.catalog.inputs.files import ImageFile
from shared.catalog.inputs.prompted import PromptedInput

Number = TypeVar("Number", int, float)

MAX_FRAMES = 1000
MAX_CLIP_PIXELS = 300_000_000
"""Of all frames of a clip: 144 of 1920 × 1080, or 1000 of 640 × 468."""
FILES_A_CLIP = 3


class VideoCodec(StrEnum):
    """How a film's frames are compressed."""

    H264 = "h264"
    AV1 = "av1"


class TextToVideoInput(PromptedInput):
    """What is to be seen, and for how long. Sizes, frames and steps left out take the model's defaults."""

    prompt: Prompt = Field(
        default="",
        max_length=MAX_PROMPT_CHARACTERS,
        validate_default=True,
        description="What is to be seen, and how it moves. Models that only set a picture in motion take none.",
        examples=["waves roll onto a sandy beach at sunset, slow camera pan"],
    )
    image: ImageFile | None = Field(
        default=None,
        validate_default=True,
        description="The picture that the clip begins with, for models that take one. Its edges are cut to the size.",
    )
    negative_prompt: Prompt = Field(
        default="", max_length=MAX_PROMPT_CHARACTERS, description="What to keep out of the clip."
    )
    width: int | None = Field(default=None, ge=16, le=4096, description="Pixels.")
    height: int | None = Field(default=None, ge=16, le=4096, description="Pixels.")
    fps: int | None = Field(default=None, ge=1, le=60, description="Frames a second.")
    num_frames: int | None = Field(default=None, ge=1, le=MAX_FRAMES, description="How many frames the clip has.")
    seconds: float | None = Field(
        default=None,
        gt=0,
        le=MAX_FRAMES,
        description="How long the clip is, instead of `num_frames`: as near to it as the model can make.",
    )
    num_inference_steps: int | None = Field(
        default=None, ge=1, le=200, description="More steps take longer and show more detail."
    )
    guidance_scale: float | None = Field(
        default=None, ge=0, le=50, description="How closely the clip follows the prompt or the picture."
    )
    num_videos: int = Field(default=1, ge=1, le=8, description="How many clips to make.")
    video_codec: VideoCodec = Field(
        default=VideoCodec.H264,
        description="How the film is compressed: every player knows H.264; AV1 is smaller.",
    )

    @field_validator("image")
    @classmethod
    def _something_to_show(cls, value: ImageFile | None, info: ValidationInfo) -> ImageFile | None:
        if value is None and info.data.get("prompt") == "":
            raise ValueError("there is neither a prompt nor an image; give what the model takes")
        return value

    @field_validator("num_frames")
    @classmethod
    def _frames_that_fit(cls, value: int | None, info: ValidationInfo) -> int | None:
        return value if value is None else _fitting(value, value, info)

    @field_validator("seconds")
    @classmethod
    def _one_length(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is None:
            return value
        if info.data.get("num_frames") is not None:
            raise ValueError("num_frames is given too; give one of the two")
        fps = info.data.get("fps")
        if fps is not None and value * fps > MAX_FRAMES:
            raise ValueError(
                f"{value:g} s of {fps} frames a second are {round(value * fps)} frames; {MAX_FRAMES} at most are made"
            )
        return value if fps is None else _fitting(value, round(value * fps), info)

    @classmethod
    def applicable(cls, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """The model's length yields to the caller's other way of saying it."""
        overruled = {"seconds"} if "num_frames" in given else {"num_frames"} if "seconds" in given else set()
        applicable = super().applicable(defaults, given)
        return {name: value for name, value in applicable.items() if name not in overruled}

    def batch_shape(self) -> tuple[Any, ...]:
        """Prompts, pictures, seeds, the number of clips and their codec may differ within a forward pass."""
        return (
            bool(self.prompt),
            self.image is not None,
            self.width,
            self.height,
            self.fps,
            self.num_frames,
            self.seconds,
            self.num_inference_steps,
            self.guidance_scale,
        )

    def output_count(self) -> int:
        """A film, a moving picture and a poster for each clip."""
        return FILES_A_CLIP * self.num_videos


def too_many_pixels(frames: int, width: int, height: int) -> str:
    """Why a clip of that size is refused."""
    most = MAX_CLIP_PIXELS // (width * height)
    return f"{frames} frames of {width} × {height} are too many to keep in memory; of that size {most} are made at most"


def _fitting(value: Number, frames: int, info: ValidationInfo) -> Number:
    """The value, if so many frames of the size that was given fit."""
    width, height = info.data.get("width"), info.data.get("height")
    if width and height and frames * width * height > MAX_CLIP_PIXELS:
        raise ValueError(too_many_pixels(frames, width, height))
    return value
