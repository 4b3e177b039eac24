"""Pictures: any diffusers pipeline that draws from a prompt, over a picture, inside of a mask or along outlines.

The pipeline is asked what it accepts; no list of models is kept. A job's picture does not depend on its
neighbours: each picture has a generator of its own, drawn on the CPU so that the device does not matter either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline
from numpy.typing import NDArray

from shared.catalog.families import FamilyName
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.errors import GenerationFailed, OutOfDeviceMemory
from worker.families.base import Device, ModelRef, StepControl
from worker.families.pictures.adapters import fuse_loras, load_controlnet, load_ip_adapter
from worker.families.pictures.demands import refuse_unmet
from worker.families.pictures.previews import previews_of
from worker.families.pictures.schedulers import scheduler_of
from worker.families.pictures.sizes import refuse_other_size, size_of
from worker.families.pictures.sources import Sources, kept_outside_the_mask, read_sources, taken_up
from worker.families.pictures.tasks import TaskPipeline, Tasks, task_of, tasks_of
from worker.families.placement import dtype_for, place
from worker.media.base import Media
from worker.media.image import ImageMedia

_PIXELS_IN_FLIGHT = {"cpu": 16 * 256 * 256, "cuda": 16 * 1024 * 1024}


@dataclass(frozen=True, slots=True)
class LoadedPipeline:
    """A pipeline on its device, and what else can be done with its networks.

    ``scheduler`` is the one from its folder: every forward batch gets a fresh one of those settings.
    """

    pipeline: Any
    tasks: Tasks
    scheduler: Any
    has_ip_adapter: bool
    device: Device


@dataclass(frozen=True, slots=True)
class _Picture:
    """One picture to draw: whose it is, and its seed."""

    owner: int
    job_input: TextToImageInput
    seed: int


class TextToImage:
    """Draws pictures with ``DiffusionPipeline.from_pretrained`` weights."""

    name = FamilyName.TEXT_TO_IMAGE

    def load(self, model: ModelRef, device: Device) -> LoadedPipeline:
        """Read the pipeline and what its options name: safetensors only, no network, no code from the folder."""
        dtype = dtype_for(device, model.options)
        pipeline = DiffusionPipeline.from_pretrained(
            model.path, local_files_only=True, use_safetensors=True, trust_remote_code=False, dtype=dtype
        )
        pipeline.set_progress_bar_config(disable=True)
        fuse_loras(pipeline, model)
        has_ip_adapter = load_ip_adapter(pipeline, model, dtype)
        controlnet = load_controlnet(model, dtype)
        place(pipeline, device, model.options)
        if controlnet is not None:
            place(controlnet, device, model.options)
        if device.type == "cpu":
            _fit_the_cache(pipeline)
        return LoadedPipeline(pipeline, tasks_of(pipeline, controlnet), pipeline.scheduler, has_ip_adapter, device)

    def check(self, loaded: LoadedPipeline, job_input: TextToImageInput) -> None:
        """Refuse what this model cannot do: the task, a size, a scheduler, or a field that it would ignore."""
        refuse_unmet(loaded.tasks, loaded.scheduler, loaded.has_ip_adapter, job_input)

    def max_batch(self, loaded: LoadedPipeline, job_input: TextToImageInput) -> int:
        """Members whose pictures fit the device together."""
        task = _pipeline_for(loaded, job_input)
        if task.takes_one_picture:
            return 1
        width, height = size_of(task.pipeline, job_input)
        return max(1, _PIXELS_IN_FLIGHT[loaded.device.type] // (width * height * job_input.num_images))

    def generate(
        self, loaded: LoadedPipeline, inputs: Sequence[TextToImageInput], control: StepControl
    ) -> list[list[Media]]:
        """Draw every member's pictures in one call of the pipeline, ``num_images`` a member."""
        task = _pipeline_for(loaded, inputs[0])
        task.pipeline.scheduler = scheduler_of(loaded.scheduler, inputs[0].scheduler)
        pictures = [
            _Picture(owner, job_input, ((job_input.seed or 0) + k) % (MAX_SEED + 1))
            for owner, job_input in enumerate(inputs)
            for k in range(job_input.num_images)
        ]
        calls = [[picture] for picture in pictures] if task.takes_one_picture else [pictures]
        dropped: set[int] = set()
        drawn: list[NDArray[np.uint8]] = []
        for index, call in enumerate(calls):
            on_step = _on_step(call, len(inputs), control, dropped, (index, len(calls)))
            drawn += _draw(loaded, task, call, on_step)
        outputs: list[list[Media]] = [[] for _ in inputs]
        for picture, pixels in zip(pictures, drawn, strict=True):
            if picture.owner not in dropped:
                outputs[picture.owner].append(ImageMedia(pixels))
        return outputs


def _pipeline_for(loaded: LoadedPipeline, job_input: TextToImageInput) -> TaskPipeline:
    return loaded.tasks[task_of(job_input), job_input.control_image is not None]


def _draw(
    loaded: LoadedPipeline, task: TaskPipeline, pictures: Sequence[_Picture], on_step: Callable[..., dict[str, Any]]
) -> list[NDArray[np.uint8]]:
    """One call of the pipeline: ``(height, width, 3)`` a picture."""
    sources = read_sources([picture.job_input for picture in pictures], *size_of(task.pipeline, pictures[0].job_input))
    try:
        with torch.random.fork_rng([loaded.device.index] if loaded.device.type == "cuda" else []), torch.no_grad():
            # What a pipeline draws from no generator is at least the same each time.
            torch.manual_seed(pictures[0].seed)
            arguments = _arguments(task, pictures, sources, on_step)
            if loaded.has_ip_adapter:
                with taken_up(task, pictures[0].job_input, sources.references) as embeddings:
                    made = task.pipeline(**arguments, ip_adapter_image_embeds=embeddings)
            else:
                made = task.pipeline(**arguments)
    except torch.OutOfMemoryError as error:
        raise OutOfDeviceMemory from error
    images = np.asarray(made.images, dtype=np.float32)
    if not np.isfinite(images).all():
        raise GenerationFailed("The picture is not a number (NaN): the model overflowed. Try a lower guidance_scale.")
    if any(getattr(made, "nsfw_content_detected", None) or ()):
        raise GenerationFailed("The model's own safety checker withheld the picture.")
    refuse_other_size(pictures[0].job_input, images.shape[2], images.shape[1])
    pixels = np.rint(np.clip(images, 0.0, 1.0) * 255).astype(np.uint8)
    return kept_outside_the_mask(list(pixels), sources)


def _arguments(
    task: TaskPipeline,
    pictures: Sequence[_Picture],
    sources: Sources,
    on_step: Callable[..., dict[str, Any]],
) -> dict[str, Any]:
    first = pictures[0].job_input
    width, height = size_of(task.pipeline, first)
    is_given = sources.any() or "max_area" in task.parameters
    wanted = {
        "prompt": [picture.job_input.prompt for picture in pictures],
        "negative_prompt": [picture.job_input.negative_prompt for picture in pictures],
        "generator": [torch.Generator().manual_seed(picture.seed) for picture in pictures],
        "width": width if is_given else first.width,
        "height": height if is_given else first.height,
        # Models that edit would draw the nearest size that they were trained on instead.
        "max_area": width * height,
        "_auto_resize": False,
        "num_inference_steps": first.num_inference_steps,
        "guidance_scale": first.guidance_scale,
        "true_cfg_scale": first.true_cfg_scale,
        "max_sequence_length": first.max_sequence_length,
        "strength": first.strength,
        "controlnet_conditioning_scale": first.controlnet_conditioning_scale,
        "image": sources.images,
        "mask_image": sources.masks,
        "callback_on_step_end": on_step,
        "output_type": "np",
    }
    if "callback_on_step_end" not in task.parameters:
        # The older pipelines' way of telling their steps.
        wanted["callback"] = lambda step, timestep, latents: on_step(
            task.pipeline, step, timestep, {"latents": latents}
        )
        wanted["callback_steps"] = 1
    if task.controlled:
        wanted[task.control_argument] = sources.controls
    return {name: value for name, value in wanted.items() if value is not None and name in task.parameters}


def _on_step(
    pictures: Sequence[_Picture], members: int, control: StepControl, dropped: set[int], call: tuple[int, int]
) -> Callable[..., dict[str, Any]]:
    """What the pipeline calls after each step. ``call`` is which call of how many this is, for one count over all."""
    owners = [picture.owner for picture in pictures]
    first_of = [owners.index(member) for member in range(members) if member in owners]
    index, calls = call

    def on_step(pipeline: Any, step: int, _timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        steps = len(pipeline.scheduler.timesteps) if not hasattr(pipeline, "num_timesteps") else pipeline.num_timesteps
        whole = len(first_of) == members
        previews = previews_of(pipeline, tensors["latents"], first_of) if whole else None
        dropped.update(control.step(index * steps + step + 1, calls * steps, previews))
        return {}

    return on_step


def _fit_the_cache(pipeline: Any) -> None:
    """Decode picture by picture, pixel by pixel: on a CPU that is a fifth faster than whole batches of planes."""
    vae: Any = getattr(pipeline, "vae", None)
    if hasattr(vae, "enable_slicing"):
        vae.enable_slicing()
        if all(parameter.ndim <= 4 for parameter in vae.parameters()):
            vae.to(memory_format=torch.channels_last)
