"""What one set of weights can do: the pipelines for its tasks, all over the same networks."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from diffusers import AutoPipelineForImage2Image, AutoPipelineForInpainting, AutoPipelineForText2Image

from shared.catalog.inputs.text_to_image import TextToImageInput

# These encode the control picture with noise from no generator.
_UNSEEDED = ("StableDiffusion3ControlNet", "HunyuanDiTControlNet")


class Task(StrEnum):
    """What a picture is made from beside the prompt."""

    TEXT_TO_IMAGE = "text-to-image"
    IMAGE_TO_IMAGE = "image-to-image"
    INPAINTING = "inpainting"


_PIPELINES = {
    Task.TEXT_TO_IMAGE: AutoPipelineForText2Image,
    Task.IMAGE_TO_IMAGE: AutoPipelineForImage2Image,
    Task.INPAINTING: AutoPipelineForInpainting,
}
_NEEDS = {
    Task.TEXT_TO_IMAGE: frozenset[str](),
    Task.IMAGE_TO_IMAGE: frozenset({"image"}),
    Task.INPAINTING: frozenset({"image", "mask_image"}),
}


@dataclass(frozen=True, slots=True)
class TaskPipeline:
    """A pipeline for one task, and the parameters of its call with their defaults."""

    task: Task
    pipeline: Any
    parameters: Mapping[str, Any]
    controlled: bool
    """Whether it draws along a control picture, which it then must have."""

    @property
    def control_argument(self) -> str:
        """Where its call takes the control picture."""
        return "control_image" if "control_image" in self.parameters else "image"

    @property
    def takes_one_picture(self) -> bool:
        """Whether it must be called picture by picture.

        Some draw noise from no generator, and models that edit take several pictures as references for one.
        """
        edits = self.task is Task.IMAGE_TO_IMAGE and "strength" not in self.parameters
        return edits or (self.controlled and type(self.pipeline).__name__.startswith(_UNSEEDED))


Tasks = Mapping[tuple[Task, bool], TaskPipeline]
"""By task, and by whether a control picture is given."""


def task_of(job_input: TextToImageInput) -> Task:
    """What a job asks for."""
    if job_input.image is None:
        return Task.TEXT_TO_IMAGE
    return Task.IMAGE_TO_IMAGE if job_input.mask_image is None else Task.INPAINTING


def tasks_of(base: Any, controlnet: Any | None) -> Tasks:
    """Every task that the loaded pipeline's networks are fit for, and that diffusers has a pipeline for."""
    is_controlled = _is_controlled(base)
    found = {}
    for task in _fit_tasks(base, is_controlled):
        if (made := _made(base, task)) is not None:
            found[task, is_controlled] = _described(task, made, is_controlled)
        if controlnet is not None and (made := _made(base, task, controlnet=controlnet)) is not None:
            found[task, True] = _described(task, made, True)
    own = _own_task(base, is_controlled)
    # A pipeline that diffusers derives nothing from still does what it is for.
    found.setdefault((own, is_controlled), _described(own, base, is_controlled))
    return found


def _made(base: Any, task: Task, **beside: Any) -> Any | None:
    try:
        pipeline = _PIPELINES[task].from_pipe(base, **beside)
    except ValueError:
        return None  # diffusers has none for this architecture.
    if not inspect.signature(pipeline.__call__).parameters.keys() >= _NEEDS[task] or _rejects_its_networks(pipeline):
        return None
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _rejects_its_networks(pipeline: Any) -> bool:
    """Whether it was written for Stable Diffusion 3's own 16 latents (33 with a mask) and this network has others."""
    of_16_latents = type(pipeline).__name__.startswith("StableDiffusion3Inpaint")
    return of_16_latents and pipeline.transformer.config.in_channels not in {16, 33}


def _described(task: Task, pipeline: Any, controlled: bool) -> TaskPipeline:
    parameters = inspect.signature(pipeline.__call__).parameters
    return TaskPipeline(task, pipeline, {name: each.default for name, each in parameters.items()}, controlled)


def _fit_tasks(base: Any, is_controlled: bool) -> list[Task]:
    """A network with more inputs than latents was trained to be given something beside them."""
    unet, vae = getattr(base, "unet", None), getattr(base, "vae", None)
    if unet is not None and vae is not None and unet.config.in_channels != vae.config.latent_channels:
        return [_own_task(base, is_controlled)]
    if base.config.get("requires_aesthetics_score"):
        return [Task.IMAGE_TO_IMAGE, Task.INPAINTING]  # SDXL's refiner.
    return list(Task)


def _own_task(base: Any, is_controlled: bool) -> Task:
    parameters = inspect.signature(base.__call__).parameters
    if "mask_image" in parameters:
        return Task.INPAINTING
    takes_control_as_image = is_controlled and "control_image" not in parameters
    return Task.IMAGE_TO_IMAGE if "image" in parameters and not takes_control_as_image else Task.TEXT_TO_IMAGE


def _is_controlled(base: Any) -> bool:
    """ControlNets in the model's own folder, and networks that were trained to be given outlines."""
    parameters = inspect.signature(base.__call__).parameters
    return getattr(base, "controlnet", None) is not None or "control_image" in parameters
