"""Input of a job that draws pictures: from a prompt, over another picture, inside of a mask, along an outline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, Prompt
from shared.catalog.inputs.files import ImageFile
from shared.catalog.inputs.prompted import PromptedInput

SchedulerName = Literal[
    "ddim",
    "ddpm",
    "pndm",
    "deis",
    "euler",
    "euler-ancestral",
    "heun",
    "dpmpp-2m",
    "dpmpp-2m-karras",
    "dpmpp-2m-sde",
    "unipc",
    "lcm",
    "flow-match-euler",
]
"""The ways to walk from noise to a picture, by the names under which artists know them."""

# What says how much of a file goes into the picture, and that file.
_WEIGHT_OF = {
    "strength": "image",
    "controlnet_conditioning_scale": "control_image",
    "ip_adapter_scale": "ip_adapter_image",
}


class TextToImageInput(PromptedInput):
    """A description and how to draw it. Sizes and steps left out take the model's defaults.

    Pictures given are scaled until they cover ``width`` by ``height``, and cropped evenly to it.
    """

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
    true_cfg_scale: float | None = Field(
        default=None,
        ge=1,
        le=20,
        description="Above 1, guidance away from the negative prompt for models that have guidance built in (FLUX).",
    )
    max_sequence_length: int | None = Field(
        default=None, ge=1, le=512, description="How many tokens of the prompt a T5 encoder reads, where there is one."
    )
    scheduler: SchedulerName | None = Field(
        default=None, description="How to walk from noise to the picture. Left out, the way the model came with."
    )
    image: ImageFile | None = Field(
        default=None, description="A picture to begin from; with a mask, the picture to change a part of."
    )
    strength: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="With a picture: how much of it is drawn anew. 1 keeps nothing of it.",
    )
    mask_image: ImageFile | None = Field(
        default=None, description="Which part of the picture to draw anew: white is drawn, black stays as it is."
    )
    control_image: ImageFile | None = Field(
        default=None,
        description="Outlines, depth or poses to draw along, as the model's ControlNet was trained to read them.",
    )
    controlnet_conditioning_scale: float | None = Field(
        default=None, ge=0, le=2, description="How closely to keep to the control picture."
    )
    ip_adapter_image: ImageFile | None = Field(
        default=None, description="A picture whose content and style to take up, for models with an IP-Adapter."
    )
    ip_adapter_scale: float | None = Field(
        default=None, ge=0, le=1, description="How much of that picture to take up. Left out, all: 1."
    )
    num_images: int = Field(default=1, ge=1, le=16, description="How many pictures to draw.")

    @field_validator("mask_image")
    @classmethod
    def _a_mask_lies_on_a_picture(cls, value: ImageFile | None, info: ValidationInfo) -> ImageFile | None:
        if value is not None and "image" in info.data and info.data["image"] is None:
            raise ValueError("says where to draw anew, and there is no `image` to draw in")
        return value

    @field_validator(*_WEIGHT_OF)
    @classmethod
    def _a_weight_has_its_picture(cls, value: float | None, info: ValidationInfo) -> float | None:
        picture = _WEIGHT_OF[info.field_name or ""]
        if value is not None and picture in info.data and info.data[picture] is None:
            raise ValueError(f"has no effect without `{picture}`")
        return value

    @field_validator("strength")
    @classmethod
    def _at_least_one_step_is_drawn(cls, value: float | None, info: ValidationInfo) -> float | None:
        steps = info.data.get("num_inference_steps")
        if value is not None and steps is not None and int(steps * value) < 1:
            raise ValueError(f"leaves nothing to draw of {steps} steps; give {1 / steps:.3g} at least, or more steps")
        return value

    @classmethod
    def applicable(cls, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """The model's defaults; what weighs a picture only beside that picture."""
        applicable = super().applicable(defaults, given)
        return {
            name: value for name, value in applicable.items() if name not in _WEIGHT_OF or _WEIGHT_OF[name] in given
        }

    def batch_shape(self) -> tuple[Any, ...]:
        """Prompts, seeds, pictures and how many are drawn may differ within a forward pass."""
        return (
            self.width,
            self.height,
            self.num_inference_steps,
            self.guidance_scale,
            self.true_cfg_scale,
            self.max_sequence_length,
            self.scheduler,
            self.image is not None,
            self.strength,
            self.mask_image is not None,
            self.control_image is not None,
            self.controlnet_conditioning_scale,
            self.ip_adapter_image is not None,
            self.ip_adapter_scale,
        )

    def output_count(self) -> int:
        return self.num_images
