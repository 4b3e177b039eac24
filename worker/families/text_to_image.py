"""Text to image: any diffusers pipeline that draws from a prompt.

The pipeline is asked what it accepts; no list of models is kept. A job's picture does not depend on its
neighbours: each picture has a generator of its own, drawn on the CPU so that the device does not matter either.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline

from shared.catalog.families import FamilyName
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.errors import InputRefused, OutOfDeviceMemory
from worker.families.base import Device, ModelRef, StepControl
from worker.media.base import Media
from worker.media.image import ImageMedia

_PIXELS_IN_FLIGHT = {"cpu": 16 * 256 * 256, "cuda": 16 * 1024 * 1024}


@dataclass(frozen=True, slots=True)
class LoadedPipeline:
    """A pipeline on its device, and the names its call accepts."""

    pipeline: Any
    accepts: frozenset[str]
    device: Device


class TextToImage:
    """Draws pictures with ``DiffusionPipeline.from_pretrained`` weights."""

    name = FamilyName.TEXT_TO_IMAGE

    def load(self, model: ModelRef, device: Device) -> LoadedPipeline:
        """Read the pipeline: safetensors only, nothing from the network, no code from the folder."""
        pipeline = DiffusionPipeline.from_pretrained(
            model.path,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            dtype=getattr(torch, device.dtype),
        )
        pipeline.set_progress_bar_config(disable=True)
        pipeline.to(torch.device(device.type, device.index) if device.type == "cuda" else device.type)
        if device.type == "cpu":
            _fit_the_cache(pipeline)
        accepts = frozenset(inspect.signature(pipeline.__call__).parameters)
        return LoadedPipeline(pipeline, accepts, device)

    def check(self, loaded: LoadedPipeline, job_input: TextToImageInput) -> None:
        """Refuse a negative prompt that the pipeline would ignore."""
        if job_input.negative_prompt and "negative_prompt" not in loaded.accepts:
            raise InputRefused.of("input.negative_prompt", "this model takes no negative prompt")

    def max_batch(self, loaded: LoadedPipeline, job_input: TextToImageInput) -> int:
        """Members whose pictures fit the device together."""
        pixels = (job_input.width or 1024) * (job_input.height or 1024) * job_input.num_images
        return max(1, _PIXELS_IN_FLIGHT[loaded.device.type] // pixels)

    def generate(
        self, loaded: LoadedPipeline, inputs: Sequence[TextToImageInput], control: StepControl
    ) -> list[list[Media]]:
        """Draw every member's pictures in one call of the pipeline, ``num_images`` a member."""
        owners = [index for index, job_input in enumerate(inputs) for _ in range(job_input.num_images)]
        dropped: set[int] = set()
        arguments = self._arguments(loaded, inputs, self._on_step(inputs, owners, control, dropped))
        try:
            images = loaded.pipeline(**arguments).images
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemory from error
        pictures = np.rint(np.clip(images, 0.0, 1.0) * 255).astype(np.uint8)
        outputs: list[list[Media]] = [[] for _ in inputs]
        for owner, pixels in zip(owners, pictures, strict=True):
            if owner not in dropped:
                outputs[owner].append(ImageMedia(pixels))
        return outputs

    def _arguments(
        self,
        loaded: LoadedPipeline,
        inputs: Sequence[TextToImageInput],
        on_step: Callable[..., dict[str, Any]],
    ) -> dict[str, Any]:
        first = inputs[0]
        wanted = {
            "prompt": [job_input.prompt for job_input in inputs for _ in range(job_input.num_images)],
            "negative_prompt": [job_input.negative_prompt for job_input in inputs for _ in range(job_input.num_images)],
            "generator": [generator for job_input in inputs for generator in _generators(job_input)],
            "width": first.width,
            "height": first.height,
            "num_inference_steps": first.num_inference_steps,
            "guidance_scale": first.guidance_scale,
            "callback_on_step_end": on_step,
            "output_type": "np",
            "max_sequence_length": first.max_sequence_length,
        }
        return {name: value for name, value in wanted.items() if value is not None and name in loaded.accepts}

    @staticmethod
    def _on_step(
        inputs: Sequence[TextToImageInput],
        owners: Sequence[int],
        control: StepControl,
        dropped: set[int],
    ) -> Callable[..., dict[str, Any]]:
        first_of = [owners.index(index) for index in range(len(inputs))]

        def on_step(pipeline: Any, step: int, _timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            previews = _previews(pipeline, tensors["latents"], first_of)
            dropped.update(control.step(step + 1, pipeline.num_timesteps, previews))
            return {}

        return on_step


def _fit_the_cache(pipeline: Any) -> None:
    """Decode picture by picture, pixel by pixel: on a CPU that is a fifth faster than whole batches of planes."""
    vae: Any = getattr(pipeline, "vae", None)
    if hasattr(vae, "enable_slicing"):
        vae.enable_slicing()
        vae.to(memory_format=torch.channels_last)


def _generators(job_input: TextToImageInput) -> list[torch.Generator]:
    """One generator a picture: picture ``k`` of seed ``s`` is picture 0 of seed ``s + k``."""
    seed = job_input.seed or 0
    return [torch.Generator().manual_seed((seed + k) % (MAX_SEED + 1)) for k in range(job_input.num_images)]


def _previews(pipeline: Any, latents: torch.Tensor, indexes: Sequence[int]) -> Callable[[], list[bytes]] | None:
    """How to draw the pictures as far as they are; nothing for latents that the VAE cannot read as they are."""
    if getattr(pipeline, "vae", None) is None or latents.ndim != 4:
        return None

    def draw() -> list[bytes]:
        vae = pipeline.vae
        chosen = latents[list(indexes)].to(vae.dtype)
        with torch.no_grad():
            scaled = chosen / vae.config.scaling_factor + (getattr(vae.config, "shift_factor", None) or 0.0)
            images = vae.decode(scaled, return_dict=False)[0].float().clamp(-1, 1)
        pixels = ((images + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
        return [ImageMedia(picture).preview() for picture in pixels]

    return draw
