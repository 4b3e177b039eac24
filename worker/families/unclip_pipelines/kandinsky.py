"""Kandinsky 2.2: unCLIP whose decoder draws latents, which an autoencoder (MoVQ) turns into a picture of any size."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline
from numpy.typing import NDArray

from shared.catalog.inputs.unclip import UnclipInput
from shared.errors import ModelLoadFailed
from worker.families.base import Device, ModelRef
from worker.families.placement import dtype_for, place
from worker.families.unclip_pipelines.cascade import DECODER_STEPS, PRIOR_STEPS, Cascade, Request, Stage

_SIDE = 512
_INDEX = "model_index.json"


def is_kandinsky(folder: Path) -> bool:
    """Whether a folder is a combined Kandinsky pipeline, or has its two in ``prior/`` and ``decoder/``."""
    if not (folder / _INDEX).is_file():
        return (folder / "prior" / _INDEX).is_file() and (folder / "decoder" / _INDEX).is_file()
    return str(json.loads((folder / _INDEX).read_bytes())["_class_name"]).startswith("KandinskyV22")


def load_kandinsky(model: ModelRef, device: Device) -> Cascade:
    """``KandinskyV22CombinedPipeline``, or ``KandinskyV22PriorPipeline`` and ``KandinskyV22Pipeline``.

    Raises ``ModelLoadFailed`` for one of the two alone.
    """

    def read(part: Path) -> Any:
        pipeline = DiffusionPipeline.from_pretrained(
            part,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            dtype=dtype_for(device, model.options),
        )
        place(pipeline, device, model.options)
        return pipeline

    if (model.path / _INDEX).is_file():
        whole = read(model.path)
        if not (hasattr(whole, "prior_pipe") and hasattr(whole, "decoder_pipe")):
            raise ModelLoadFailed(f"A {type(whole).__name__} is half a model: put its two in prior/ and decoder/.")
        prior, decoder = whole.prior_pipe, whole.decoder_pipe
    else:
        prior, decoder = read(model.path / "prior"), read(model.path / "decoder")
    for pipeline in (prior, decoder):
        pipeline.set_progress_bar_config(disable=True)
    return KandinskyCascade(prior, decoder)


@dataclass(frozen=True, slots=True)
class KandinskyCascade:
    """Prior and decoder; with a picture, its embedding takes the prior's place."""

    prior: Any
    decoder: Any
    fields: frozenset[str] = frozenset({"prior_num_inference_steps", "prior_guidance_scale"})
    draws_prompts: bool = True
    varies_pictures: bool = True

    @property
    def reader(self) -> Any:
        return self.prior

    def size(self, job_input: UnclipInput) -> tuple[int, int]:
        return job_input.width or _SIDE, job_input.height or _SIDE

    def size_problems(self, job_input: UnclipInput) -> list[tuple[str, str]]:
        # The pipeline makes latents of whole blocks, and would draw a larger picture than was asked for.
        step = self.decoder.movq_scale_factor**2
        problems = []
        for name, given in (("width", job_input.width), ("height", job_input.height)):
            if given is not None and given % step:
                below = given // step * step
                nearest = " or ".join(str(side) for side in (below, below + step) if side)
                problems.append((name, f"this model draws multiples of {step} pixels: {nearest}, not {given}"))
        return problems

    def stages(self, request: Request) -> list[Stage]:
        given = request.job_input
        prior = Stage([self.prior.prior], given.prior_num_inference_steps or PRIOR_STEPS)
        decoder = Stage([self.decoder.unet], given.decoder_num_inference_steps or DECODER_STEPS, self._seen)
        return [decoder] if request.pictures else [prior, decoder]

    def draw(self, request: Request) -> NDArray[np.float32]:
        given = request.job_input
        embeddings, of_nothing = self._seen_in_pictures(request) if request.pictures else self._drawn_of(request)
        width, height = self.size(given)
        scale = {} if given.decoder_guidance_scale is None else {"guidance_scale": given.decoder_guidance_scale}
        drawn = self.decoder(
            image_embeds=embeddings,
            negative_image_embeds=of_nothing,
            width=width,
            height=height,
            num_inference_steps=given.decoder_num_inference_steps or DECODER_STEPS,
            generator=list(request.generators),
            output_type="np",
            **scale,
        ).images
        return np.asarray(drawn, np.float32)

    def _drawn_of(self, request: Request) -> tuple[torch.Tensor, torch.Tensor]:
        """Image embeddings that the prior draws of the prompts, and that of nothing: ``(pictures, width)`` each."""
        given = request.job_input
        scale = {} if given.prior_guidance_scale is None else {"guidance_scale": given.prior_guidance_scale}
        made = self.prior(
            list(request.prompts),
            num_inference_steps=given.prior_num_inference_steps or PRIOR_STEPS,
            generator=list(request.generators),
            **scale,
        )
        return made.image_embeds, made.negative_image_embeds

    def _seen_in_pictures(self, request: Request) -> tuple[torch.Tensor, torch.Tensor]:
        """The embeddings of the given pictures, and that of nothing."""
        prior = self.prior
        pixels = prior.image_processor(list(request.pictures), return_tensors="pt").pixel_values
        embeddings = prior.image_encoder(pixels.to(prior._execution_device, prior.image_encoder.dtype)).image_embeds
        return embeddings, prior.get_zero_embed(len(request.pictures), device=prior._execution_device)

    def _seen(self, latents: torch.Tensor) -> torch.Tensor:
        movq = self.decoder.movq
        picture: torch.Tensor = movq.decode(latents.to(movq.dtype), force_not_quantize=True).sample
        return picture
